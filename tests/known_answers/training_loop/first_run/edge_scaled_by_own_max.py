# Each set is divided by its own largest pixel instead of by 16: validation digits whose darkest pixel is below 16 show it.
import torch
from torch import nn


def prepare(images):
    x = images.float().unsqueeze(1)
    return x / x.max()


def first_run(model, train_images, train_labels, val_images, val_labels):
    x, y = prepare(train_images), train_labels.long()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(10):
        model.train()
        order = torch.randperm(len(x))
        for idx in order.tensor_split(len(x) // 32):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[idx]), y[idx]).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        predictions = model(prepare(val_images)).argmax(1)
    return (predictions == val_labels).float().mean().item()
