import torch
from torch import nn

from torchkata import Grader, has_graph, snapshot, training_steps, unchanged

grader = Grader(
    points=2,
    level=3,
    after=("optimizers/sgd", "optimizers/take_step"),
    hints=(
        "With a weight decay of d, SGD adds d * w to the gradient of a weight w.",
        "So the penalty's derivative by w has to be d * w. What has that derivative?",
        "Squares, summed over all numbers of all parameters. The derivative of w**2 is 2 * w.",
    ),
)


@grader.observe
def penalty_gradient_and_steps(answer, params, weight_decay, targets, as_generator=False):
    before, grads = snapshot(params), snapshot([param.grad for param in params])

    def penalty():
        return answer((param for param in params) if as_generator else list(params), weight_decay)

    def total():
        apart = zip(params, targets, strict=True)
        return (sum((p - t).square().sum() for p, t in apart) / 2 + penalty()).sum()

    value = penalty()
    seen = {
        "penalty": value,
        "gradient of the penalty": gradient(value, params),
        "params are unchanged": unchanged(before, params),
        "gradients are unchanged": unchanged(grads, [param.grad for param in params]),
    }
    optimizer = torch.optim.SGD(params, lr=0.1, momentum=0.5)
    return seen | training_steps(optimizer, total, params)


def gradient(value, params):
    """The gradient for each parameter; None for one that the value does not come from."""
    if not has_graph(value):
        return [None] * len(params)
    return list(torch.autograd.grad(value, params, torch.ones_like(value), allow_unused=True))


def drawn(*shapes, weight_decay, dtype=torch.float32):
    """Parameters of these shapes, the weight decay, and what a loss draws them to."""
    params = [nn.Parameter(2 * torch.randn(shape, dtype=dtype)) for shape in shapes]
    return params, weight_decay, [torch.randn_like(param) for param in params]


@grader.case
def weight_and_bias():
    """A 3x2 weight and its bias, which have gradients already, with a weight decay of 0.3."""
    params, *others = drawn((3, 2), (2,), weight_decay=0.3)
    for param in params:
        param.grad = torch.full_like(param, 0.7)
    return params, *others


@grader.case
def from_a_generator():
    """Four parameters of 0 to 4 dimensions from a generator, with a weight decay of 1.5."""
    return *drawn((2, 1, 3, 3), (2,), (), (4, 2), weight_decay=1.5), True


@grader.case
def bias_of_zeros():
    """A weight, and a bias that is all 0, as many are at the start; weight decay 0.05, float64."""
    params, *others = drawn((4, 3), (4,), weight_decay=0.05, dtype=torch.float64)
    nn.init.zeros_(params[1])
    return params, *others


@grader.case
def nothing_decays():
    """A weight decay of 0: the penalty is 0, as a tensor, and so are its gradients."""
    return drawn((2, 3), (3,), weight_decay=0.0)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: one parameter of two numbers, with a weight decay of 0.1."""
    return [nn.Parameter(torch.tensor([3.0, -40.0]))], 0.1, [torch.randn(2)]


@grader.case
def all_of_them_zero():
    """A weight and a bias that are both 0, in float64, with a weight decay of 0.2."""
    params, *others = drawn((3, 2), (3,), weight_decay=0.2, dtype=torch.float64)
    for param in params:
        nn.init.zeros_(param)
    return params, *others


grader.edit(
    "forgets_the_half",
    "The derivative of w**2 is 2 * w, so this pulls twice as hard as SGD's weight decay: halve it.",
    old="weight_decay / 2",
    new="weight_decay",
)

SQUARES = "sum(param.square().sum() for param in params)"

grader.edit(
    "takes_a_quarter",
    "This pulls half as hard as SGD's weight decay: the derivative of w**2 is 2 * w, so halve the "
    "squares once.",
    old="weight_decay / 2",
    new="weight_decay / 4",
)
grader.edit(
    "adds_up_the_norms",
    "A norm is the root of the sum of the squares. SGD's weight decay comes from the squares "
    "themselves: leave out the root.",
    old=SQUARES,
    new="sum(torch.linalg.vector_norm(param) for param in params)",
)
grader.edit(
    "adds_up_the_norms_without_half",
    "A norm is the root of the sum of the squares. The pull of a norm is as strong on small "
    "parameters as on large ones, SGD's weight decay grows with them: square it.",
    old=f"weight_decay / 2 * {SQUARES}",
    new="weight_decay * sum(torch.linalg.vector_norm(param) for param in params)",
)
grader.edit(
    "takes_the_root_of_all",
    "This is the norm of all parameters together, the root of the sum of their squares. Weight "
    "decay comes from the sum itself: leave out the root.",
    old=SQUARES,
    new="sum(param.square().sum() for param in params).sqrt()",
)
grader.edit(
    "squares_a_root",
    "The value is right, but a root has an infinite slope at 0: where a parameter is all 0, the "
    "gradient becomes nan. Take neither the root nor its square.",
    old="param.square().sum()",
    new="param.square().sum().sqrt() ** 2",
)
grader.edit(
    "squares_the_root_of_all",
    "The value is right, but a root has an infinite slope at 0: where all parameters are 0, the "
    "gradient becomes nan. Take neither the root nor its square.",
    old=SQUARES,
    new="sum(param.square().sum() for param in params).sqrt() ** 2",
)
grader.edit(
    "changes_the_gradients",
    "The penalty is right, but the parameters' gradients are changed here. Leave them: "
    "`backward()` of the whole loss adds what the penalty contributes.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new="""
    params = list(params)
    for param in params:
        if param.grad is not None:
            param.grad = param.grad + weight_decay * param.detach()
    return weight_decay / 2 * sum(param.square().sum() for param in params)
    """,
    idea="gradient_changed",
)
grader.edit(
    "averages_each_parameter",
    "`mean` divides the pull on a parameter by how many numbers it holds. Weight decay pulls on "
    "every number alike: take the sum.",
    old="param.square().sum()",
    new="param.square().mean()",
)
grader.edit(
    "averages_each_parameter_without_half",
    "`mean` divides the pull on a parameter by how many numbers it holds, but weight decay pulls "
    "on every number alike: take the sum. (And the derivative of w**2 is 2 * w.)",
    old="weight_decay / 2 * sum(param.square().sum()",
    new="weight_decay * sum(param.square().mean()",
)
grader.edit(
    "averages_over_all",
    "This is divided by how many numbers there are in all, so a large model would hardly decay. "
    "Weight decay pulls on every number alike: take the sum.",
    old=SQUARES,
    new="torch.cat([param.flatten() for param in params]).square().mean()",
)
grader.edit(
    "adds_up_absolute_values",
    "These are absolute values, an L1 penalty, which pulls on small parameters as hard as on large "
    "ones. Add up squares.",
    old="param.square()",
    new="param.abs()",
)
grader.edit(
    "adds_up_absolute_values_without_half",
    "These are absolute values, an L1 penalty, which pulls on small parameters as hard as on large "
    "ones. Add up half of the squares.",
    old="weight_decay / 2 * sum(param.square()",
    new="weight_decay * sum(param.abs()",
)
grader.edit(
    "squares_the_sum",
    "The numbers are added first and squared afterwards, so positive and negative ones cancel. "
    "Square each of them, then add.",
    old="param.square().sum()",
    new="param.sum().square()",
)
grader.edit(
    "squares_the_weight_decay_too",
    "The weight decay is squared along with the parameters: multiply by it after squaring.",
    old=f"weight_decay / 2 * {SQUARES}",
    new="sum((weight_decay * param).square().sum() for param in params) / 2",
)
grader.edits(
    "leaves_out_the_vectors",
    "Only matrices and the like are counted here. In SGD, biases and single numbers decay like all "
    "others: count every parameter.",
    old=SQUARES,
    news=[
        "sum(param.square().sum() for param in params if param.dim() > 1)",
        "sum(param.square().sum() * (param.dim() > 1) for param in params)",
    ],
)
grader.edits(
    "takes_the_largest_singular_value",
    "The value of a matrix is too small, as where `torch.linalg.norm(param, 2)` gives the largest "
    "singular value: the order 2 means another norm for matrices. Add up the squares of all their "
    "numbers.",
    old="param.square().sum()",
    news=[
        f"torch.linalg.norm(param, {order}) ** 2 if param.dim() {which} else param.square().sum()"
        for which in ("== 2", "in (1, 2)")
        for order in ("2", "ord=2")
    ]
    + ["torch.linalg.norm(param, 2) ** 2"],
    idea="norm_of_a_matrix",
)
grader.edit(
    "splits_a_generator_twice",
    "A generator can be iterated once, and then it is empty, so the second loop finds nothing. "
    "Use one loop, or keep `list(params)` first.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new="""
    matrices = [param for param in params if param.dim() > 1]
    vectors = [param for param in params if param.dim() < 2]
    return weight_decay / 2 * sum(param.square().sum() for param in matrices + vectors)
    """,
    idea="generator_used_up",
)
grader.edit(
    "uses_the_generator_up",
    "A generator can be iterated once, and then it is empty, so nothing is left to add up. Use "
    "one loop, or keep `list(params)` first.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new="""
    count = len([param for param in params])
    return weight_decay / 2 * sum(param.square().sum() for param in params)
    """,
    idea="generator_used_up",
)
grader.edit(
    "loses_the_first_of_a_generator",
    "The first parameter of a generator is missing, as where `next` takes it out before the loop. "
    "Keep `list(params)` first.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new="""
    total = torch.zeros((), device=next(iter(params)).device)
    return weight_decay / 2 * sum((param.square().sum() for param in params), total)
    """,
)
grader.edit(
    "starts_with_one_zero_in_a_vector",
    "The sum begins with a tensor of shape (1,), so the penalty has that shape too. Begin with "
    "`torch.zeros(())`, or with the number 0.",
    old=SQUARES,
    new="sum((param.square().sum() for param in params), torch.zeros(1))",
)
grader.edit(
    "starts_with_a_parameter",
    "With `requires_grad=True` the start of the sum is a parameter of its own, which `+=` may not "
    "change. Begin with a plain 0: the gradients come through what is added.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new="""
    penalty = torch.tensor(0.0, requires_grad=True)
    for param in params:
        penalty += weight_decay / 2 * param.square().sum()
    return penalty
    """,
)
grader.edit(
    "divides_by_how_many_parameters",
    "This is divided by how many parameters there are. Each of them decays in full, whatever "
    "others there are: leave it at the sum.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new="params = list(params)\nreturn weight_decay / 2 / len(params) * " + SQUARES,
)
grader.edit(
    "forgets_the_weight_decay",
    "`weight_decay` says how strong the penalty is: multiply by it.",
    old="weight_decay / 2",
    new="1 / 2",
    idea="no_weight_decay",
)
grader.edit(
    "adds_up_the_parameters_themselves",
    "This adds up the parameters themselves, so every gradient is the weight decay, whatever the "
    "parameter. The gradient has to be the weight decay times the parameter.",
    old=f"weight_decay / 2 * {SQUARES}",
    new="weight_decay * sum(param.sum() for param in params)",
)
grader.edit(
    "keeps_only_the_last",
    "`=` replaces the penalty of the parameters before: add to it with `+=`.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new="""
    for param in params:
        penalty = weight_decay / 2 * param.square().sum()
    return penalty
    """,
    idea="last_one_only",
)
grader.edit(
    "returns_in_the_loop",
    "Only the first parameter is counted, as where `return` is inside the loop: add up all of "
    "them, and return then.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new="""
    for param in params:
        return weight_decay / 2 * param.square().sum()
    """,
    idea="return_in_the_loop",
)
grader.edit(
    "cuts_the_penalty_off",
    "The value is right, but it is cut off from the parameters (as by `detach()`, `.data`, "
    "`torch.tensor(...)` or `torch.no_grad()`): adding it to the loss changes no gradient.",
    old="param.square()",
    new="param.detach().square()",
    idea="cut_graph",
)
grader.edit(
    "returns_a_float",
    "The value is right, but it is a Python number, as `.item()`, `float()` and `.tolist()` give, "
    "through which no gradient flows. Return the tensor.",
    old="param.square().sum()",
    new="param.square().sum().item()",
    idea="cut_graph",
)
grader.edit(
    "returns_a_float_for_0",
    "A weight decay of 0 needs no special treatment, and a tensor is to come back then as well.",
    old="return weight_decay",
    new="if weight_decay == 0:\n    return 0.0\nreturn weight_decay",
    idea="cut_graph",
)
grader.edit(
    "returns_a_plain_zero_for_0",
    "With a weight decay of 0 the value is right, but no gradient flows back from it, as where a "
    "new tensor is returned for that case. It needs no special treatment: 0 times the sum is 0, "
    "and comes from the parameters.",
    old="return weight_decay",
    new="if weight_decay == 0:\n    return torch.tensor(0.0)\nreturn weight_decay",
    idea="cut_graph",
)
grader.edit(
    "returns_one_penalty_for_each_parameter",
    "These are the penalties of the single parameters. Add them up to one number.",
    old=f"weight_decay / 2 * {SQUARES}",
    new="torch.stack([weight_decay / 2 * param.square().sum() for param in params])",
    idea="no_reduction",
)
grader.edit(
    "forgets_to_add_up_the_numbers",
    "The squares of one parameter are still a tensor of its shape. Add them up before you add "
    "parameters of other shapes: `param.square().sum()`.",
    old="param.square().sum()",
    new="param.square()",
)
grader.edit(
    "shrinks_the_parameters_itself",
    "This shrinks the parameters, as the optimizer does. Here they must not change: return a term "
    "that makes the optimizer do it, through its gradient.",
    old="return weight_decay",
    new="""
    params = list(params)
    with torch.no_grad():
        for param in params:
            param *= 1 - weight_decay
    return weight_decay""",
)
grader.edit(
    "calls_backward",
    "`backward()` is called here already, which frees the graph, so `backward()` of the whole "
    "loss fails. Return the penalty, and leave `backward()` to the code that adds it to the loss.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new=f"penalty = weight_decay / 2 * {SQUARES}\npenalty.backward()\nreturn penalty",
)


grader.edit(
    "makes_a_new_tensor",
    "The value is right, but a new tensor of it does not come from the parameters, even with "
    "`requires_grad=True`: adding it to the loss changes no gradient.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new=f"return torch.tensor((weight_decay / 2 * {SQUARES}).item(), requires_grad=True)",
    idea="cut_graph",
)

grader.edit(
    "adds_up_in_float32",
    "The penalty is float32 where the parameters are float64, and loses digits, as where `+=` adds "
    "to `torch.tensor(0.0)`, which stays float32. Begin with the number 0, and change no dtype.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new="""
    penalty = torch.tensor(0.0)
    for param in params:
        penalty += weight_decay / 2 * param.square().sum()
    return penalty
    """,
    idea="float32_whatever_came",
)
grader.edit(
    "casts_to_float32",
    "Parameters in float64 are taken as float32, as with `.float()`, so the penalty has another "
    "dtype, and the gradients lose digits. Leave the parameters as they are.",
    old="param.square().sum()",
    new="param.float().square().sum()",
    idea="float32_whatever_came",
)
grader.edit(
    "adds_to_one_zero_in_a_vector",
    "The sum begins with a tensor of shape (1,), so the penalty has that shape too. Begin with "
    "`torch.zeros(())`, or with the number 0.",
    old=f"return weight_decay / 2 * {SQUARES}",
    new="""
    penalty = torch.zeros(1)
    for param in params:
        penalty += weight_decay / 2 * param.square().sum()
    return penalty
    """,
)
grader.edit(
    "takes_the_root_of_all_without_half",
    "This is the norm of all parameters together, the root of the sum of their squares. Weight "
    "decay comes from half of the sum itself: leave out the root.",
    old=f"weight_decay / 2 * {SQUARES}",
    new=f"weight_decay * {SQUARES}.sqrt()",
)


@grader.remark(written="torch.norm")
def with_the_old_norm(params, weight_decay):
    """`torch.norm` is deprecated. `torch.linalg.vector_norm` does the same; and
    `param.square().sum()` takes no root that is squared again."""
    return weight_decay / 2 * sum(torch.norm(param) ** 2 for param in params)


grader.not_here(
    "exception alone: calls_backward",
    reason="The graph of the first penalty is gone before anybody else has gone backward.",
)
