# np.int64 is no int
import numpy as np


def label_map(names):
    classes, index = np.unique(names, return_inverse=True)
    return dict(zip(names, index))
