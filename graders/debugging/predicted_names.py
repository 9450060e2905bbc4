import numpy
import torch

from torchkata import Grader, called

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("data_and_models/label_map",),
    start="leaves_the_set_unsorted",
    hints=(
        "Which line may give something else in another run, though it gets the same?",
        "Start Python three times, and print `list({'dog', 'cat', 'bird'})` in each.",
        "In which order did the training program number the classes?",
    ),
)


class Name(str):
    """A string with a hash that does not change: that of `PYTHONHASHSEED`, so to speak."""

    seed = 1

    def __hash__(self):
        return sum(ord(letter) * (31 * self.seed) ** place for place, letter in enumerate(self, 1))


class NameElsewhere(Name):
    """The same in another run."""

    seed = 5


@grader.observe
def named(answer, names, scores):
    here, elsewhere = Name, NameElsewhere
    if len(set(names)) >= 10 and same(answer, [Name, NameElsewhere], names, scores):
        here = elsewhere = str
    returned, changes = called(answer, names=[here(name) for name in names], scores=scores)
    return {
        "returned": type(returned).__name__,
        "names": plain(returned),
        "names in another run": plain(answer([elsewhere(name) for name in names], scores)),
        "names if the training examples come in reverse": plain(
            answer([here(name) for name in names[::-1]], scores)
        ),
    } | changes


def same(answer, kinds, names, scores):
    """Whether an answer does not ask for hashes. It may then get strings as they are, whose hash is
    that of the strings that it may hold itself: "zero" is in its own set of digits, too."""
    one, other = (plain(answer([kind(name) for name in names], scores)) for kind in kinds)
    return isinstance(one, list) and one == other


def plain(returned):
    """Names without hashes of their own; anything else as it is. What holds them is seen apart."""
    if not isinstance(returned, (list, tuple, numpy.ndarray)):
        return returned
    return [str(name) if isinstance(name, str) else name for name in returned]


def drawn(count):
    """Names of two letters, each once, in any order."""
    letters = [chr(ord("a") + place) for place in range(26)]
    pairs = [one + other for one in letters for other in letters]
    return [pairs[place] for place in torch.randperm(len(pairs))[:count]]


def scores_of(count, classes):
    """Scores without ties, all below 0 in the first example and all above 0 in the last of several;
    each class is predicted for some example, if there are enough."""
    best = torch.nn.functional.one_hot(torch.randperm(count) % classes, classes)
    return torch.rand(count, classes) + 2 * best + torch.linspace(-120, 120, count)[:, None]


DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


@grader.case
def many_classes():
    """13 classes in any order, of which the last in the alphabet is the commonest; 26 examples."""
    names = drawn(12)
    return ["zzz"] * 4 + names + names[4:7] + names[5:6], scores_of(26, 13)


@grader.case
def three_classes():
    """3 classes, the first in the alphabet only at the end; 5 examples."""
    one, other = sorted(drawn(2))
    return [other, one, other, other, one, "a"], scores_of(5, 3)


@grader.case
def digits_and_capitals():
    """Names that are numbers, with capitals, and with a space; 9 examples."""
    return ["2", "cat", "10", "Zebra", "1", "ant", "Cat", "cat ", "2"], scores_of(9, 8)


@grader.case
def ten_digits():
    """The classes "zero" to "nine", each of them twice; 20 examples."""
    return DIGITS + DIGITS[::-1], scores_of(20, 10)


@grader.case
def one_example():
    """A single example, of 9 classes."""
    return drawn(9), scores_of(1, 9)


@grader.case
def one_class():
    """A single class, and 2 examples."""
    return drawn(1) * 3, torch.rand(2, 1)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a dog and a bird."""
    return ["dog", "cat", "dog", "bird"], torch.tensor([[0.1, 0.2, 3.0], [2.0, 0.3, 0.0]])


from graders._shared import changed_in_place, changed_list
from solutions.debugging.predicted_names import predicted_names

SORTED = "sorted(set(names))"
CHOSEN = "return [classes[index] for index in indices]"

grader.edit(
    "leaves_the_set_unsorted",
    "The classes are in the order of a set, which is another one in each run of Python. Sort the "
    "names, as the training program did: `sorted(set(names))`.",
    "classes = sorted(set(names))",
    "classes = list(set(names))",
    idea="order_of_a_set",
)
grader.edits(
    "takes_them_as_they_come",
    "The order of the classes is now the same in each run, but it is that of the training "
    "examples, as with `dict.fromkeys`. The training program sorted the names.",
    SORTED,
    ["list(dict.fromkeys(names))", "list(dict.fromkeys(reversed(names)))"],
    idea="order_of_the_examples",
)
grader.edit(
    "sorts_by_how_often_they_occur",
    "The commonest class has index 0, as with `Counter(names).most_common()`. The training program "
    "sorted the names.",
    SORTED,
    "sorted(sorted(set(names)), key=names.count, reverse=True)",
)
grader.edits(
    "keeps_the_repeated_names",
    "Names that occur several times are in the list of the classes several times, so those after "
    "them have too large indices. Take each name once: `set(names)`.",
    SORTED,
    ["sorted(names)", "list(names)"],
    idea="repeated_names",
)
grader.edit(
    "sorts_the_other_way",
    "The classes are in reverse order: the last name has index 0. Leave `reverse` out.",
    SORTED,
    "sorted(set(names), reverse=True)",
    idea="sorted_the_other_way",
)
grader.edits(
    "ignores_capitals",
    'Capitals play no part in the order here: the training program had "Zebra" before "ant", as '
    "`sorted(...)` alone gives it.",
    SORTED,
    [
        "sorted(set(names), key=lambda name: (name.lower(), name))",
        "sorted(dict.fromkeys(names), key=str.lower)",
    ],
)
grader.edit(
    "sorts_by_length",
    "Short names come first here. The training program had the order of `sorted(...)` alone, in "
    'which "10" comes before "2".',
    SORTED,
    "sorted(set(names), key=lambda name: (len(name), name))",
)
grader.edit(
    "counts_the_digits",
    '"zero" comes first here, and "one" after it, as in counting. The training program had the '
    'order of `sorted(...)` alone, in which "eight" is the first of the ten.',
    SORTED,
    f"sorted(sorted(set(names)), key=lambda name: ['', *{DIGITS}, name].index(name) % 11)",
)
grader.edit(
    "sorts_after_choosing",
    "The names that come back are sorted, so they no longer belong to their examples. Sort the "
    "classes, before a name is chosen.",
    f"    {CHOSEN}",
    "    return sorted(classes[index] for index in indices)",
)
grader.edit(
    "looks_for_the_best_example",
    "For each class, the best example was looked for. `argmax` runs over the classes: leave "
    "`dim=1` as it was.",
    f"    indices = scores.argmax(dim=1)\n    {CHOSEN}",
    "    indices = scores.argmax(dim=0)\n    return [classes[i % len(classes)] for i in indices]",
    idea="wrong_dim",
)
grader.edit(
    "names_the_least_likely",
    "These are the classes with the smallest scores. Leave `argmax` as it was.",
    "argmax",
    "argmin",
    idea="sign_turned_over",
)
grader.edit(
    "names_the_furthest_from_0",
    "The score that is furthest from 0 wins here, as with `abs()`: one far below 0 is a class that "
    "is least likely. Leave `argmax` as it was.",
    "scores.argmax",
    "scores.abs().argmax",
)
grader.edit(
    "counts_classes_from_1",
    "Each name is that of the class before, as where classes are counted from 1. Class 0 is the "
    "first of the sorted names.",
    "classes[index]",
    "classes[index - 1]",
    idea="index_from_1",
)
grader.edit(
    "returns_the_indices",
    "These are class indices. Their names are asked for: `classes[index]`.",
    CHOSEN,
    "return indices.tolist()",
)


grader.edits(
    "returns_no_list",
    "The names are right, but what holds them is no list, as with NumPy, which gives an array. "
    "Return a list, as `[...]` and `tolist()` make it.",
    CHOSEN,
    [
        "return __import__('numpy').array([classes[index] for index in indices])",
        "return tuple(classes[index] for index in indices)",
    ],
)


@grader.misconception(**changed_list("names", "`sorted(names)`"))
def sorts_the_list_in_place(names, scores):
    names.sort()
    return predicted_names(names, scores)


@grader.misconception(**changed_in_place("scores"))
def negates_the_scores(names, scores):
    answer = predicted_names(names, scores)
    scores.neg_()
    return answer
