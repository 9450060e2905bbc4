import torch

from torchkata import Grader, snapshot, unchanged

grader = Grader(
    points=1,
    level=2,
    core=True,
    after=("optimizers/build",),
    forbid=("torch.optim.SGD",),
    hints=(
        "A step goes against the gradient: how far, for a gradient of 1? And for none at all?",
        "`param = ...` gives a new tensor the name `param`. `-=` changes the tensor that is there.",
        "Inside `with torch.no_grad():` a parameter may be changed in place.",
    ),
)


@grader.observe
def two_steps(answer, params, gradients, lr, as_generator=False):
    params = [param.requires_grad_() for param in params]
    seen = {}
    for step, grads in enumerate(gradients, start=1):
        for param, grad in zip(params, grads, strict=True):
            param.grad = grad
        given, before = list(params), snapshot(grads)
        returned = answer((param for param in params) if as_generator else given, lr)
        now = [param.grad for param in params]
        seen[f"params after step {step}"] = snapshot(params)
        seen[f"gradients are unchanged after step {step}"] = unchanged(before, now)
        seen[f"gradients after step {step}"] = snapshot(now)
        seen[f"require a gradient after step {step}"] = [param.requires_grad for param in params]
    records = torch.is_grad_enabled()
    with torch.no_grad():
        answer(list(params), lr)
        stays_off = not torch.is_grad_enabled()
    return seen | {
        "still leaves": [param.is_leaf for param in params],
        "the list holds the same tensors": [p is q for p, q in zip(given, params, strict=True)],
        "autograd still records": records,
        "autograd stays off where it was off": stays_off,
        "returned": "None" if returned is None else "something",
    }


def drawn(*shapes, dtype=torch.float32):
    """Parameters of these shapes, and their gradients in 2 steps."""
    params, *gradients = [[torch.randn(s, dtype=dtype) for s in shapes] for _ in range(3)]
    return params, gradients


@grader.case
def list_of_three():
    """2 steps of a matrix, a vector and a single number, in a list; lr is 0.3."""
    return *drawn((3, 2), (2,), ()), 0.3


@grader.case
def missing_gradients():
    """Of four parameters, the second and the last have no gradient (None) in step 1; lr is 0.05."""
    params, gradients = drawn((2,), (2, 3), (4,), (3,))
    gradients[0][1] = gradients[0][3] = None
    return params, gradients, 0.05


@grader.case
def as_in_the_docstring():
    """The example of the docstring: one parameter of two numbers; lr is 0.5."""
    gradients = [[torch.tensor([2.0, -2.0])], [torch.randn(2)]]
    return [torch.tensor([1.0, 2.0])], gradients, 0.5


@grader.case
def given_by_a_generator():
    """A generator, as `model.parameters()` is; lr is 1.7, and the first gradient is large."""
    params, gradients = drawn((4, 3), (4,), (1, 4), dtype=torch.float64)
    gradients[0][0] *= 100
    return params, gradients, 1.7, True


from graders._shared import ENDS_AT_THE_FIRST_MISSING_GRADIENT, SWITCHES_AUTOGRAD_OFF_FOR_GOOD

grader.edit(
    "makes_a_new_tensor",
    "A new tensor is made here, as by `param = param - ...`, and the parameter itself stays where "
    "it is. Change it in place: `param -= ...`.",
    old="param -= lr * param.grad",
    new="param = param - lr * param.grad",
    idea="new_tensor_for_the_parameter",
)
grader.edit(
    "lets_autograd_record_the_step",
    "Autograd refuses to record an in-place change of a parameter. Do the step inside of `with "
    "torch.no_grad():` (a line `torch.no_grad()` without `with` has no effect).",
    old="with torch.no_grad():",
    new="if True:",
    idea="step_recorded",
)
grader.edit(
    "goes_up",
    "The gradient points to where the loss grows: subtract it.",
    old="param -= lr",
    new="param += lr",
    idea="uphill",
)
grader.edit(
    "leaves_out_the_learning_rate",
    "The whole gradient is subtracted: multiply it by `lr` first.",
    old="lr * param.grad",
    new="param.grad",
)
grader.edit(
    "expects_a_gradient_everywhere",
    "The gradient of a parameter is None if the loss did not use it: skip that parameter.",
    old="if param.grad is not None:",
    new="if True:",
    idea="gradient_may_be_none",
)
grader.edit(
    "expects_a_gradient_everywhere_too",
    "Not every parameter has a gradient: if the loss did not use it, `param.grad` is None. Skip "
    "that parameter.",
    old="""
    if param.grad is not None:
        param -= lr * param.grad
    """,
    new="""
    param -= param.grad * lr
    """,
    idea="gradient_may_be_none",
)
grader.edit(
    "asks_whether_a_gradient_is_true",
    "`if param.grad:` asks whether its numbers are true, which many numbers cannot answer at once. "
    "Ask `if param.grad is not None:`.",
    old="if param.grad is not None:",
    new="if param.grad:",
)
grader.edit(
    "ends_at_the_first_missing_gradient",
    **ENDS_AT_THE_FIRST_MISSING_GRADIENT,
    old="""
    if param.grad is not None:
        param -= lr * param.grad
    """,
    new="""
    if param.grad is None:
        break
    param -= lr * param.grad
    """,
)
grader.edit(
    "sets_the_gradients_to_none",
    "The step takes the gradients away. `optimizer.step()` leaves them; clearing them is the work "
    "of `zero_grad()`.",
    old="param -= lr * param.grad",
    new="param -= lr * param.grad; param.grad = None",
)
grader.edit(
    "fills_the_gradients_with_zeros",
    "The step sets the gradients to 0. `optimizer.step()` leaves them; clearing them is the work "
    "of `zero_grad()`.",
    old="param -= lr * param.grad",
    new="param -= lr * param.grad; param.grad.zero_()",
)
grader.edit(
    "scales_the_gradients_in_place",
    "`*=` (and `mul_`) changes the gradient itself. `lr * param.grad` makes a new tensor and "
    "leaves the gradient as it is.",
    old="param -= lr * param.grad",
    new="param.grad *= lr; param -= param.grad",
    idea="gradient_changed",
)
grader.edit(
    "goes_through_the_parameters_twice",
    "A generator can be iterated once; the second time it is empty, and nothing moves. Use one "
    "loop, or keep `list(params)`.",
    old="""
    with torch.no_grad():
        for param in params:
            if param.grad is not None:
                param -= lr * param.grad
    """,
    new="""
    gradients = [param.grad for param in params]
    with torch.no_grad():
        for param, gradient in zip(params, gradients):
            if gradient is not None:
                param -= lr * gradient
    """,
    idea="generator_used_up",
)
grader.edit(
    "counts_the_parameters",
    "A generator such as `model.parameters()` has no length and no places to count through: loop "
    "with `for param in params`.",
    old="for param in params:",
    new="for index in range(len(params)):\n    param = params[index]",
)
grader.edit(
    "returns_new_tensors",
    "These are new tensors, and the parameters stay where they are. The model knows only its own "
    "tensors: change those in place, and return nothing.",
    old="""
    with torch.no_grad():
        for param in params:
            if param.grad is not None:
                param -= lr * param.grad
    """,
    new="""
    moving = [param for param in params if param.grad is not None]
    return [param - lr * param.grad for param in moving]
    """,
    idea="new_tensor_for_the_parameter",
)
grader.edit(
    "puts_new_tensors_into_the_list",
    "The list holds new tensors now, and the model still holds the old ones, which did not move. "
    "Change the tensors themselves, in place.",
    old="""
    with torch.no_grad():
        for param in params:
            if param.grad is not None:
                param -= lr * param.grad
    """,
    new="""
    for index, param in enumerate(params):
        if param.grad is not None:
            params[index] = (param - lr * param.grad).detach().requires_grad_()
    """,
    idea="new_tensor_for_the_parameter",
)
grader.edit(
    "freezes_the_parameters",
    "`requires_grad_(False)` permits the change, but from now on these parameters get no gradient "
    "any more. Use `with torch.no_grad():` instead.",
    old="param -= lr",
    new="param.requires_grad_(False); param -= lr",
)
grader.edit(
    "switches_autograd_off_for_good",
    **SWITCHES_AUTOGRAD_OFF_FOR_GOOD,
    old="with torch.no_grad():",
    new="torch.set_grad_enabled(False)\nif True:",
)


grader.edit(
    "switches_autograd_on",
    "Autograd is switched on after the step, even for a caller who had switched it off. `with "
    "torch.no_grad():` puts back what was.",
    old="""
    with torch.no_grad():
        for param in params:
            if param.grad is not None:
                param -= lr * param.grad
    """,
    new="""
    torch.set_grad_enabled(False)
    for param in params:
        if param.grad is not None:
            param -= lr * param.grad
    torch.set_grad_enabled(True)
    """,
    idea="autograd_left_on",
)
grader.edit(
    "freezes_what_has_no_gradient",
    "What has no gradient in this step is frozen here, and so gets none in later steps either. "
    "`with torch.no_grad():` needs no `requires_grad_(False)`.",
    old="""
    if param.grad is not None:
        param -= lr * param.grad
    """,
    new="""
    param.requires_grad_(False)
    if param.grad is None:
        continue
    param -= lr * param.grad
    param.requires_grad_(True)
    """,
)

WITH = """
    with torch.no_grad():
        for param in params:
            if param.grad is not None:
                param -= lr * param.grad
"""

grader.edit(
    "makes_new_tensors_of_all",
    "`param = ...` makes a new tensor, and the parameter stays where it is: change it in place, "
    "with `-=`. And a gradient may be None: skip that parameter.",
    old=WITH,
    new="""
    for param in params:
        param = param - lr * param.grad
    """,
    idea="new_tensor_for_the_parameter",
)
grader.edit(
    "adds_a_gradient_everywhere",
    "Not every parameter has a gradient: where it had no part in the loss, `param.grad` is None. "
    "Leave that parameter as it is.",
    old=WITH,
    new="""
    with torch.no_grad():
        for param in params:
            param.add_(param.grad, alpha=-lr)
    """,
    idea="gradient_may_be_none",
)
grader.edit(
    "puts_new_tensors_into_the_list_of_a_generator",
    "A list holds new tensors now, and the model still holds the old ones, which did not move. "
    "Change the tensors themselves, in place: `param -= ...`.",
    old=WITH,
    new="""
    params = params if isinstance(params, list) else list(params)
    for index, param in enumerate(params):
        if param.grad is not None:
            params[index] = (param - lr * param.grad).detach().requires_grad_()
    """,
    idea="new_tensor_for_the_parameter",
)


@grader.remark(written="_.data")
def through_data(params, lr):
    """Autograd does not see what is done through `.data`: where `backward()` still needs the old
    value, nothing is raised and the gradients are silently wrong. Under `torch.no_grad()`, `param
    -= lr * param.grad` does the same, and autograd notices it."""
    for param in list(params):
        if param.grad is not None:
            param.data = param.data - lr * param.grad.data
