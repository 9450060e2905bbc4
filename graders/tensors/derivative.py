import torch

from torchkata import Grader, called, has_graph, snapshot

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("tensors/image_batch",),
    hints=(
        "`backward()` begins at one number. How do you get one from many, so that each point "
        "still gets its own derivative?",
        "In the sum of all results, only one depends on a given point: the derivative of the sum "
        "is the derivative of that one.",
        "Make a tensor of your own with the numbers of `x`, `x.detach().clone()`, and call "
        "`requires_grad_()` on that. After `backward()`, the derivatives are in its `grad`.",
    ),
)


@grader.observe
def slopes_of_two_calls(answer, function, x):
    slopes, changes = called(answer, function=function, x=x)
    seen = {"derivative": snapshot(slopes), "derivative has a graph": has_graph(slopes)}
    seen |= changes | {"x requires a gradient": x.requires_grad, "x.grad": snapshot(x.grad)}
    return seen | {"derivative of a second call": snapshot(answer(function, x))}


@grader.case
def sine():
    """`torch.sin` at 5 points."""
    return torch.sin, 3 * torch.randn(5)


@grader.case
def cube_of_a_table():
    """t ** 3 at a table of 3 x 4 points, in float64."""
    return (lambda t: t**3), 1 + torch.rand(3, 4, dtype=torch.float64)


@grader.case
def one_point():
    """exp(-t * t) at a single point, a tensor of shape ()."""
    return (lambda t: (-t * t).exp()), 0.5 + torch.rand(())


@grader.case
def parts_of_different_slope():
    """5 * t below 0, and t * t above: 6 points, 3 on each side."""
    points = (0.5 + torch.rand(6)) * torch.tensor([-1.0, 1.0, 1.0, -1.0, 1.0, -1.0])
    return (lambda t: torch.where(t < 0, 5 * t, t * t)), points


@grader.case
def holds_a_gradient():
    """t ** 4 at 3 points, in a tensor that requires a gradient and holds an old one, 0.7."""
    x = (1 + torch.rand(3)).requires_grad_()
    x.grad = torch.full((3,), 0.7)
    return (lambda t: t**4), x


@grader.case
def swings_quickly():
    """sin(1000 * t) at 4 points, in float64."""
    return (lambda t: torch.sin(1000 * t)), torch.rand(4, dtype=torch.float64)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: t * t at 3 points."""
    return (lambda t: t * t), torch.tensor([-1.0, 0.0, 3.0])


from graders._shared import changed_in_place

BODY = """
points = x.detach().requires_grad_()
total = function(points).sum()
return torch.autograd.grad(total, points)[0]
"""

grader.edit(
    "forgets_the_sum",
    "With more than one point this fails: `backward()` and `autograd.grad` begin at a single "
    "number, and the function gives as many as there are points. Add them up first: each point "
    "changes only one of them.",
    old="function(points).sum()",
    new="function(points)",
    idea="backward_from_many_numbers",
)
grader.edit(
    "takes_the_mean",
    "The derivatives are divided by how many points there are, as where the mean was taken before "
    "`backward()`. In the sum, each result counts whole.",
    old="sum()",
    new="mean()",
    idea="mean_for_sum",
)
grader.edits(
    "takes_differences",
    "These are quotients of differences, (f(x + h) - f(x)) / h: close, but not exact. With a large "
    "h the function bends in between, with a small one most digits cancel out. Autograd is exact.",
    old=BODY,
    news=[
        *(
            f"return (function(x.detach() + {h}) - function(x.detach())) / {h}"
            for h in ("1e-2", "1e-3", "1e-4", "1e-5", "1e-6")
        ),
        *(
            f"return (function(x.detach() + {h}) - function(x.detach() - {h})) / (2 * {h})"
            for h in ("1e-2", "1e-3", "1e-4", "1e-5", "1e-6")
        ),
    ],
    idea="differences_for_derivatives",
)


@grader.misconception(idea="gradients_add_up")
def uses_x_itself(function, x):
    """The gradients of all calls add up in `x.grad`, so the second call returns too much, and `x`
    is not what it was. Compute with a tensor of your own: `x.detach().clone()`."""
    x.requires_grad_()
    function(x).sum().backward()
    return x.grad


@grader.misconception
def clears_the_gradient_of_x(function, x):
    """The derivatives are right, but `x` is not what it was: it requires a gradient, and another
    one is in its `grad`. Compute with a tensor of your own: `x.detach().clone()`."""
    x.requires_grad_()
    x.grad = None
    function(x).sum().backward()
    return x.grad


@grader.misconception
def leaves_no_gradient(function, x):
    """The derivatives are right, but `x` is not what it was: it requires a gradient, and has lost
    the one it held. Compute with a tensor of your own: `x.detach().clone()`."""
    x.requires_grad_()
    x.grad = None
    function(x).sum().backward()
    slopes, x.grad = x.grad, None
    return slopes


@grader.misconception
def loses_the_gradient_of_x(function, x):
    """The derivatives are right, but `x` held a gradient of earlier, and does not any more. Compute
    with a tensor of your own: `x.detach().clone()`."""
    required = x.requires_grad
    x.requires_grad_()
    x.grad = None
    function(x).sum().backward()
    slopes, x.grad = x.grad, None
    x.requires_grad_(required)
    return slopes


@grader.misconception
def goes_through_the_points(function, x):
    """A table and a single point fail, as where a loop goes through `x`: of a table it gives rows,
    and a tensor of shape () cannot be gone through. Compute all at once: the sum of the results
    has one derivative for each point."""
    slopes = []
    for point in x:
        point = point.detach().clone().requires_grad_()
        function(point).backward()
        slopes.append(point.grad)
    return torch.stack(slopes)


grader.edits(
    "lets_x_require_a_gradient",
    "The derivatives are right, but `x` requires a gradient from now on: `requires_grad_()`, with "
    "the `_` at its end, changes the tensor itself. Call it on a tensor of your own, as "
    "`x.detach().clone()` makes one.",
    old="points = x.detach().requires_grad_()",
    news=["points = x.requires_grad_()", "x.requires_grad = True; points = x"],
)
grader.edit(
    "takes_requires_grad_away",
    "`x` required a gradient, and does not any more. Leave it as it was: compute with a tensor of "
    "your own, `x.detach().clone()`.",
    old="return torch.autograd.grad(total, points)[0]",
    new="slopes = torch.autograd.grad(total, points)[0]\nx.requires_grad_(False)\nreturn slopes",
)


@grader.misconception
def clones_without_detaching(function, x):
    """If `x` requires a gradient, `x.clone()` is computed from it and keeps no gradient itself: its
    `grad` is None, and the derivatives go on to `x.grad`. Cut it off first:
    `x.detach().clone()`."""
    points = x.clone().requires_grad_()
    function(points).sum().backward()
    return points.grad


grader.edits(
    "leaves_nothing_to_go_back_through",
    "Nothing was recorded here, so there is no way back to the points: they did not require "
    "a gradient, or the history was cut off before `backward()`, as by `detach()`, "
    "`torch.tensor(...)` and `torch.no_grad()`. Call `requires_grad_()` on the points, compute "
    "without these, and begin at the sum itself.",
    old=BODY,
    news=[
        BODY.replace(".requires_grad_()", ""),
        BODY.replace("sum()", "sum().detach()"),
        BODY.replace("function(points)", "function(points.detach())"),
        "return torch.autograd.grad(function(x).sum(), x)[0]",
        "function(x).sum().backward()\nreturn x.grad",
    ],
    idea="cut_graph",
)
grader.edit(
    "keeps_the_graph",
    "The derivatives are right, but they have a graph themselves, as with `create_graph=True`, "
    "which is for second derivatives. Return them without one.",
    old="torch.autograd.grad(total, points)",
    new="torch.autograd.grad(total, points, create_graph=True)",
    idea="kept_graph",
)
grader.edit(
    "returns_a_tuple",
    "`torch.autograd.grad` returns a tuple, with a gradient for each tensor that you ask about. "
    "Take the first: `[0]`.",
    old="torch.autograd.grad(total, points)[0]",
    new="torch.autograd.grad(total, points)",
)
grader.edit(
    "returns_the_values",
    "These are the values of the function, not how steep it is. Go backward from their sum.",
    old=BODY,
    new="return function(x.detach())",
)
grader.edit(
    "returns_one_number",
    "This is one number for all points, the sum of the derivatives. Return one for each point.",
    old="torch.autograd.grad(total, points)[0]",
    new="torch.autograd.grad(total, points)[0].sum()",
)
grader.edit(
    "returns_a_jacobian",
    "This is the derivative of every result by every point, a Jacobian, most of it 0. Only those "
    "are asked for where both are at the same place.",
    old=BODY,
    new="return torch.autograd.functional.jacobian(function, x.detach())",
)
grader.edits(
    "takes_neighbours",
    "`torch.gradient` compares neighbouring numbers of a tensor, however far apart the points are. "
    "It has nothing to do with autograd: that is `backward()`, or `torch.autograd.grad`.",
    old=BODY,
    news=[
        "return torch.gradient(function(x.detach()))[0]",
        "return torch.gradient(function(x.detach()), spacing=(x.detach(),))[0]",
        *(
            f"points = x.detach().flatten()\n"
            "if len(points) < 2:\n    return torch.zeros_like(x)\n"
            f"return torch.gradient(function(points){spacing})[0].view(x.shape)"
            for spacing in ("", ", spacing=(points,)")
        ),
    ],
)
grader.edit(
    "doubles_the_derivative",
    "The derivatives are twice what they should be: gradients add up, and `backward()` was called "
    "twice on the same tensor.",
    old="torch.autograd.grad(total, points)[0]",
    new="torch.autograd.grad(2 * total, points)[0]",
)
grader.edit(
    "goes_back_from_one_result",
    "All derivatives but the first are 0, as where `backward()` begins at the first result only. "
    "Begin at the sum of all.",
    old="function(points).sum()",
    new="function(points).flatten()[0]",
)
grader.edit(
    "makes_float32_points",
    "In float64 the derivatives are float32: `torch.tensor` of Python numbers is that, whatever "
    "`x` is. `x.detach().clone()` keeps the dtype.",
    old="x.detach().requires_grad_()",
    new="torch.tensor(x.tolist(), requires_grad=True)",
    idea="dtype_not_kept",
)
grader.edit(
    "changes_the_points",
    **changed_in_place("x"),
    old="return torch.autograd.grad(total, points)[0]",
    new="slopes = torch.autograd.grad(total, points)[0]\nx.data += 1e-3\nreturn slopes",
)

FIRST = "return torch.autograd.grad(total, points)[{}]"
grader.equivalent(f"{FIRST.format(0)} -> {FIRST.format(-1)}", "the tuple has one item")
