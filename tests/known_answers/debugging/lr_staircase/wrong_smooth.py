# Divides with /: a slope without stairs
import torch


def lr_staircase(model, train, epochs, step_size, gamma):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda epoch: gamma ** (epoch / step_size)
    )
    losses = []
    for _ in range(epochs):
        losses.append(train(model, optimizer))
        scheduler.step()
    return losses
