# Right: max over the softmax gives both.
import torch


def prediction(logits):
    with torch.no_grad():
        result = torch.softmax(logits, dim=-1).max(dim=-1)
    return result.indices, result.values
