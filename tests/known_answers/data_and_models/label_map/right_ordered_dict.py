# Right: an OrderedDict is a dict
from collections import OrderedDict
from itertools import groupby


def label_map(names):
    classes = [name for name, _ in groupby(sorted(names))]
    return OrderedDict((name, index) for index, name in enumerate(classes))
