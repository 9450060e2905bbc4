"""Which class has which index: a label map that is the same tomorrow."""


def label_map(names):
    """Give each class name its class index.

    The classes are numbered from 0, in the order that `sorted` gives their names: "10" comes before
    "2", and "Zebra" before "ant". The numbers must be the same each time: a model that was trained
    with one map, and is used with another, confuses its classes, and nothing raises an error. So
    they depend on which names there are, and on nothing else: not on the order of the examples, not
    on how often a name occurs, and not on the Python process that runs.

    Args:
        names: the class name of each example, a list of at least one string. A name may occur
            often. Names are compared as they are: "cat" and "Cat" are two classes. Do not modify
            the list.

    Returns:
        A dict {name: class index}, in any order; with C names the indices are 0 to C - 1, ints.

    Example:
        >>> label_map(["dog", "cat", "dog", "bird"]) == {"bird": 0, "cat": 1, "dog": 2}
        True

    Read: object.__hash__, "Note" (how Python changes the hashes of strings)
        https://docs.python.org/3/reference/datamodel.html#object.__hash__
    """
    return {name: index for index, name in enumerate(sorted(set(names)))}


def with_zip(names):
    """Pair the sorted names with the numbers."""
    classes = sorted(dict.fromkeys(names))
    return dict(zip(classes, range(len(classes)), strict=True))


def one_by_one(names):
    """Go through the sorted list of all names; one that is new gets the next number."""
    indices = {}
    for name in sorted(names):
        indices.setdefault(name, len(indices))
    return indices


def by_counting(names):
    """The index of a class is how many classes come before it."""
    return {name: len({other for other in names if other < name}) for name in names}
