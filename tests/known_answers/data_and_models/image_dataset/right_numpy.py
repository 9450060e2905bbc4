# Right: numpy and a list; the IndexError is numpy's
import numpy as np
import torch
from torch.utils.data import Dataset


class ImageDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = images.numpy()
        self.labels = labels.tolist()
        self.transform = transform or (lambda image: image)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        pixels = self.images[index].astype(np.float32) / 255
        image = torch.from_numpy(pixels)[None, :, :]
        return [self.transform(image), self.labels[index]]
