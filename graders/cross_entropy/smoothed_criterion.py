import torch
from torch import nn

from torchkata import Grader, called, value_and_gradient

grader = Grader(
    points=1,
    level=2,
    after=("cross_entropy/criterion", "cross_entropy/smooth_target"),
    hints=(
        "The object takes all that it needs to know when it is made: print its signature.",
        "Which argument is new since the tutorial was written? Its name says what it does.",
        "`nn.CrossEntropyLoss(weight=..., ignore_index=..., label_smoothing=...)`, with the "
        "weights as a float tensor.",
    ),
)


@grader.observe
def loss_and_gradient(answer, epsilon, weight, ignore_index, logits, target):
    loss_fn, changes = called(answer, epsilon=epsilon, weight=weight, ignore_index=ignore_index)
    built = isinstance(loss_fn, nn.CrossEntropyLoss)
    exact = not built or loss_fn.weight is None or loss_fn.weight.dtype == torch.float32
    applied = loss_fn.to(logits.device) if built and exact else lambda *_: None
    seen = value_and_gradient(applied, "loss", logits=logits, target=target)
    return {"is an nn.CrossEntropyLoss": built, "its weights are float32": exact, **seen, **changes}


@grader.case
def two_classes():
    """7 examples of 2 classes that weigh 1 and 4; 0.2 is shared out, and 2 targets are -100."""
    target = torch.tensor([0, 1, -100, 0, 1, -100, 0])
    return 0.2, [1.0, 4.0], -100, torch.randn(7, 2), target


@grader.case
def five_classes():
    """8 examples of 5 classes; 0.1 is shared out, and 3 targets are 255."""
    weight = (0.5 + 3 * torch.rand(5)).tolist()
    target = torch.tensor([0, 4, 255, 2, 1, 255, 3, 255])
    return 0.1, weight, 255, 2 * torch.randn(8, 5), target


@grader.case
def a_class_is_left_out():
    """6 examples of 3 classes that weigh 2, 1 and 5, whole numbers; 0.3 is shared out, and class 1
    is left out."""
    return 0.3, [2, 1, 5], 1, torch.randn(6, 3), torch.tensor([0, 1, 2, 1, 0, 2])


@grader.case
def nothing_is_shared_out():
    """5 examples of 3 classes; epsilon is 0."""
    return 0.0, [3.0, 1.0, 2.0], -100, torch.randn(5, 3), torch.tensor([0, 1, 2, 1, 0])


@grader.case
def everything_is_shared_out():
    """4 examples of 3 classes; epsilon is 1, and one target is -100."""
    return 1.0, [3.0, 1.0, 2.0], -100, torch.randn(4, 3), torch.tensor([0, -100, 2, 1])


@grader.case
def sure_and_wrong():
    """4 examples of 3 classes, two of them wrong by about 150; 0.1 is shared out."""
    logits = torch.randn(4, 3)
    logits[torch.arange(2), torch.tensor([1, 2])] += 150
    return 0.1, [1.0, 2.0, 1.5], 255, logits, torch.tensor([0, 1, 2, 255])


@grader.case
def as_in_the_docstring():
    """The settings of the docstring's example; the loss of 4 examples."""
    return 0.5, [1.0, 1.0], 255, torch.randn(4, 2), torch.tensor([0, 255, 1, 1])


from graders._shared import changed_in_place
from graders.cross_entropy._shared import KNOWS_ONLY_ITS_DEFAULT

SMOOTHED = "label_smoothing=epsilon"
grader.edit(
    "ignores_epsilon",
    "Nothing is smoothed: `epsilon` has no effect. The loss has an argument for it.",
    f"{SMOOTHED},",
    "",
)
grader.edit(
    "keeps_the_rest",
    "`1 - epsilon` is shared out, and `epsilon` stays with the right class. It is the other way "
    "round.",
    SMOOTHED,
    "label_smoothing=1 - epsilon",
)
grader.edit(
    "shares_with_the_wrong_classes_only",
    "Too much is shared out, as where each *wrong* class gets epsilon / (C - 1). The right class "
    "gets its share of epsilon, too: hand `epsilon` on as it is.",
    SMOOTHED,
    "label_smoothing=min(1.0, epsilon * len(weight) / (len(weight) - 1))",
)
grader.edits(
    "divides_epsilon_by_the_classes",
    "Too little is shared out, as where `epsilon / C` or `epsilon / (C - 1)` is given. "
    "`label_smoothing` is what all classes get together, and the loss divides it among them: hand "
    "`epsilon` on as it is.",
    SMOOTHED,
    [f"label_smoothing=epsilon / {count}" for count in ("len(weight)", "(len(weight) - 1)")],
)
grader.edit(
    "gives_epsilon_by_position",
    "Nothing is smoothed: the second argument of `nn.CrossEntropyLoss` by position is "
    "`size_average`, so `epsilon` landed there. Write `label_smoothing=epsilon`.",
    SMOOTHED,
    "size_average=epsilon",
)
grader.edit(
    "halves_epsilon",
    "Half of `epsilon` is shared out. Hand it on as it is.",
    SMOOTHED,
    "label_smoothing=epsilon / 2",
)
grader.edits(
    "has_a_fixed_epsilon",
    "Always the same is shared out, whatever `epsilon` is. Hand it on.",
    SMOOTHED,
    ["label_smoothing=0.1", "label_smoothing=0.05", "label_smoothing=0.2"],
)
WEIGHT = "torch.tensor(weight, dtype=torch.float32)"
grader.edit(
    "ignores_the_weights",
    "All classes count the same: `weight` has no effect on it.",
    f"weight={WEIGHT},",
    "",
    idea="weights_ignored",
)
grader.edit(
    "turns_the_weights_over",
    "A class with a large weight counts little, as where 1 / weight is given. These are weights, "
    "not counts: give them as they are.",
    WEIGHT,
    f"1 / {WEIGHT}",
    idea="weight_inverted",
)
grader.edit(
    "gives_whole_numbers_as_weights",
    "Where all weights are whole numbers, `torch.tensor(weight)` is int64, and the loss takes "
    "floats alone. Say so: `torch.tensor(weight, dtype=torch.float32)`.",
    WEIGHT,
    "torch.tensor(weight)",
)
grader.edit(
    "gives_float64_weights",
    "The weights are float64, as NumPy has its numbers, and the loss fails beside logits of "
    "float32: make them float32, too.",
    WEIGHT,
    "torch.tensor(weight, dtype=torch.float64)",
    idea="dtype_not_kept",
)
grader.edit(
    "gives_a_list_as_weights",
    "The loss takes its weights as a tensor, and `weight` is a list. Make one of it, of floats.",
    WEIGHT,
    "weight",
    idea="list_for_tensor",
)
grader.edit(
    "gives_the_ignored_class_no_weight",
    "The class that is left out weighs 0 here. Its examples are left out without that; and of the "
    "others it gets its share of `epsilon`, which counts with its own weight. Leave the weights as "
    "they are.",
    f"return nn.CrossEntropyLoss(\n    weight={WEIGHT},",
    f"scale = {WEIGHT}\n"
    "if ignore_index in range(len(weight)):\n"
    "    scale[ignore_index] = 0\n"
    "return nn.CrossEntropyLoss(\n    weight=scale,",
)
grader.edit(
    "knows_only_its_default",
    **KNOWS_ONLY_ITS_DEFAULT,
    old="ignore_index=ignore_index,",
    new="",
)
grader.edit(
    "sums_instead_of_averaging",
    "The losses are added up. Average over the batch, which is the default.",
    SMOOTHED,
    f'{SMOOTHED}, reduction="sum"',
    idea="sum_for_mean",
)
grader.edit(
    "gives_one_loss_for_each_example",
    "The object gives a loss for each example, as `reduction='none'` does. Average over the batch, "
    "which is the default.",
    SMOOTHED,
    f'{SMOOTHED}, reduction="none"',
    idea="no_reduction",
)
grader.edits(
    "returns_no_such_object",
    "What came back is no `nn.CrossEntropyLoss`, as where another loss was made, or the class was "
    "returned without calling it. Call `nn.CrossEntropyLoss(...)`, with the settings.",
    "return nn.CrossEntropyLoss(",
    [
        "return nn.CrossEntropyLoss\nnn.CrossEntropyLoss(",
        "return nn.MultiMarginLoss()\nnn.CrossEntropyLoss(",
        "return nn.NLLLoss(torch.tensor(weight))\nnn.CrossEntropyLoss(",
    ],
)
grader.edit(
    "changes_the_weights",
    **changed_in_place("weight"),
    old="return nn",
    new="weight[:] = [w / max(weight) for w in weight]\nreturn nn",
)
