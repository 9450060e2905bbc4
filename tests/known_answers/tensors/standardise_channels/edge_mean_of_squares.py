# E[x^2] - E[x]^2 cancels
import torch


def standardise_channels(images):
    mean = images.mean(dim=(0, 2, 3), keepdim=True)
    var = (images ** 2).mean(dim=(0, 2, 3), keepdim=True) - mean ** 2
    std = var.clamp(min=0).sqrt()
    std = torch.where(std == 0, torch.ones_like(std), std)
    return (images - mean) / std
