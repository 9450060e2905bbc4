# mode="max", and patience=3 because the text says three
import torch


def lr_by_accuracy(model, optimizer, train, accuracy, epochs):
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="max", patience=3)
    accuracies = []
    for _ in range(epochs):
        train(model, optimizer)
        accuracies.append(accuracy(model))
        scheduler.step(accuracies[-1])
    return accuracies
