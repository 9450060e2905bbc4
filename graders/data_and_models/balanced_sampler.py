from collections.abc import Iterator

import torch

from torchkata import Grader, called

grader = Grader(
    points=2,
    level=2,
    after=("data_and_models/data_loaders", "cross_entropy/class_weights"),
    # Shares of 80 000 draws: two right answers differ by 0.0025 (one standard deviation), and of
    # the 8000 draws of one of ten classes by 0.008.
    tolerance={"shares of classes": (0.0, 0.015), "shares within classes": (0.0, 0.045)},
    hints=(
        "How probable must an example be, if its class has 50 examples, and the other 950?",
        "WeightedRandomSampler wants a weight for each example, not one for each class.",
        "`(1 / labels.bincount())[labels]` looks the weight of each example up; the number of "
        "samples is the number of examples.",
    ),
)


@grader.observe
def what_is_drawn(answer, labels):
    sampler, seen = called(answer, labels=labels)
    seen["iterated once alone"] = isinstance(sampler, Iterator)
    if isinstance(sampler, Iterator):
        return seen
    seen |= {"len(sampler)": len(sampler), "infinite weights": infinite(sampler)}
    if infinite(sampler):
        return seen
    first = list(sampler)
    seen |= {
        "indices drawn in an epoch": len(first),
        "type of an index": type(first[0]).__name__,
        "classes that occur": labels.unique(),
    }
    if not hasattr(first[0], "__index__"):
        return seen
    epochs = [[*map(int, sampler)] for _ in range(2 + min(80_000 // len(labels), 80))]
    drawn = torch.tensor(epochs[0])
    if drawn.dim() != 1 or drawn.min() < 0 or drawn.max() >= len(labels):
        return seen | {"all are indices of examples": False}
    if len(labels) > 100:
        seen["two epochs draw the same"] = epochs[0] == epochs[1]
        seen["an epoch draws some examples again"] = len(set(epochs[0])) < len(epochs[0])
        seen["drawn class by class"] = bool((labels[drawn].diff() >= 0).all())
    return seen | shares(labels, torch.tensor(epochs).flatten())


def infinite(sampler):
    """How many weights of a WeightedRandomSampler are no numbers to draw by; of others, 0."""
    return int((~torch.as_tensor(getattr(sampler, "weights", [])).isfinite()).sum())


def shares(labels, drawn):
    """How often each class is drawn, and how often, of these, one of its first half."""
    often = drawn.bincount(minlength=len(labels))
    within = {}
    for label in labels.unique().tolist():
        examples = (labels == label).nonzero().flatten()
        half = often[examples[: (len(examples) + 1) // 2]].sum()
        within[label] = (half / often[examples].sum().clamp(min=1)).item()
    of_class = labels[drawn].bincount(minlength=int(labels.max()) + 1) / len(drawn)
    return {"shares of classes": of_class, "shares within classes": within}


def drawn_labels(*counts):
    """Labels in any order, with so many of each class."""
    labels = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    return labels[torch.randperm(len(labels))]


@grader.case
def two_classes():
    """20 000 examples, 1000 of them of class 1."""
    return (drawn_labels(19_000, 1000),)


@grader.case
def three_classes():
    """15 000 examples of 3 classes: 10 500, 1500 and 3000."""
    return (drawn_labels(10_500, 1500, 3000),)


@grader.case
def a_missing_class():
    """12 000 examples; no example is of class 1, and 3 are of class 3."""
    return (drawn_labels(8000, 0, 3997, 3),)


@grader.case
def sorted_by_class():
    """1000 examples sorted by class, as in the docstring: 950 of class 0, and 50 of class 1."""
    return (torch.tensor([0] * 950 + [1] * 50),)


@grader.case
def many_classes():
    """950 examples of 10 classes, with 5 to 185 examples each."""
    return (drawn_labels(*range(5, 186, 20)),)


@grader.case
def nearly_twice_as_many():
    """1000 examples of two classes: 665 and 335."""
    return (drawn_labels(665, 335),)


@grader.case
def nearly_as_many():
    """1000 examples of two classes: 502 and 498."""
    return (drawn_labels(502, 498),)


@grader.case
def one_example():
    """A single example, of class 2."""
    return (torch.tensor([2]),)


from torch.utils.data import Sampler, WeightedRandomSampler

from graders._shared import changed_in_place

WEIGHTS = "weight[labels]"

grader.edits(
    "gives_a_weight_for_each_class",
    "Only indices below the number of classes are drawn, the same few examples all the time: the "
    "sampler got a weight for each class. It wants one for each example: `weight[labels]`.",
    old=WEIGHTS,
    news=[
        "weight",
        "torch.where(weight.isinf(), 0, weight)",
        "weight[weight.isfinite()]",
    ],
    idea="weights_of_classes_for_examples",
)
grader.edit(
    "weighs_by_frequency",
    "Common classes are drawn even more often than without a sampler: the weight grows with the "
    "count of the class. It has to be 1 / count.",
    old="1 / labels.bincount()",
    new="labels.bincount() / len(labels)",
    idea="frequencies_for_weights",
)
grader.edit(
    "counts_only_what_occurs",
    "Where a class has no examples, there is no weight for it, as `unique` counts only what "
    "occurs, and the classes after it are looked up one place too far. `bincount` counts 0 for it.",
    old="1 / labels.bincount()",
    new="1 / labels.unique(return_counts=True)[1]",
    idea="missing_class",
)
grader.edit(
    "weighs_all_alike",
    "The classes come as often as in the data: all examples have the same weight, or nearly so, as "
    "after a softmax of the weights. Give an example of a rare class a larger one, 1 / count.",
    old=WEIGHTS,
    new="torch.ones(len(labels))",
    idea="weights_ignored",
)
grader.edit(
    "takes_the_square_root",
    "Rare classes are drawn more often than in the data, and still not as often as the others, as "
    "with weights 1 / sqrt(count). For equal shares the weight is 1 / count.",
    old="1 / labels.bincount()",
    new="1 / labels.bincount().sqrt()",
)
grader.edit(
    "squares_the_weights",
    "Rare classes are drawn more often than common ones, as where 1 / count was multiplied in "
    "twice. Once makes all shares equal.",
    old="1 / labels.bincount()",
    new="1 / labels.bincount() ** 2",
    idea="weighed_twice",
)
grader.edits(
    "rounds_the_weights_down",
    "Some classes are drawn too seldom, as where `//` rounds their weights down: 10 // 4 is 2. "
    "Divide with `/`.",
    old="1 / labels.bincount()",
    news=[
        f"({whole} // labels.bincount().clamp(min=1)).double()"
        for whole in ("labels.bincount().max()", "len(labels)")
    ],
    idea="floor_division_of_weights",
)
grader.edit(
    "subtracts_the_share_from_1",
    "The weights are 1 - count / N. For two classes these are right; for more they are too much "
    "alike, and rare classes stay rare. The weight is 1 / count.",
    old="1 / labels.bincount()",
    new="1 - labels.bincount() / len(labels)",
    idea="one_minus_the_share",
)
grader.edit(
    "gives_the_labels_for_weights",
    "An example of class 0 is never drawn, and of the others those with a large index most often: "
    "the labels themselves are the weights here. The weight is 1 / count.",
    old=WEIGHTS,
    new="labels.double()",
)
grader.edit(
    "draws_each_once",
    "Each example is drawn once in an epoch, so the classes come as often as in the data, only in "
    "another order, as with `RandomSampler`, or `replacement=False`. A rare class has to be drawn "
    "several times.",
    old="num_samples=len(labels)",
    new="num_samples=len(labels), replacement=False",
    idea="without_replacement",
)
grader.edit(
    "draws_as_many_as_classes",
    "An epoch draws only as many examples as there are classes. `num_samples` is the length of "
    "the epoch: the number of examples.",
    old="num_samples=len(labels)",
    new="num_samples=len(weight)",
)
grader.edit(
    "draws_as_many_as_the_rarest",
    "An epoch is as short as if each class had as many examples as the rarest one. It should be as "
    "long as without the sampler: N examples.",
    old="num_samples=len(labels)",
    new="num_samples=len(labels.unique()) * int(labels.unique(return_counts=True)[1].min())",
)
grader.edit(
    "draws_as_many_as_the_commonest",
    "An epoch is as long as if each class had as many examples as the commonest one. It should be "
    "as long as without the sampler: N examples.",
    old="num_samples=len(labels)",
    new="num_samples=len(labels.unique()) * int(labels.bincount().max())",
)
grader.edit(
    "returns_a_list",
    "Each epoch draws the very same examples, as from a list of indices, or with a seed that is "
    "set each time: some of a common class are never seen. Return a sampler that draws again.",
    old="return WeightedRandomSampler(weight[labels], num_samples=len(labels))",
    new="return list(WeightedRandomSampler(weight[labels], num_samples=len(labels)))",
    idea="shuffled_once",
)
grader.edit(
    "returns_an_iterator",
    "This is an iterator, which is empty after the first epoch, as `iter(sampler)` gives it, or a "
    "function with `yield`. Return the sampler itself.",
    old="return WeightedRandomSampler(weight[labels], num_samples=len(labels))",
    new="return iter(WeightedRandomSampler(weight[labels], num_samples=len(labels)))",
)


@grader.misconception(**changed_in_place("labels"))
def subtracts_in_place(labels):
    sampler = WeightedRandomSampler((1 / labels.bincount())[labels], num_samples=len(labels))
    labels -= 1
    return sampler


@grader.misconception
def draws_from_the_first_of_each_class(labels):
    """Within a class not all examples are equally probable: only the first ones of each class are
    drawn, as many as the rarest class has. All of them have the same weight, 1 / count."""
    few = int(labels.unique(return_counts=True)[1].min())
    examples = [(labels == label).nonzero()[:few, 0] for label in labels.unique()]
    weights = torch.zeros(len(labels))
    weights[torch.cat(examples)] = 1.0
    return WeightedRandomSampler(weights, len(labels))


@grader.misconception
def begins_with_the_first_of_each_class(labels):
    """Within a common class the first examples are drawn in every epoch, and the last never, as
    where each epoch takes N / C of the class from its beginning. Draw within a class at random."""
    return _FromTheFront(labels)


class _FromTheFront(Sampler):
    def __init__(self, labels):
        self.count = len(labels)
        self.classes = [(labels == label).nonzero()[:, 0] for label in labels.unique()]

    def __len__(self):
        return self.count

    def __iter__(self):
        each = -(-self.count // len(self.classes))
        taken = torch.cat([c.repeat(-(-each // len(c)))[:each] for c in self.classes])
        return iter(taken[torch.randperm(len(taken))][: self.count].tolist())


@grader.misconception
def gives_tensors_for_indices(labels):
    """The indices are tensors, as those are over which one iterates in a tensor. A data set that is
    a list takes ints alone: `.tolist()` makes them."""
    return _Tensors((1 / labels.bincount())[labels])


class _Tensors(Sampler):
    def __init__(self, weights):
        self.weights = weights

    def __len__(self):
        return len(self.weights)

    def __iter__(self):
        return iter(self.weights.multinomial(len(self.weights), replacement=True))


grader.equivalent(
    "weight = 1 / labels.bincount() -> weight = 2 / labels.bincount()",
    "the sampler divides the weights by their sum",
)
