"""What the cases of several graders are made of."""

import torch
from torch import nn

from torchkata import SteadyDropout, mean_square, randn64, set_by_size, with_old_gradients


def test_a_steady_dropout_drops_the_same_in_its_nth_call():
    """Whatever was drawn before; and in eval mode nothing, which is no call."""
    ones, drops = torch.ones(50), [SteadyDropout(0.5), SteadyDropout(0.5)]
    first = [drop(ones) for drop in drops]
    torch.rand(3)
    assert torch.equal(*first)
    assert torch.equal(drops[0].eval()(ones), ones)
    second = [drop.train()(ones) for drop in drops]
    assert torch.equal(*second)
    assert not torch.equal(first[0], second[0])


def test_old_gradients_are_everywhere():
    """On frozen parameters too."""
    model = nn.Linear(2, 1)
    model.bias.requires_grad_(False)
    grads = [param.grad for param in with_old_gradients(model).parameters()]
    assert all(bool((grad == 0.7).all()) for grad in grads)


def test_numbers_follow_from_the_size_alone():
    """Not from how, or in which order, parameters were initialised."""
    first, second = nn.Linear(3, 2), nn.Linear(3, 2)
    set_by_size(first.parameters())
    set_by_size(reversed([*second.parameters()]))
    assert torch.equal(first.weight, second.weight)
    assert torch.equal(first.bias, second.bias)
    assert first.weight.unique().numel() == 6


def test_a_loss_of_our_own():
    """Of float64 numbers, one number."""
    outputs, targets = randn64(4, 2), randn64(4, 2)
    assert outputs.dtype == torch.float64
    assert torch.equal(mean_square(outputs, targets), nn.functional.mse_loss(outputs, targets))
