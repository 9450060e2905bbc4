# Steps with minus the accuracy: an equal one is better, too
import torch


def lr_by_accuracy(model, optimizer, train, accuracy, epochs):
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="min", patience=2)
    accuracies = []
    for _ in range(epochs):
        train(model, optimizer)
        accuracies.append(accuracy(model))
        scheduler.step(-accuracies[-1])
    return accuracies
