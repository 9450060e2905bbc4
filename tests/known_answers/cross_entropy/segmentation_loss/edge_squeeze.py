# squeeze() removes each dimension of size 1, not only the one it is meant for.
import torch
import torch.nn.functional as F


def segmentation_loss(logits, target, ignore_index):
    logits, target = logits.squeeze(), target.squeeze()
    return F.cross_entropy(logits, target, ignore_index=ignore_index)
