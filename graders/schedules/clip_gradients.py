import torch

from torchkata import Grader, randn64, snapshot, unchanged

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/train_step",),
    forbid=("torch.nn.utils.clip_grad_norm_",),
    # The docstring lets the clipped norm be a millionth too small.
    tolerance={"gradients": (3e-6, 1e-12)},
    hints=(
        "First the norm of all gradients together, and only then the factor: one for all of them.",
        "Add up the squares of all numbers: `grad.square().sum()` of each gradient.",
        "The factor is `max_norm / norm`, and it is used only if it shortens the gradients. If the "
        "norm is inf or nan, do nothing.",
    ),
)


@grader.observe
def norm_and_gradients(answer, params, gradients, max_norm, as_generator=False):
    params = [param.requires_grad_() for param in params]
    for param, grad in zip(params, gradients, strict=True):
        param.grad = None if grad is None else grad.clone()
    before, old = snapshot(params), snapshot(gradients)
    norm = answer((param for param in params) if as_generator else list(params), max_norm)
    now = [param.grad for param in params]
    return {
        "norm": norm,
        "gradients": snapshot(now),
        "gradients are unchanged": unchanged(old, now),
        "parameters are unchanged": unchanged(before, params),
    }


def drawn(*shapes, sizes, dtype=torch.float32):
    """Parameters of these shapes, and gradients whose norms are these sizes."""
    params = [torch.randn(shape, dtype=dtype) for shape in shapes]
    directions = [randn64(*shape) for shape in shapes]
    gradients = [size * way / way.norm() for size, way in zip(sizes, directions, strict=True)]
    return params, [grad.to(dtype) for grad in gradients]


@grader.case
def three_unequal_ones():
    """Three gradients whose own norms are 0.5, 2 and 6; the largest norm allowed is 1."""
    return *drawn((3, 2), (4,), (2, 2), sizes=(0.5, 2, 6)), 1.0


@grader.case
def short_enough():
    """The norms of two gradients are 0.6 and 0.8, so that of both is 1; allowed is 2."""
    return *drawn((5,), (2, 3), sizes=(0.6, 0.8)), 2.0


@grader.case
def each_short_enough():
    """Each of four gradients has the norm 0.8, and is below 1, but together it is 1.6; float64,
    from a generator."""
    params, gradients = drawn((3,), (4, 2), (6,), (1,), sizes=[0.8] * 4, dtype=torch.float64)
    return params, gradients, 1.0, True


@grader.case
def some_without_gradient():
    """Two of four parameters have no gradient, the first and the third; allowed is 0.1."""
    params, gradients = drawn((2,), (3, 2), (3,), (4,), sizes=(1, 3, 1, 5))
    gradients[0] = gradients[2] = None
    return params, gradients, 0.1


@grader.case
def a_single_number():
    """A parameter that is a single number has a gradient of -30, and another one of 0.01."""
    gradients = [torch.tensor(-30.0), torch.full((2,), 0.01)]
    return [torch.randn(()), torch.randn(2)], gradients, 0.5


@grader.case
def all_zero():
    """All gradients are 0."""
    return *drawn((3,), (2, 2), sizes=(0, 0)), 1.0


@grader.case
def one_inf():
    """One number of one gradient is inf."""
    params, gradients = drawn((3,), (2, 2), sizes=(1, 7))
    gradients[0][1] = float("inf")
    return params, gradients, 1.0


@grader.case
def one_nan():
    """One number of one gradient is nan."""
    params, gradients = drawn((3,), (2, 2), sizes=(1, 7))
    gradients[1][0, 1] = float("nan")
    return params, gradients, 1.0


@grader.case
def no_gradient_at_all():
    """Of two parameters, none has a gradient."""
    return [torch.randn(3), torch.randn(2, 2)], [None, None], 1.0


@grader.case
def no_parameters():
    """An empty list of parameters, in which there is no gradient either."""
    return [], [], 1.0


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 3, 0 and 4."""
    gradients = [torch.tensor([3.0, 0.0]), torch.tensor([4.0])]
    return [torch.zeros(2), torch.zeros(1)], gradients, 1.0


NORM = "math.sqrt(sum(grad.square().sum().item() for grad in grads))"
CLIP = """
    if max_norm < norm < math.inf:
        for grad in grads:
            grad *= max_norm / norm
"""

grader.edits(
    "clips_each_alone",
    "Each gradient was clipped by its own norm, which changes the direction of the whole. Take the "
    "norm of all gradients together, and one factor for all.",
    CLIP,
    [
        f"""
    for grad in grads:
        own = grad.norm().item()
        if {clipped}:
            grad *= max_norm / own
    """
        for clipped in (
            "max_norm < own and norm < math.inf",
            "max_norm < own < math.inf",
            "max_norm < own",
            "not own <= max_norm",
        )
    ],
    idea="clipped_one_by_one",
)
grader.edit(
    "clips_the_numbers",
    "Each number was cut off at `max_norm`, as `clamp` and `clip_grad_value_` do, which changes "
    "the direction. Multiply all gradients by one factor.",
    CLIP,
    """
    if max_norm < norm < math.inf:
        for grad in grads:
            grad.clamp_(-max_norm, max_norm)
    """,
    idea="value_for_norm",
)
grader.edit(
    "always_normalises",
    "Gradients that were short enough have been changed as well: they are made longer, or as long "
    "as `max_norm` exactly. Multiply only if the norm is above `max_norm`.",
    "max_norm < norm < math.inf",
    "0 < norm < math.inf",
    idea="always_normalised",
)
grader.edit(
    "makes_the_norm_1",
    "The norm after clipping is 1, whatever `max_norm` is: the factor is `max_norm / norm`.",
    "max_norm / norm",
    "1 / norm",
    idea="argument_not_used",
)
grader.edit(
    "multiplies_by_max_norm",
    "The gradients were multiplied by `max_norm` alone. For their norm to become `max_norm`, they "
    "have to be divided by the norm as well.",
    "max_norm / norm",
    "max_norm",
)
grader.edit(
    "divides_by_the_square",
    "Clipped gradients are too short by another factor of the norm, as where the square root was "
    "forgotten, or the division comes twice: the factor is `max_norm / norm`.",
    "max_norm / norm",
    "max_norm / norm**2",
)
grader.edit(
    "forgets_the_root",
    "This is the square of the norm: take the root of the sum of squares.",
    NORM,
    "sum(grad.square().sum().item() for grad in grads)",
    idea="no_square_root",
)
grader.edit(
    "adds_the_norms_up",
    "The norms of the gradients were added up, which gives more than the norm of all together. Add "
    "the squares up, and take the root once, at the end.",
    NORM,
    "float(sum(grad.norm().item() for grad in grads))",
    idea="sum_of_norms",
)
grader.edit(
    "takes_the_largest_norm",
    "This is the largest norm of a single gradient. All gradients count together: add up the "
    "squares of all numbers, and take the root.",
    NORM,
    "max((grad.norm().item() for grad in grads), default=0.0)",
)
grader.edit(
    "averages_the_squares",
    "The squares were averaged, as with `mean()`. A norm is the root of their sum.",
    NORM,
    "math.sqrt(sum(grad.square().mean().item() for grad in grads))",
    idea="mean_for_sum",
)
grader.edit(
    "adds_absolute_values",
    "This is the sum of the absolute values, another norm. Take the squares, add them up, and take "
    "the root.",
    NORM,
    "float(sum(grad.abs().sum().item() for grad in grads))",
)
grader.edit(
    "measures_the_parameters",
    "The norm is that of the parameters. What is clipped and measured are their gradients, "
    "`param.grad`.",
    """
    grads = [param.grad for param in params if param.grad is not None]
    norm = math.sqrt(sum(grad.square().sum().item() for grad in grads))
    """,
    """
    params = [param for param in params if param.grad is not None]
    grads = [param.grad for param in params]
    norm = math.sqrt(sum(param.square().sum().item() for param in params))
    """,
)
grader.edit(
    "shortens_the_parameters",
    "The parameters were changed, and their gradients were not. Multiply `param.grad`.",
    """
    grads = [param.grad for param in params if param.grad is not None]
    norm = math.sqrt(sum(grad.square().sum().item() for grad in grads))
    if max_norm < norm < math.inf:
        for grad in grads:
            grad *= max_norm / norm
    """,
    """
    params = [param for param in params if param.grad is not None]
    norm = math.sqrt(sum(param.grad.square().sum().item() for param in params))
    if max_norm < norm < math.inf:
        for param in params:
            param.data *= max_norm / norm
    """,
)
grader.edit(
    "changes_nothing",
    "The norm is right, and the gradients are as long as before, as where `grad = grad * factor` "
    "makes a new tensor that nobody keeps. Write `grad *= factor`, or set `param.grad`.",
    "grad *= max_norm / norm",
    "grad = grad * (max_norm / norm)",
    idea="new_tensor_for_the_gradient",
)
grader.edit(
    "returns_the_clipped_norm",
    "What comes back is the norm after clipping, never above `max_norm`. Return the one from "
    "before: it shows whether the training gets unstable.",
    "return norm",
    "return min(norm, max_norm) if norm < math.inf else norm",
    idea="norm_after_clipping",
)
grader.edit(
    "returns_a_tensor",
    "The norm is a tensor. Asked for is a Python float: `.item()`.",
    "return norm",
    "return torch.tensor(norm)",
    idea="tensor_for_float",
)
grader.edit(
    "returns_the_factor",
    "This is what the gradients were multiplied by. Return the norm that they had before.",
    "return norm",
    "return min(1.0, max_norm / norm) if 0 < norm < math.inf else 1.0",
)
grader.edit(
    "spreads_inf",
    "One number that is inf has changed all gradients: divided by inf, the others are 0, and inf "
    "itself becomes nan. Where the norm is not finite, leave the gradients as they are.",
    "max_norm < norm < math.inf",
    "max_norm < norm",
    idea="infinite_norm",
)
grader.edit(
    "spreads_nan",
    "One number that is nan has made all gradients nan. Where the norm is not finite, leave the "
    "gradients as they are: `math.isfinite(norm)`.",
    CLIP,
    """
    if not norm <= max_norm:
        for grad in grads:
            grad *= max_norm / norm
    """,
    idea="infinite_norm",
)
grader.edit(
    "clears_what_is_not_finite",
    "Where a number is inf or nan, all gradients were set to 0. Leave them as they are: the "
    "caller sees the norm, and decides.",
    "return norm",
    """
    for grad in grads:
        if not math.isfinite(norm):
            grad.zero_()
    return norm
    """,
)
grader.edit(
    "divides_by_zero",
    "Where all gradients are 0, the norm is 0 too, and `max_norm / norm` fails. Ask whether the "
    "norm is above `max_norm` first: then it is not 0.",
    CLIP,
    """
    factor = min(max_norm / norm, 1.0)
    if factor < 1 and norm < math.inf:
        for grad in grads:
            grad *= factor
    """,
    idea="division_by_0",
)
grader.edits(
    "needs_a_gradient",
    "Where there is no gradient at all, this fails: of an empty list, torch makes no tensor. "
    "Return 0.0 there.",
    NORM,
    [
        "torch.stack([grad.norm() for grad in grads]).norm().item()",
        "torch.cat([grad.flatten() for grad in grads]).norm().item()",
    ],
)


@grader.misconception(idea="generator_used_up")
def uses_the_generator_up(params, max_norm):
    """The norm is right and nothing is clipped where `params` is a generator, which can be iterated
    only once. Keep the gradients in a list first."""
    total = sum(p.grad.square().sum().item() for p in params if p.grad is not None)
    norm = total**0.5
    for param in params:
        if param.grad is not None and max_norm < norm < float("inf"):
            param.grad *= max_norm / norm
    return norm


@grader.misconception(idea="gradient_may_be_none")
def forgets_that_a_gradient_may_be_missing(params, max_norm):
    """A parameter may have no gradient: its `grad` is None, and cannot be squared. Skip it."""
    grads = [param.grad for param in params]
    norm = sum(grad.square().sum().item() for grad in grads) ** 0.5
    if max_norm < norm < float("inf"):
        for grad in grads:
            grad *= max_norm / norm
    return norm


@grader.misconception(idea="loop_ends_at_no_gradient")
def ends_at_the_first_missing_gradient(params, max_norm):
    """A parameter without gradient ends the whole loop here, and the gradients after it do not
    count. Skip that one alone, with `continue`."""
    grads = []
    for param in params:
        if param.grad is None:
            break
        grads.append(param.grad)
    norm = sum(grad.square().sum().item() for grad in grads) ** 0.5
    if max_norm < norm < float("inf"):
        for grad in grads:
            grad *= max_norm / norm
    return float(norm)


@grader.misconception(idea="zero_gradient_for_none")
def gives_zeros_for_none(params, max_norm):
    """A parameter without gradient has one of zeros now, and an optimizer with momentum or weight
    decay would move it. It keeps None."""
    params = list(params)
    for param in params:
        if param.grad is None:
            param.grad = torch.zeros_like(param)
    norm = sum(p.grad.square().sum().item() for p in params) ** 0.5
    if max_norm < norm < float("inf"):
        for param in params:
            param.grad *= max_norm / norm
    return float(norm)


grader.edits(
    "adds_too_much",
    "Clipped gradients are too short, as where more than 1e-6 is added to what they are divided "
    "by. `max_norm / norm` needs no such number.",
    "max_norm / norm",
    [f"max_norm / (norm + {number})" for number in ("1e-2", "1e-3", "1e-4")],
    idea="small_number_in_the_divisor",
)

grader.equivalent(
    "if max_norm < norm < math.inf: -> if max_norm < norm != math.inf:",
    "nothing but inf itself is not below inf and above `max_norm`; nan is above nothing",
)
grader.equivalent(
    "if max_norm < norm < math.inf: -> if max_norm <= norm < math.inf:",
    "where the two are equal, the factor is 1",
)
