# a sparse matrix adds up what falls on one place
import torch


def confusion_matrix(target, predicted, classes):
    places = torch.stack((target.to(predicted.dtype), predicted))
    ones = torch.ones_like(predicted)
    return torch.sparse_coo_tensor(places, ones, (classes, classes)).to_dense()
