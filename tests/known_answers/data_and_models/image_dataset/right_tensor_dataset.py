# Right: a TensorDataset inside, and a table of 256 floats
import torch
from torch.utils.data import Dataset, TensorDataset


class ImageDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.data = TensorDataset(images.unsqueeze(1), labels)
        self.table = torch.linspace(0, 1, 256)
        self.transform = transform

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        image, label = self.data[index]
        image = self.table[image.int()]
        if self.transform is not None:
            image = self.transform(image)
        return image, label.to(torch.long)
