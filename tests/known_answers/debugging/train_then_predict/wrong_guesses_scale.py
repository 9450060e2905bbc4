# Subtle: takes images whose largest pixel is at most 1 for already scaled ones (0..1), so new images that are all black or almost are read as 0 (gray) to 1 (white), e.g. one image of pixels 1.
import torch
from torch import nn


def to_input(batch):
    x = batch.float()
    if x.max() > 1:
        x = x / 255
    return x * 2 - 1


def train_then_predict(model, optimizer, images, labels, epochs, new_images):
    data = to_input(images)
    model.train()
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(data), labels)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        return model(to_input(new_images)).argmax(dim=1)
