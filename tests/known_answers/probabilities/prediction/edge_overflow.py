# exp of large scores overflows: nan.
import torch


def prediction(logits):
    exp = torch.exp(logits)
    probs = exp / exp.sum(dim=1, keepdim=True)
    confidence, label = probs.max(dim=1)
    return label, confidence
