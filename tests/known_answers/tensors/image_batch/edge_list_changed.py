# writes the prepared images back into the list
import torch


def image_batch(images):
    for i in range(len(images)):
        images[i] = images[i].permute(2, 0, 1).float() / 255
    return torch.stack(images)
