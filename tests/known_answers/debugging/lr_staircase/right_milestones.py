# MultiStepLR with all the milestones
import torch


def lr_staircase(model, train, epochs, step_size, gamma):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(
        optimizer, milestones=range(step_size, epochs + 1, step_size), gamma=gamma
    )
    losses = []
    for _ in range(epochs):
        losses.append(train(model, optimizer))
        scheduler.step()
    return losses
