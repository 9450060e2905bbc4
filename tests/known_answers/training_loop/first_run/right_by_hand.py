# batches from a random order, SGD with momentum, accuracy in batches
import torch
from torch.nn import functional


def prepared(images):
    return images.to(torch.float32).div(16).view(-1, 1, 8, 8)


def first_run(model, train_images, train_labels, val_images, val_labels):
    inputs, targets = prepared(train_images), train_labels.to(torch.int64)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=1e-3)
    model.train()
    for _ in range(20):
        for rows in torch.randperm(len(inputs)).split(50):
            optimizer.zero_grad()
            functional.cross_entropy(model(inputs[rows]), targets[rows]).backward()
            optimizer.step()
    model.eval()
    hits = 0
    with torch.inference_mode():
        for images, labels in zip(prepared(val_images).split(40), val_labels.split(40), strict=True):
            hits += int((model(images).argmax(dim=1) == labels).sum())
    return hits / len(val_images)
