"""Sentences that graders of this module share, each with the idea behind it."""

KEEPS_THE_OLD_GRADIENTS = {
    "text": "`backward()` adds to the gradients that are there. Without `optimizer.zero_grad()` "
    "each step also uses those of the batches before, and any other old gradients.",
    "old": "optimizer.zero_grad()",
    "new": "",
    "idea": "no_zero_grad",
}
CLEARS_AFTER_THE_STEP = {
    "text": "Cleared after the step, the gradients are clean for the next batch, but not for the "
    "first: old gradients go into its step. Clear before `backward()`.",
    "old": """
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()
    """,
    "new": """
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    """,
    "idea": "zero_grad_too_late",
}
