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

# Of metrics.
AS_PERCENT = {
    "text": "This is 100 times what it should be: in percent, where a share from 0 to 1 is asked "
    "for.",
    "idea": "percent_for_share",
}
AS_TENSORS = {
    "text": "What comes back is a tensor where a Python float is asked for: take the number out "
    "with `.item()`.",
    "idea": "tensor_for_float",
}


def rounded(returned):
    """The family of edits that round a share."""
    return {
        "text": "The right number comes back rounded to a few digits. Return it as it is; rounding "
        "belongs where it is printed.",
        "old": returned,
        "news": [f"round({returned}, {digits})" for digits in (2, 3, 4)],
        "idea": "unasked_rounding",
    }
