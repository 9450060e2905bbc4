# a product of one-hot tables, in integers
import torch
from torch.nn.functional import one_hot


def confusion_matrix(target, predicted, classes):
    return one_hot(target.to(torch.int64), classes).T.mm(one_hot(predicted, classes))
