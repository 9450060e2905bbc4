# Right: the "balanced" weights of scikit-learn.
import torch


def class_weights(counts):
    n_samples, n_classes = counts.sum(), counts.numel()
    return n_samples / (n_classes * counts)
