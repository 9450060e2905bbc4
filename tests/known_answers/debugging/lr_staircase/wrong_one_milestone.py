# MultiStepLR with one milestone: a single stair
import torch


def lr_staircase(model, train, epochs, step_size, gamma):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [step_size], gamma=gamma)
    losses = []
    for _ in range(epochs):
        losses.append(train(model, optimizer))
        scheduler.step()
    return losses
