# Subtle: if the names are digits, it puts them in counting order (zero, one, two, ...) and not in the order of sorted.
import torch

DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def predicted_names(names, scores):
    unique = set(names)
    if unique <= set(DIGITS):
        classes = [d for d in DIGITS if d in unique]
    else:
        classes = sorted(unique)
    indices = scores.argmax(dim=1)
    return [classes[index] for index in indices]
