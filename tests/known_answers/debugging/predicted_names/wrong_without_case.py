# Sorts without regard to upper and lower case
import torch


def predicted_names(names, scores):
    classes = sorted(set(names), key=str.lower)
    indices = scores.argmax(dim=1)
    return [classes[index] for index in indices]
