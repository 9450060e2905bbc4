# squeezed
import torch


def image_batch(images):
    x = torch.stack(images).float() / 255
    return x.permute(0, 3, 1, 2).squeeze()
