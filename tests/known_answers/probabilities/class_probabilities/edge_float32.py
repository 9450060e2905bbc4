# float64 scores come back as float32.
import torch


def class_probabilities(logits, layout):
    return torch.softmax(logits, dim=layout.index("C"), dtype=torch.float32)
