# All numbers must be equal, where all rows need be
import math

import torch
import torch.nn.functional as F


def initial_loss(model, inputs, targets, classes):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        outputs = model(inputs)
        loss = F.cross_entropy(outputs, targets).item()
    model.train(was_training)
    expected = math.log(classes)
    if outputs.size(1) != classes:
        return loss, expected, "classes"
    sums = outputs.sum(dim=1)
    if (outputs >= 0).all() and torch.allclose(sums, torch.ones_like(sums), atol=1e-5):
        return loss, expected, "probabilities"
    if outputs.std() < 1e-5:
        return loss, expected, "constant"
    if loss >= 2 * expected:
        return loss, expected, "scale"
    return loss, expected, "fine"
