# the mean of the batches' accuracies, of which the last has fewer digits
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def first_run(model, train_images, train_labels, val_images, val_labels):
    train_set = TensorDataset(train_images.float().unsqueeze(1) / 16, train_labels.long())
    val_set = TensorDataset(val_images.float().unsqueeze(1) / 16, val_labels.long())
    train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=32)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    loss_fn = nn.CrossEntropyLoss()

    for epoch in range(10):
        model.train()
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(model(images), labels)
            loss.backward()
            optimizer.step()

    model.eval()
    accuracies = []
    with torch.no_grad():
        for images, labels in val_loader:
            predicted = model(images).argmax(dim=1)
            accuracies.append((predicted == labels).float().mean().item())
    return sum(accuracies) / len(accuracies)
