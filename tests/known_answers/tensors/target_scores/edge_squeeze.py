# .squeeze() takes the batch of one as well
import torch


def target_scores(scores, target):
    return scores.gather(1, target.view(-1, 1)).squeeze()
