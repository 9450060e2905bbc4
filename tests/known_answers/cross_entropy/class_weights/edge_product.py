# The product of all counts over each count: the int64 product overflows for many or large classes.
import torch


def class_weights(counts):
    return (counts.prod() / counts).float()
