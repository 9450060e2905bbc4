# Scales the new images by their own largest pixel
import torch
from torch import nn


def train_then_predict(model, optimizer, images, labels, epochs, new_images):
    inputs = images.float() / 127.5 - 1
    model.train()
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        scores = model(new_images / new_images.max() * 2 - 1)
    return scores.argmax(dim=1)
