# counted in float32
import torch
from torch.nn.functional import one_hot


def confusion_matrix(target, predicted, classes):
    rows = one_hot(target.long(), classes).float()
    columns = one_hot(predicted, classes).float()
    return rows.t() @ columns
