# Wrong: divides by the brightest pixel in the data, not by 255; images whose maximum is below 255 show it (100 becomes 1.0, all black becomes nan).
import torch
from torch.utils.data import Dataset


class ImageDataset(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images = images
        self.labels = labels.to(torch.int64)
        self.transform = transform
        self.scale = images.max().float()

    def __len__(self):
        return self.images.size(0)

    def __getitem__(self, index):
        img = self.images[index].float() / self.scale
        img = img[None]
        if self.transform is not None:
            img = self.transform(img)
        return img, self.labels[index]
