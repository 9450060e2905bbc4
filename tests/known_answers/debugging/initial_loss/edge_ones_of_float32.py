# Compares sums of float64 with ones of float32, which allclose refuses
import math

import torch
import torch.nn.functional as F


def initial_loss(model, inputs, targets, classes):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        outputs = model(inputs)
    model.train(was_training)
    loss = F.cross_entropy(outputs, targets).item()
    expected = math.log(classes)
    if outputs.shape[1] > classes:
        finding = "classes"
    elif outputs.min() >= 0 and torch.allclose(
        outputs.sum(dim=1), torch.ones(len(outputs)), rtol=0, atol=1e-5
    ):
        finding = "probabilities"
    elif (outputs - outputs[0]).abs().max() <= 1e-5:
        finding = "constant"
    elif loss >= 2 * expected:
        finding = "scale"
    else:
        finding = "fine"
    return loss, expected, finding
