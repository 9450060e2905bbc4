"""Sentences that graders of several modules share, each with the idea behind it."""


def changed_in_place(name):
    """The sentence for an argument that has other numbers afterwards, where all else is right."""
    return {
        "text": f"What you return is right, but `{name}` has changed in place, as by `-=`, "
        f"`{name}[...] =` or a method ending in `_`: the caller still needs it as it was. Make a "
        "new tensor.",
        "idea": "argument_changed",
    }


def changed_list(name, new):
    """The same for a list; `new` is what makes another one."""
    return {
        "text": f"What you return is right, but `{name}` has changed in place, as by "
        f"`{name}.sort()`, `.pop()` or `{name}[...] =`: the caller still needs it as it was. Make "
        f"a new list: {new}.",
        "idea": "argument_changed",
    }


RETURNS_A_NUMBER = {
    "text": "This is a plain number, as `.item()` and `float()` give: it knows nothing of where "
    "it came from, so there is no gradient to train with. Return the tensor.",
    "idea": "cut_graph",
}
ENDS_AT_THE_FIRST_MISSING_GRADIENT = {
    "text": "A parameter without gradient ends the whole loop here, and those after it do not "
    "move: skip that one alone, with `continue`.",
    "idea": "loop_ends_at_no_gradient",
}
SWITCHES_AUTOGRAD_OFF_FOR_GOOD = {
    "text": "Autograd stays switched off afterwards, so the next `backward()` finds nothing. "
    "`with torch.no_grad():` switches it on again at the end.",
    "idea": "autograd_left_off",
}

# Of a training loop, as the references write it.
CLEARS_ONLY_WHAT_IS_TRAINED = {
    "text": "A frozen parameter keeps its old gradient here, and the step moves it along. Clear "
    "the gradients of all parameters: `optimizer.zero_grad()`.",
    "old": "optimizer.zero_grad()",
    "new": "for param in model.parameters():\n"
    "    if param.requires_grad:\n"
    "        param.grad = None",
    "idea": "frozen_gradient_kept",
}
STEPS_TWICE = {
    "text": "Two steps go twice along the same gradients: call `optimizer.step()` once.",
    "old": "optimizer.step()",
    "new": "optimizer.step(); optimizer.step()",
    "idea": "two_steps",
}
RETURNS_AFTER_THE_FIRST_EPOCH = {
    "text": "The training ends after its first epoch, as where `return` is inside the loop.",
    "idea": "return_in_the_loop",
}
FLATTENS_THE_INPUTS = {
    "text": "The model gets inputs of shape (N, features) in place of (N, ...), as `flatten(1)` "
    "or `view` makes them. A model for images needs all dimensions: give it the inputs as they "
    "are.",
    "old": "model(inputs)",
    "new": "model(inputs.flatten(1))",
    "idea": "flattened_inputs",
}
SWAPS_OUTPUTS_AND_TARGETS = {
    "text": "`loss_fn` takes the outputs of the model first and the targets second.",
    "old": "loss_fn(model(inputs), targets)",
    "new": "loss_fn(targets, model(inputs))",
    "idea": "swapped_loss_arguments",
}
NAMES_THE_ARGUMENTS_OF_THE_LOSS = {
    "text": "`loss_fn` is called with `input=` and `target=`, and not every loss function calls "
    "its arguments so. Give them in their order: `loss_fn(outputs, targets)`.",
    "old": "loss_fn(model(inputs), targets)",
    "new": "loss_fn(input=model(inputs), target=targets)",
    "idea": "named_loss_arguments",
}


def rounds_the_loss(returned):
    """The family of edits that round what is returned."""
    return {
        "text": "The loss that comes back was rounded to a few digits. Return it as it is; "
        "rounding belongs where it is printed.",
        "old": f"return {returned}",
        "news": [f"return round({returned}, {digits})" for digits in (2, 3, 4)],
        "idea": "unasked_rounding",
    }


# Why a mutant is equivalent.
INDEPENDENT = "the two statements do not depend on each other"
CLEARED_LATER = "gradients may be cleared before or after the loss is computed"
NEVER_BELOW_0 = "a standard deviation is never below 0"

# Of pixels that are to be scaled from 0 ... 255 to 0 ... 1.
SCALES_BRIGHT_IMAGES_ALONE = {
    "text": "Pixels that are all 0 or 1 were not divided by 255, as where `if image.max() > 1` is "
    "asked first. That image is nearly black: whole numbers are always divided.",
    "idea": "scaled_by_a_guess",
}
DIVIDES_BY_THE_BRIGHTEST = {
    "text": "The pixels were divided by the brightest of this image, so a dark image becomes "
    "bright. In training they were divided by 255: do the same here.",
    "idea": "own_statistics",
}
