import torch
import torch.nn.functional as F

from torchkata import Grader, called

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("cross_entropy/cross_entropy",),
    hints=(
        "Which class needs the largest weight: the one with the most examples, or with the fewest?",
        "All examples of a class together count its number of examples times its weight.",
        "What times 300, what times 2000 and what times 700 gives the same each time?",
    ),
)


@grader.observe
def ratios_and_weighted_loss(answer, counts, logits, target):
    weight, changes = called(answer, counts=counts)
    loss = F.cross_entropy(logits.requires_grad_(), target, weight=weight)
    loss.backward()
    return {
        "weight / weight[0]": weight / weight[0],
        "weight above 0": (weight > 0).tolist(),
        "loss with these weights": loss,
        "gradient with these weights": logits.grad,
        **changes,
    }


@grader.case
def classes_of_the_tutorial():
    """300, 2000 and 700 examples of 3 classes; the loss of 9 of them."""
    counts = torch.tensor([300, 2000, 700])
    return counts, torch.randn(9, 3), torch.arange(9) % 3


@grader.case
def drawn_classes():
    """12 classes with 20 to 99 examples each; the loss of 24 of them."""
    counts = torch.randint(20, 100, (12,))
    return counts, torch.randn(24, 12), torch.arange(24) % 12


@grader.case
def classes_that_occur_once():
    """1, 40, 1 and 7 examples of 4 classes; the loss of 8 of them."""
    return torch.tensor([1, 40, 1, 7]), torch.randn(8, 4), torch.arange(8) % 4


@grader.case
def as_in_the_docstring():
    """The counts of the docstring's example: 10, 20 and 40; the loss of 6 examples."""
    return torch.tensor([10, 20, 40]), torch.randn(6, 3), torch.arange(6) % 3


@grader.case
def one_rare_class():
    """100 000 examples of one class and a few of the other; the loss of 6 of them."""
    counts = torch.stack([torch.tensor(100_000), torch.randint(2, 10, ())])
    return counts, torch.randn(6, 2), torch.tensor([0, 0, 0, 0, 0, 1])


from graders._shared import changed_in_place
from graders.cross_entropy._shared import (
    A_FACTOR_CANCELS_OUT,
    GIVES_A_WEIGHT_TOO_MANY,
    SUBTRACTS_FROM_THE_LARGEST,
    TAKES_THE_LOGARITHM,
    TAKES_THE_ROOT,
)


@grader.misconception(idea="weight_grows_with_the_count")
def weighs_frequent_classes_more(counts):
    """`n / N` is how frequent a class is, so the class with the most examples gets the largest
    weight: it drowns the rare ones even more. The weight has to fall as the count grows."""
    return counts / counts.sum()


grader.edits(
    "subtracts_the_frequency_from_one",
    "`1 - n / N` puts the classes in the right order, but much too close together: a class half as "
    "frequent does not weigh twice as much. Divide instead of subtracting.",
    "1 / counts",
    [f"1 - counts / counts.sum(){small}" for small in ("", " + 1e-6", " + 1e-5")],
    idea="weight_falls_in_a_line",
)


@grader.misconception(**GIVES_A_WEIGHT_TOO_MANY)
def gives_a_weight_too_many(counts):
    first, second, *others = counts.tolist()
    total = sum((first, second, *others))
    return torch.tensor([1 / first / total, second, total, *(n / total for n in others)])


@grader.misconception
def mixes_two_formulas(counts):
    """The first weight is made with `1 / n`, which is right, and the others with `n`, which gives
    frequent classes more. Use the same formula for all of them."""
    weight = counts / counts.sum()
    weight[0] = 1 / counts[0] / counts.sum()
    return weight


@grader.misconception(idea="integers_for_floats")
def gives_whole_numbers(counts):
    """These weights are integers, as the counts are, and the loss needs floats. Dividing with `/`
    gives floats; `//` cuts off the digits after the decimal point."""
    return counts.sum() // counts


@grader.misconception(idea="weights_all_equal")
def weighs_all_classes_equally(counts):
    """Equal weights are the same as none: the class with the most examples still counts most."""
    return torch.ones(len(counts), device=counts.device)


@grader.misconception
def takes_softmax_of_the_counts(counts):
    """Softmax sees only the differences between the counts, and exponentials of such differences
    are almost always 0: most classes get no weight at all. Divide by the count."""
    return torch.softmax(-counts.float(), dim=0)


@grader.misconception(**SUBTRACTS_FROM_THE_LARGEST)
def subtracts_from_the_largest(counts):
    return counts.max() - counts + 1.0


@grader.misconception(**TAKES_THE_ROOT)
def takes_the_root(counts):
    return 1 / counts.sqrt()


@grader.misconception(**TAKES_THE_LOGARITHM)
def takes_the_logarithm(counts):
    return (counts.sum() / counts).log()


@grader.misconception(idea="list_for_tensor")
def returns_a_list(counts):
    """`nn.CrossEntropyLoss` takes a tensor of weights, not a list: wrap it in `torch.tensor(...)`.
    Or compute with `counts` as a whole, without a loop."""
    return [1 / count for count in counts.tolist()]


@grader.misconception(idea="float64_for_float32")
def returns_double_precision(counts):
    """These weights are float64, and the loss refuses to mix them with float32 scores: add
    `.float()`, or compute in float32 from the start."""
    return 1 / counts.double()


@grader.misconception(**changed_in_place("counts"))
def overwrites_the_counts(counts):
    weight = 1 / counts
    counts *= 0
    return weight


@grader.misconception(idea="pos_weight_for_weight")
def takes_the_odds(counts):
    """The ratios are those of `(total - count) / count`, which `pos_weight` of a loss for yes and
    no takes. For many classes, an example weighs 1 / count of its class."""
    return (counts.sum() - counts) / counts


@grader.misconception(idea="weight_rounded")
def rounds_the_weights(counts):
    """The ratios are those of whole numbers, as `//` gives them: it rounds each weight down. Divide
    with `/`."""
    return (counts.max() // counts).float()


@grader.misconception
def takes_softmax_of_the_inverses(counts):
    """Softmax of `1 / counts` makes the weights nearly equal, since all of these are between 0 and
    1. Only ratios are compared, so `1 / counts` needs no more than that."""
    return (1 / counts).softmax(dim=0)


@grader.misconception
def turns_the_counts_around(counts):
    """The weights are the counts in the opposite order: a rare class gets another class's count.
    Each weight is about its own class: 1 / count."""
    return counts.flip(0).float()


grader.edits(
    "counts_one_more",
    "A rare class weighs too little, as where something is added to each count, which makes a "
    "small count much larger and a large one hardly. No count is 0: divide by the count as it is.",
    "1 / counts",
    ["1 / (counts + 1)", "1 / (counts + 0.5)"],
)
grader.edits(
    "limits_the_weights",
    "A very rare class weighs too little, as where `clamp` keeps its weight below a multiple of "
    "the smallest. However rare a class is, all of its examples together count as much as "
    "another's.",
    "1 / counts",
    [f"(counts.max() / counts).clamp(max={most})" for most in (3, 5, 10, 20, 50, 100, 1000)],
)
grader.edits(
    "takes_the_effective_number",
    'Large classes end up with nearly the same weight, as with the "effective number" of a '
    "class-balanced loss, `1 - beta ** n`: it hardly grows beyond some count. Here a class with "
    "twice as many examples weighs half as much, however large the two are.",
    "1 / counts",
    [f"(1 / (1 - {beta} ** counts.double())).float()" for beta in (0.9, 0.99, 0.999, 0.9999)],
    idea="weight_falls_too_slowly",
)


grader.equivalent("return 1 / counts -> return 2 / counts", A_FACTOR_CANCELS_OUT)


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def one_by_one(counts):
    """No loop is needed: `1 / counts` divides by all counts at once, on the device that they are
    on."""
    total = sum(counts.tolist())
    return torch.tensor([total / count for count in counts.tolist()], device=counts.device)


grader.not_here(
    "exception alone: gives_a_weight_too_many",
    "exception alone: gives_whole_numbers",
    "exception alone: returns_a_list",
    "exception alone: returns_double_precision",
    reason="The loss refuses these weights in words of its own: one too many, Long, list, "
    "Double. Each sentence is about that.",
)
