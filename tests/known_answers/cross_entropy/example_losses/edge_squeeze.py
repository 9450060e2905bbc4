# squeeze() makes a scalar of a single example.
import torch
import torch.nn.functional as F


def example_losses(logits, target):
    log_probs = F.log_softmax(logits, dim=1)
    return -log_probs.gather(1, target.unsqueeze(1)).squeeze()
