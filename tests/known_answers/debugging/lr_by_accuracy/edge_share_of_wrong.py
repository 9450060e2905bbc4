# Looks at the share of wrong answers: other bounds for better
import torch


def lr_by_accuracy(model, optimizer, train, accuracy, epochs):
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="min", patience=2)
    accuracies = []
    for _ in range(epochs):
        train(model, optimizer)
        accuracies.append(accuracy(model))
        scheduler.step(1 - accuracies[-1])
    return accuracies
