# Sets old gradients to zero instead of None, so momentum moves parameters without a gradient.
import torch


def take_step(optimizer, loss):
    optimizer.zero_grad(set_to_none=False)
    loss.backward()
    optimizer.step()
