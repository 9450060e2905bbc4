"""Sentences that graders of this module share, each with the idea behind it."""

CLEARS_AFTER_THE_STEP = {
    "text": "Cleared after the step, the gradients are clean for the next call, but not for the "
    "first: old gradients of other code go into its step. Clear before `backward()`.",
    "idea": "zero_grad_too_late",
}
LEAVES_OUT_WHAT_IS_FROZEN = {
    "text": "The optimizer is to hold every parameter of the model, also one that is frozen now: "
    "it may be trained later.",
    "idea": "frozen_left_out",
}
TAKES_A_SHARED_WEIGHT_TWICE = {
    "text": "Where two layers share one tensor as their weight, it is found twice here (as in "
    "going through the layers, or with `remove_duplicate=False`), and moves twice in each step. "
    "`model.parameters()` gives each tensor once.",
    "idea": "shared_weight_twice",
}
SWITCHES_NESTEROV_ON = {
    "text": "`nesterov=True` looks one step ahead, which is another method, and needs a momentum "
    "above 0. Leave it at its default.",
    "idea": "unasked_nesterov",
}
RETURNS_SOMETHING = {
    "text": "The steps are right, but something comes back, as the loss or its number. None is "
    "asked for, and the caller has the loss already: leave the `return` out.",
}
