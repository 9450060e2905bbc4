# Right: np.unique sorts; its names are strings, too
import numpy as np


def label_map(names):
    return {name: i for i, name in enumerate(np.unique(names))}
