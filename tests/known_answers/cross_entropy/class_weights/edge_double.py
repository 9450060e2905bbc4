# float64 weights instead of float32.
import torch


def class_weights(counts):
    return counts.sum().double() / (len(counts) * counts.double())
