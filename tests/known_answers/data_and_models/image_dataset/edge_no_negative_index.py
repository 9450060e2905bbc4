# -1 raises IndexError
import torch
from torch.utils.data import Dataset


class ImageDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = images
        self.labels = labels
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        if index < 0 or index >= len(self):
            raise IndexError("no such example")
        image = self.images[index].float().div(255).unsqueeze(0)
        if self.transform:
            image = self.transform(image)
        return image, self.labels[index].long()
