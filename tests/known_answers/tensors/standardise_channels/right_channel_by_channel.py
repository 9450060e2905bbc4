# a loop over channels
import torch


def standardise_channels(images):
    result = torch.zeros_like(images)
    for c in range(images.shape[1]):
        channel = images[:, c]
        if (channel != channel.flatten()[0]).any():
            result[:, c] = (channel - channel.mean()) / channel.std(correction=0)
    return result
