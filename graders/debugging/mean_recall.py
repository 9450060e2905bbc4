import torch

from torchkata import Grader, called

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/confusion_matrix",),
    start="skips_classes_without_hits",
    tolerance={"recall": (1e-6, 1e-7)},
    hints=(
        "0.87 is the mean of 0.9 and 0.84. How many recalls are in `recalls`, and how many should "
        "be?",
        "Which classes does `continue` skip? Which classes have no recall?",
        "Only a class without examples would divide by 0.",
    ),
)


@grader.observe
def recall(answer, targets, predicted, classes):
    arguments = {"targets": targets, "predicted": predicted, "classes": classes}
    returned, changes = called(answer, **arguments)
    return {"recall": returned, **changes}


def labels(examples, found, wrong):
    """For each class so many examples, so many of them found; the others get a class of `wrong`."""
    targets, predicted = [], []
    for label, (count, hits) in enumerate(zip(examples, found, strict=True)):
        targets += [label] * count
        others = [other for other in wrong if other != label]
        missed = [others[place % len(others)] for place in range(count - hits)]
        predicted += [label] * hits + missed
    order = torch.randperm(len(targets))
    return torch.tensor(targets)[order], torch.tensor(predicted)[order], len(examples)


def some(low, high):
    return int(torch.randint(low, high + 1, ()))


@grader.case
def all_found_in_part():
    """4 classes of different sizes: of each, some examples are found and some are not."""
    return labels((20, some(9, 12), 5, 3), (some(12, 18), 5, 2, some(1, 2)), wrong=(0, 1, 2, 3))


@grader.case
def a_rare_class_is_never_found():
    """3 classes, of which the rarest has 5 examples and is never predicted."""
    return labels((30, 25, 5), (some(20, 29), 21, 0), wrong=(0, 1))


@grader.case
def taken_for_each_other():
    """5 classes, of which two are only ever predicted for examples of other classes."""
    examples, found = (8, 4, 6, 3, 7), (some(5, 7), 0, some(3, 5), 0, 2)
    return labels(examples, found, wrong=(1, 3))


@grader.case
def absent_classes():
    """6 classes, of which three have no example: one of them is predicted now and then. Of the
    others, one is never found."""
    return labels((0, 9, 6, 0, 4, 0), (0, some(4, 7), 0, 0, 3, 0), wrong=(0, 1))


@grader.case
def nothing_is_right():
    """3 classes, and no prediction is right: the mean is 0."""
    return labels((some(3, 6), 5, 1), (0, 0, 0), wrong=(0, 1))


@grader.case
def single_example():
    """A single example of one of two classes, and it is found."""
    label = torch.randint(2, (1,))
    return label, label.clone(), 2


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 5 examples, of which none is of class 3."""
    return torch.tensor([0, 0, 1, 1, 2]), torch.tensor([0, 0, 1, 0, 0]), 4


from graders._shared import INDEPENDENT, changed_in_place
from graders.training_loop._shared import AS_PERCENT, AS_TENSORS, rounded
from solutions.debugging.mean_recall import mean_recall

SKIP = "if examples == 0:"
MEAN = "sum(recalls) / len(recalls)"
LOOP = """
        if examples == 0:
            continue
        recalls.append(found / examples)
    return sum(recalls) / len(recalls)
"""

grader.edit(
    "skips_classes_without_hits",
    "A class of which nothing is found is left out of the mean, so the worst classes do not count, "
    "as where `continue` skips what has no hits. Its recall is 0: skip only what has no examples.",
    "if examples == 0:",
    "if found == 0:",
    idea="classes_without_hits_skipped",
)
grader.edits(
    "guards_the_last_division",
    "This keeps the function from failing where nothing is found, but a class of which nothing is "
    "found is still left out of the mean elsewhere. Its recall is 0, and has to count.",
    LOOP,
    [
        f"""
        if found == 0:
            continue
        recalls.append(found / examples)
    return {mean}
        """
        for mean in ("sum(recalls) / max(len(recalls), 1)", "sum(recalls) / (len(recalls) + 1e-8)")
    ],
    idea="classes_without_hits_skipped",
)
grader.edit(
    "skips_what_is_never_predicted",
    "A class that has examples, but is never predicted, is left out of the mean. Its recall is 0: "
    "what is predicted decides the precision, not whether there is a recall.",
    SKIP,
    "if examples == 0 or (predicted == label).sum() == 0:",
    idea="classes_without_hits_skipped",
)
grader.edit(
    "skips_only_what_is_not_there_at_all",
    "A class without examples divides by 0 where it is predicted, as where only a class that is "
    "neither in `targets` nor in `predicted` is skipped.",
    SKIP,
    "if examples + (predicted == label).sum() == 0:",
    idea="zero_divided_by_zero",
)
grader.edits(
    "counts_absent_classes_as_0",
    "A class without examples counts as 0 here, as where nothing is skipped or the sum is divided "
    "by `classes`. It has no recall: leave it out of the mean.",
    LOOP,
    [
        """
        recalls.append(found / max(examples, 1))
    return sum(recalls) / len(recalls)
        """,
        """
        if found == 0:
            continue
        recalls.append(found / examples)
    return sum(recalls) / classes
        """,
        *(
            f"""
        recalls.append(found / (examples + {eps}))
    return sum(recalls) / len(recalls)
        """
            for eps in ("1e-8", "1e-7", "1e-10", "1e-12")
        ),
    ],
)
grader.edit(
    "counts_absent_classes_as_1",
    "A class without examples counts as 1 here. It has no recall: leave it out of the mean.",
    LOOP,
    """
        recalls.append(found / examples if examples else 1.0)
    return sum(recalls) / len(recalls)
    """,
)
grader.edit(
    "divides_by_0",
    "A class without examples divides by 0 here. It has no recall: skip it, and nothing else.",
    LOOP,
    """
        recalls.append(found / examples)
    return sum(recalls) / len(recalls)
    """,
    idea="zero_divided_by_zero",
)
grader.edit(
    "ends_at_the_first_absent_class",
    "The classes after the first one without examples do not count, as with `break`, which ends "
    "the loop. `continue` goes on with the next class.",
    LOOP,
    LOOP.replace("continue", "break").replace("len(recalls)", "max(len(recalls), 1)"),
)
grader.edit(
    "averages_the_precision",
    "This is the mean precision: the hits were divided by how often the class is predicted. Divide "
    "by the number of its examples.",
    "recalls.append(found / examples)",
    "recalls.append(found / max((predicted == label).sum().item(), 1))",
)
grader.edit(
    "takes_the_accuracy",
    "This is the accuracy, all hits by all examples, in which frequent classes count most. Average "
    "the recalls of the classes.",
    MEAN,
    "(targets == predicted).sum().item() / len(targets)",
)
grader.edit(
    "divides_by_all_examples",
    "The hits of each class were divided by the number of all examples. Divide by the number of "
    "examples of that class.",
    "found / examples",
    "found / len(targets)",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "leaves_out_class_0",
    "Class 0 is left out, as if it were the background, or as with `range(1, classes)`. It counts "
    "like the others.",
    LOOP,
    LOOP.replace("== 0:", "== 0 or label == 0:").replace("len(recalls)", "max(len(recalls), 1)"),
)
grader.edit(
    "leaves_out_the_last_class",
    "The last class is left out, as with `range(classes - 1)`. `range(classes)` goes from 0 to "
    "`classes - 1` already.",
    LOOP,
    LOOP.replace("== 0:", "== 0 or label == classes - 1:").replace(
        "len(recalls)", "max(len(recalls), 1)"
    ),
    idea="last_one_left_out",
)
grader.edit(
    "returns_in_the_loop",
    "Only the first class that has examples counts, as where `return` is inside the loop.",
    LOOP,
    """
        if examples == 0:
            continue
        recalls.append(found / examples)
        return sum(recalls) / len(recalls)
    """,
    idea="return_in_the_loop",
)
grader.edit(
    "returns_the_recalls",
    "These are the recalls of the single classes. Return one number, their mean.",
    MEAN,
    "recalls",
    idea="no_reduction",
)
grader.edits("gives_percent", **AS_PERCENT, old=MEAN, news=(f"100 * {MEAN}", f"{MEAN} * 100.0"))

grader.edit(
    "counts_what_is_only_predicted_as_0",
    "A class that is predicted, but has no example, counts as 0 here, as where the mean is over "
    "all classes of `targets` and `predicted` together. It has no recall: leave it out.",
    LOOP,
    """
        if examples + (predicted == label).sum().item() == 0:
            continue
        recalls.append(found / max(examples, 1))
    return sum(recalls) / len(recalls)
    """,
)
grader.edits(
    "numbers_the_classes_that_occur",
    "The last classes do not count where others have no examples, as with `range` of how many "
    "classes occur: classes 0 and 2 are two, and `range(2)` has no 2. Go through all `classes`.",
    f"""
    for label in range(classes):
        examples = (targets == label).sum().item()
        found = ((targets == label) & (predicted == label)).sum().item()
        {LOOP.strip()}
    """,
    [
        f"""
    present = len(targets.unique())
    for label in range(present):
        examples = (targets == label).sum().item()
        found = ((targets == label) & (predicted == label)).sum().item()
        if examples == 0:
            continue
        recalls.append(found / examples)
    return sum(recalls) / {count}
        """
        for count in ("present", "max(len(recalls), 1)", "len(recalls)")
    ],
)
TENSOR = "torch.tensor(recalls"
grader.edits(
    "gives_a_tensor",
    **AS_TENSORS,
    old=MEAN,
    news=(f"{TENSOR}).mean()", f"{TENSOR}, dtype=torch.float64).mean()"),
)
grader.edits("rounds_the_recall", **rounded(MEAN))


@grader.misconception(**changed_in_place("predicted"))
def marks_what_is_wrong(targets, predicted, classes):
    mean = mean_recall(targets, predicted, classes)
    predicted[predicted != targets] = -1
    return mean


grader.equivalent("if examples == 0: -> if examples <= 0:", "a number of examples is never below 0")
FOUND = "found = ((targets == label) & (predicted == label)).sum().item()"
grader.equivalent(f"{FOUND} moved", INDEPENDENT)
grader.equivalent(
    f"{FOUND} -> {FOUND.replace('&', '*')}",
    "a product of two bools is true where both are",
)
