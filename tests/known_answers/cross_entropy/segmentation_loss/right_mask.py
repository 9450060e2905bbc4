# Right: picks the valid pixels with a boolean mask.
import torch
import torch.nn.functional as F


def segmentation_loss(logits, target, ignore_index):
    valid = target != ignore_index
    scores = torch.movedim(logits, 1, -1)[valid]
    return F.cross_entropy(scores, target[valid])
