# the place of the right class in the order
import torch


def topk_accuracy(logits, target, ks):
    places = logits.argsort(dim=1, descending=True).argsort(dim=1)
    place = places[torch.arange(len(target)), target].tolist()
    return {int(k): sum(one < k for one in place) / len(place) for k in ks}
