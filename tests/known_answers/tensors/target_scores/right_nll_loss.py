# that is what nll_loss does
import torch
import torch.nn.functional as F


def target_scores(scores, target):
    return -F.nll_loss(scores, target, reduction="none")
