# Right: keeps the rows that count, then logsumexp minus the right score.
import torch
import torch.nn.functional as F


def masked_cross_entropy(logits, target, ignore_index):
    rows = torch.nonzero(target != ignore_index).squeeze(1)
    z, t = logits[rows], target[rows]
    return (z.logsumexp(dim=1) - z.gather(1, t[:, None])[:, 0]).mean()
