# 0 / 0 where all numbers are the same
import torch


def standardise_channels(images):
    mean = images.mean(dim=(0, 2, 3), keepdim=True)
    var = ((images - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
    return (images - mean) / var.sqrt()
