# Right, by selecting the predictions that count and gathering their log-probabilities.

import torch
import torch.nn.functional as F


def language_model_loss(logits, tokens, pad):
    following = tokens[:, 1:]
    counts = following != pad
    log_probs = torch.log_softmax(logits[:, :-1][counts], dim=-1)
    chosen = torch.gather(log_probs, 1, following[counts].long()[:, None])
    return -chosen.mean()
