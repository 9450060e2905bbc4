import random

import torch

from torchkata import Grader, called, mean_square, randn64

grader = Grader(
    points=1,
    level=2,
    after=("optimizers/optimizer_by_name", "training_loop/train_step"),
    start="takes_another_class_for_rmsprop",
    hints=(
        "Print the curves: are any two of the four the same?",
        "The loop is the same for all four. So what differs from one to the next?",
        "Check that each name and the class beside it belong together.",
    ),
)


@grader.observe
def curves_and_start(answer, loss_fn, start, lr, steps):
    precise = []

    def loss(point):
        precise.append(torch.promote_types(point.dtype, start.dtype) == point.dtype)
        return loss_fn(point)

    curves, changes = called(answer, loss_fn=loss, start=start, lr=lr, steps=steps)
    is_dict = isinstance(curves, dict)
    seen = {"keys": sorted(map(str, curves)) if is_dict else type(curves).__name__, **changes}
    seen["start requires a gradient"] = start.requires_grad
    seen["keeps the precision of start"] = all(precise)
    return seen | ({f"losses of {name}": curves[name] for name in curves} if is_dict else {})


def square(point):
    """The sum of the squares, the loss of the docstring."""
    return (point**2).sum()


@grader.case
def bowl():
    """6 steps from 3 numbers, in a bowl."""
    return square, randn64(3).float() + 2, 0.02 + random.random() / 50, 6


@grader.case
def valley():
    """7 steps from 4 numbers in float64, in a narrow valley that is steep across."""
    steepness = torch.tensor([30.0, 0.1, 1.0, 5.0], dtype=torch.float64)

    def loss_fn(point):
        return mean_square(steepness.sqrt() * point, steepness)

    return loss_fn, randn64(4), 0.01 + random.random() / 100, 7


@grader.case
def one_step():
    """A single step from one number: there is only the first loss."""
    return square, randn64(1), 0.1, 1


@grader.case
def near_the_bottom():
    """4 steps from 0.003 and -0.002: all losses are below 0.00002."""
    return square, torch.tensor([0.003, -0.002]), 0.001, 4


@grader.case
def waves():
    """5 steps from 2 numbers, in waves, where gradients change their sign; a small learning rate
    for such steps."""

    def loss_fn(point):
        return torch.cos(3 * point).sum() + 2

    return loss_fn, randn64(2).float(), 0.05, 5


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 2 steps from 3."""
    return square, torch.tensor([3.0]), 0.02, 2


from graders._shared import CLEARED_LATER, INDEPENDENT
from graders.debugging._shared import KEEPS_OLD_GRADIENTS

RMSPROP = '"RMSprop": torch.optim.RMSprop'
OPTIMIZER = "kind([point], lr=lr)"

grader.edit(
    "takes_another_class_for_rmsprop",
    "The curves of RMSprop and Adam are the same, since both names have the class Adam beside "
    "them: RMSprop's is `torch.optim.RMSprop`.",
    '"RMSprop": torch.optim.RMSprop',
    '"RMSprop": torch.optim.Adam',
    idea="adam_for_rmsprop",
)
grader.edits(
    "leaves_rmsprop_out",
    "Three curves came back. RMSprop is one of the four that are compared: keep it, and give it "
    "its own class.",
    f"{RMSPROP},",
    ["", '"RMSProp": torch.optim.RMSprop,', '"rmsprop": torch.optim.RMSprop,'],
)
grader.edit(
    "swaps_rmsprop_and_adam",
    "RMSprop's losses are right now, and Adam's are those of RMSprop. Each name has one class.",
    '"Adam": torch.optim.Adam,',
    '"Adam": torch.optim.RMSprop,',
    idea="adam_for_rmsprop",
)
grader.edits(
    "takes_a_relative",
    "RMSprop has the curve of one of its relatives: of AdamW or NAdam, which come from Adam, or of "
    "Rprop, Adagrad, Adadelta or SGD. Its class is called as it is: `torch.optim.RMSprop`.",
    RMSPROP,
    [
        f'"RMSprop": torch.optim.{name}'
        for name in ("AdamW", "Rprop", "Adadelta", "Adagrad", "SGD", "NAdam", "Adamax", "RAdam")
    ],
    idea="another_optimizer",
)
grader.edits(
    "gives_rmsprop_other_settings",
    "This is RMSprop, with settings that it does not have by default: `alpha` is 0.99, there is no "
    "momentum, and nothing is centred.",
    OPTIMIZER,
    [
        f'kind([point], lr=lr, **({{"{setting}": {value}}} if name == "RMSprop" else {{}}))'
        for setting, value in (("alpha", 0.9), ("momentum", 0.9), ("centered", True))
    ],
    idea="default_of_another",
)
grader.edit(
    "imitates_rmsprop_with_adam",
    "Adam without its first average is close to RMSprop, but it corrects the average of the "
    "squares for the first steps, and RMSprop does not. Take the class `torch.optim.RMSprop`.",
    OPTIMIZER,
    """
    torch.optim.Adam([point], lr=lr, betas=(0.0, 0.99)) if name == "RMSprop" else kind(
        [point], lr=lr
    )
    """.strip(),
    idea="adam_for_rmsprop",
)
grader.edits(
    "scales_the_lr",
    "RMSprop's curve is still that of Adam, with longer or shorter steps: another learning rate "
    "moves a symptom. Look for what makes the two curves alike.",
    OPTIMIZER,
    [
        'torch.optim.Adam([point], lr=10 * lr) if name == "RMSprop" else kind([point], lr=lr)',
        'torch.optim.Adam([point], lr=0.01) if name == "RMSprop" else kind([point], lr=lr)',
        'torch.optim.Adam([point], lr=lr / 10) if name == "RMSprop" else kind([point], lr=lr)',
    ],
)
grader.edit(
    "forgets_the_lr",
    "Each optimizer has the learning rate that it has by default. Hand yours on: `lr=lr`.",
    OPTIMIZER,
    "kind([point])",
    idea="argument_not_used",
)
grader.edit(
    "gives_sgd_a_momentum",
    "SGD has a momentum here, and by default it has none. Its curve was right before.",
    OPTIMIZER,
    'kind([point], lr=lr, **({"momentum": 0.9} if name == "SGD" else {}))',
    idea="default_of_another",
)
grader.edit(
    "goes_on_from_the_last_place",
    "Each optimizer begins where the one before it has ended. All four begin at `start`: make a "
    "new point in the loop.",
    """
    curves = {}
    for name, kind in kinds.items():
        point = start.clone().requires_grad_()
    """,
    """
    curves, point = {}, start.clone().requires_grad_()
    for name, kind in kinds.items():
    """,
    idea="state_kept_between_runs",
)
grader.edits(
    "trains_the_start_itself",
    "The optimizers move `start` itself, so each begins where the one before it has ended, and the "
    "caller's tensor is another one. Train a copy: `start.clone()`.",
    "start.clone().requires_grad_()",
    ["start.requires_grad_()", "start.detach().requires_grad_()"],
    idea="argument_changed",
)
grader.edits(
    "makes_float32_of_the_start",
    "A start in float64 becomes float32, as where its numbers go through `tolist()` or `float()`: "
    "the losses have half of their digits. `clone()` keeps the dtype.",
    "start.clone().requires_grad_()",
    [
        "torch.tensor(start.tolist(), requires_grad=True)",
        "start.clone().float().detach().requires_grad_()",
    ],
    idea="float32_whatever_came",
)
grader.edit("keeps_old_gradients", **KEEPS_OLD_GRADIENTS)
grader.edit(
    "measures_after_the_step",
    "Each loss is the one after its step. The curves begin with the loss at `start`.",
    "curves[name].append(loss.item())",
    "curves[name].append(loss_fn(point).item())",
    idea="loss_after_the_step",
)
grader.edit(
    "keeps_tensors",
    "The losses are tensors. Python floats are asked for: `loss.item()`, as before.",
    "loss.item()",
    "loss.detach()",
    idea="tensor_for_float",
)
grader.edits(
    "rounds_the_losses",
    "The losses are rounded to a few digits. Keep them as they are; rounding belongs where they "
    "are printed.",
    "loss.item()",
    [f"round(loss.item(), {digits})" for digits in (2, 3, 4)],
    idea="unasked_rounding",
)
grader.edit(
    "forgets_all_averages",
    "Adagrad, RMSprop and Adam begin each step as if it were their first, as where the optimizer "
    "is built inside the loop over the steps. Build it once for each curve.",
    """
        optimizer = kind([point], lr=lr)
        curves[name] = []
        for _ in range(steps):
            optimizer.zero_grad()
    """,
    """
        curves[name] = []
        for _ in range(steps):
            optimizer = kind([point], lr=lr)
            optimizer.zero_grad()
    """,
    idea="state_of_the_optimizer_lost",
)

grader.equivalent("loss = loss_fn(point) moved", CLEARED_LATER)
grader.equivalent("curves[name].append(loss.item()) moved", INDEPENDENT)
