# no model.train(), so it is trained in whatever mode it comes
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def first_run(model, train_images, train_labels, val_images, val_labels):
    train_set = TensorDataset(train_images[:, None].float() / 16, train_labels.long())
    val_set = TensorDataset(val_images[:, None].float() / 16, val_labels.long())
    train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=64)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    for epoch in range(10):
        for X, y in train_loader:
            loss = loss_fn(model(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    model.eval()
    correct = 0
    with torch.no_grad():
        for X, y in val_loader:
            correct += (model(X).argmax(1) == y).sum().item()
    return correct / len(val_set)
