import numpy as np
import torch

from torchkata import Grader, called

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("data_and_models/image_dataset",),
    hints=(
        "Which names are there, each once? In which order do they come, and who says so?",
        "A set forgets how often a name occurs, and has no order that you may rely on.",
        "`enumerate(...)` numbers what it is given; give it the names sorted, each once.",
    ),
)


class Name(str):
    """A string with a hash that does not change: that of `PYTHONHASHSEED`, so to speak."""

    seed = 1

    def __hash__(self):
        return sum(ord(letter) * (31 * self.seed) ** place for place, letter in enumerate(self, 1))


class NameElsewhere(Name):
    """The same in another process."""

    seed = 5


@grader.observe
def maps(answer, names):
    made, changes = called(answer, names=[Name(name) for name in names])
    elsewhere = answer([NameElsewhere(name) for name in names])
    return {
        "returned": "a dict" if isinstance(made, dict) else type(made).__name__,
        "the indices are": kinds(made),
        "map": entries(made),
        "map made in another process": entries(elsewhere),
        "map made of the same list, reversed": entries(answer([Name(n) for n in names[::-1]])),
    } | changes


def entries(made):
    """The entries by name; as it is what is no dict."""
    if not isinstance(made, dict):
        return made
    return {plain(name): plain(made[name]) for name in sorted(made, key=str)}


def kinds(made):
    """The types of the indices by name: "int", or "int64" where they are numpy's."""
    if not isinstance(made, dict):
        return "no dict"
    return ", ".join(sorted({type(index).__name__ for index in made.values()}))


def plain(value):
    """A string without its own hash, and a number without numpy's type."""
    if isinstance(value, str):
        return str(value)
    return value.item() if isinstance(value, np.generic) else value


def drawn(count):
    """Names of two letters, each once, in any order."""
    letters = [chr(ord("a") + place) for place in range(26)]
    pairs = [one + other for one in letters for other in letters]
    return [pairs[place] for place in torch.randperm(len(pairs))[:count]]


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a dog, a cat, a dog and a bird."""
    return (["dog", "cat", "dog", "bird"],)


@grader.case
def many_classes():
    """14 classes in any order, of which the last in the alphabet is the commonest."""
    names = drawn(13)
    return (["zzz"] * 4 + names + names[4:7] + names[5:6],)


@grader.case
def digits_and_capitals():
    """Names that are numbers, with capitals, with a space, and an empty one."""
    return (["2", "cat", "10", "Zebra", "1", "ant", "Cat", "cat ", "", "2"],)


@grader.case
def one_class():
    """Three examples, all of the same class."""
    return (drawn(1) * 3,)


@grader.case
def one_example():
    """A single example."""
    return (drawn(1),)


from graders._shared import changed_list

SORTED = "sorted(set(names))"
ALL = "{name: index for index, name in enumerate(sorted(set(names)))}"

grader.edit(
    "leaves_the_set_unsorted",
    "The order is that of a set, which is another one in each Python process: a model that is "
    "loaded tomorrow would confuse its classes. Put the names in order with `sorted`.",
    old=SORTED,
    new="list(set(names))",
    idea="order_of_a_set",
)
grader.edit(
    "numbers_them_as_they_come",
    "The class that occurs first is 0, as with `dict.fromkeys` or `if name not in ...`. With other "
    "examples, or the same ones shuffled, the classes get other numbers: sort the names.",
    old=SORTED,
    new="dict.fromkeys(names)",
    idea="order_of_the_examples",
)
grader.edit(
    "numbers_them_from_the_end",
    "The class that occurs last in the list is 0, as where the list is reversed. With other "
    "examples the classes get other numbers: sort the names.",
    old=SORTED,
    new="dict.fromkeys(reversed(names))",
    idea="order_of_the_examples",
)
grader.edits(
    "counts_each_example",
    "A name that occurs several times takes several numbers, so some indices are left out, and C "
    "names have indices above C - 1. Number each name once: `set(names)`.",
    old=ALL,
    news=[
        ALL.replace("set(names)", "names"),
        "{name: sorted(names).index(name) for name in names}",
    ],
    idea="repeated_names",
)
grader.edit(
    "numbers_the_examples",
    "Each class has the place of an example in the list, as in enumerating the list itself. Number "
    "the classes: each name once, sorted.",
    old=SORTED,
    new="names",
    idea="repeated_names",
)
grader.edit(
    "takes_the_first_place",
    "Each class has the place where it first occurs in the list, as `names.index(name)` gives it. "
    "The indices should be 0 to C - 1, in the order of the sorted names.",
    old=ALL,
    new="{name: names.index(name) for name in names}",
    idea="order_of_the_examples",
)
grader.edit(
    "starts_at_1",
    "The first class has index 1. Class indices start at 0: with C classes, C is no class, and "
    "`nn.CrossEntropyLoss` raises an error for it.",
    old=f"enumerate({SORTED})",
    new=f"enumerate({SORTED}, start=1)",
    idea="index_from_1",
)
grader.edit(
    "maps_indices_to_names",
    "This is the way back, from the index to the name. Asked for is {name: index}.",
    old="{name: index for",
    new="{index: name for",
)
grader.edit(
    "counts_from_the_end",
    "The classes are sorted the wrong way: the last name has index 0. Leave `reverse` out.",
    old=SORTED,
    new="sorted(set(names), reverse=True)",
)
grader.edits(
    "ignores_capitals",
    'Capitals play no part in the order here. `sorted(...)` alone puts "Zebra" before "ant"; leave '
    "`key` out.",
    old=SORTED,
    news=[
        "sorted(set(names), key=lambda name: (name.lower(), name))",
        "sorted(set(names), key=str.lower)",
        "sorted(dict.fromkeys(names), key=str.lower)",
    ],
)
grader.edit(
    "turns_names_into_small_letters",
    '"Cat" and "cat" became one class, as with `lower()`. Take the names as they are.',
    old=SORTED,
    new="sorted({name.lower() for name in names})",
)
grader.edit(
    "strips_the_names",
    "Spaces around a name are gone, so that two classes became one. Take the names as they are.",
    old=SORTED,
    new="sorted({name.strip() for name in names})",
)
grader.edit(
    "leaves_out_the_empty_name",
    "One class is left out: the one whose name is the empty string. It is a name like any other.",
    old=SORTED,
    new="sorted({name for name in names if name})",
)
grader.edits(
    "numbers_by_frequency",
    "The commonest class is 0, as with `Counter(names).most_common()`. Add some examples, and the "
    "classes get other numbers: sort the names.",
    old=SORTED,
    news=[
        "sorted(dict.fromkeys(names), key=names.count, reverse=True)",
        "sorted(sorted(set(names)), key=names.count, reverse=True)",
    ],
    idea="order_of_the_examples",
)
grader.edit(
    "sorts_by_length",
    "Short names come first here. `sorted(...)` alone compares letter by letter; leave `key` out.",
    old=SORTED,
    new="sorted(set(names), key=lambda name: (len(name), name))",
)
grader.edits(
    "sorts_numbers_by_value",
    'Names that are numbers come in the order of their values here, "2" before "10", as where a '
    "`key` makes numbers of digits. They are strings: `sorted(...)` without a `key` keeps to the "
    "order that is asked for.",
    old=SORTED,
    news=[
        "sorted(set(names), key=lambda name: name.zfill(9) if name.isdigit() else name)",
        "sorted(set(names), key=lambda name: (int(name) if name.isdigit() else 2.0**63, name))",
    ],
)
grader.edit(
    "returns_the_class_names",
    "This is the list of class names, each at its index. Asked for is a dict: {name: index}.",
    old=ALL,
    new="[str(name) for name in sorted(set(names))]",
)
grader.edit(
    "returns_the_labels",
    "This is the class index of each example. Asked for is the map that gives it: {name: index}.",
    old=ALL,
    new="[sorted(set(names)).index(name) for name in names]",
)
grader.edit(
    "gives_strings",
    "The indices are strings. Class indices are ints.",
    old="{name: index for",
    new="{name: str(index) for",
)


@grader.misconception
def counts_the_examples(names):
    """Each name has the number of its examples here. Asked for is its class index."""
    return {name: names.count(name) for name in names}


@grader.misconception(idea="order_of_a_set")
def takes_the_hash(names):
    """The index comes from the hash of the name, which is another one in each Python process, and
    two names may get the same. Number the sorted names."""
    return {name: hash(name) % len(set(names)) for name in names}


@grader.misconception
def gives_ints_of_numpy(names):
    """The indices are numpy's ints, as `np.unique` and `np.arange` give them: no Python ints, and
    `json` refuses to write them, for one. Make each an `int(...)`."""
    classes, places = np.unique([str(name) for name in names], return_inverse=True)
    return dict(zip([str(classes[place]) for place in places], places, strict=True))


@grader.misconception(**changed_list("names", "`sorted(names)`"))
def sorts_the_list_itself(names):
    names.sort()
    return {name: index for index, name in enumerate(dict.fromkeys(names))}
