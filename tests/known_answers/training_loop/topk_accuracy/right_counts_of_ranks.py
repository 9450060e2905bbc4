# how many examples have which rank, added up once for all k
import torch


def topk_accuracy(logits, target, ks):
    places = logits.sort(dim=1, descending=True).indices.argsort(dim=1)
    ranks = places.gather(1, target.unsqueeze(1)).flatten()
    right = torch.bincount(ranks, minlength=logits.size(1)).cumsum(0).tolist()
    return {k: right[min(k, len(right)) - 1] / right[-1] for k in ks}
