# no DataLoader and no CrossEntropyLoss: parts of a permutation, none of them of a single digit
import torch
from torch import nn


def _prepared(images):
    return images.to(torch.float32).div(16).reshape(-1, 1, 8, 8)


def first_run(model, train_images, train_labels, val_images, val_labels):
    inputs, targets = _prepared(train_images), train_labels.to(torch.int64)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.003)
    for _ in range(15):
        model.train()
        for rows in torch.randperm(len(inputs)).tensor_split(len(inputs) // 20):
            scores = model(inputs[rows]).log_softmax(dim=1)
            loss = -scores.gather(1, targets[rows, None]).mean()
            model.zero_grad()
            loss.backward()
            optimizer.step()
    model.train(False)
    with torch.inference_mode():
        chosen = model(_prepared(val_images)).argmax(dim=1)
    return float(torch.mean(chosen.eq(val_labels), dtype=torch.float64))
