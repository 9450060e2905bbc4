"""Sentences that graders of this module share, each with the idea behind it."""

KEEPS_THE_OLD_GRADIENTS = {
    "text": "`backward()` adds to the gradients that are there. Without `optimizer.zero_grad()` "
    "each step also uses those of the batches before, and any other old gradients.",
    "idea": "no_zero_grad",
}
CLEARS_ONLY_WHAT_IS_TRAINED = {
    "text": "A frozen parameter keeps its old gradient here, and the step moves it along. Clear "
    "the gradients of all parameters: `optimizer.zero_grad()`.",
    "idea": "frozen_gradient_kept",
}
