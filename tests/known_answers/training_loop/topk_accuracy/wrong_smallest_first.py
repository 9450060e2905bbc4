# sort without descending=True: the k worst classes
import torch


def topk_accuracy(logits, target, ks):
    indices = torch.argsort(logits, dim=1)
    accuracies = {}
    for k in ks:
        top = indices[:, :k]
        hits = (top == target.unsqueeze(1)).any(dim=1)
        accuracies[k] = hits.float().mean().item()
    return accuracies
