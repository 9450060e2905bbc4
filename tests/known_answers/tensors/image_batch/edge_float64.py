# divided in numpy: float64
import torch


def image_batch(images):
    return torch.stack([torch.from_numpy(im.numpy() / 255.0) for im in images]).permute(0, 3, 1, 2)
