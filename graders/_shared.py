"""Sentences that graders of several modules share, each with the idea behind it."""


def changed_in_place(name):
    """The sentence for an argument that has other numbers afterwards, where all else is right."""
    return {
        "text": f"What you return is right, but `{name}` has changed in place, as by `-=`, "
        f"`{name}[...] =` or a method ending in `_`: the caller still needs it as it was. Make a "
        "new tensor.",
        "idea": "argument_changed",
    }


ENDS_AT_THE_FIRST_MISSING_GRADIENT = {
    "text": "A parameter without gradient ends the whole loop here, and those after it do not "
    "move: skip that one alone, with `continue`.",
    "idea": "loop_ends_at_no_gradient",
}
SWITCHES_AUTOGRAD_OFF_FOR_GOOD = {
    "text": "Autograd stays switched off after the step, so the next `backward()` finds nothing. "
    "`with torch.no_grad():` switches it on again at the end.",
    "idea": "autograd_left_off",
}

FLATTENS_THE_INPUTS = {
    "text": "The model gets inputs of shape (N, features) in place of (N, ...), as `flatten(1)` "
    "or `view` makes them. A model for images needs all dimensions: give it the inputs as they "
    "are.",
    "idea": "flattened_inputs",
}
NAMES_THE_ARGUMENTS_OF_THE_LOSS = {
    "text": "`loss_fn` is called with `input=` and `target=`, and not every loss function calls "
    "its arguments so. Give them in their order: `loss_fn(outputs, targets)`.",
    "idea": "named_loss_arguments",
}
ROUNDS_THE_LOSS = {
    "text": "The loss that comes back was rounded to a few digits. Return it as it is; rounding "
    "belongs where it is printed.",
    "idea": "unasked_rounding",
}
DIGITS = (2, 3, 4)
