# Takes numbers between 0 and 1 for probabilities, and does not add them up
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
    expected = -math.log(1 / classes)
    if outputs.shape[1] > classes:
        finding = "classes"
    elif outputs.min() >= 0 and outputs.max() <= 1:
        finding = "probabilities"
    elif torch.allclose(outputs, outputs[:1].expand_as(outputs), atol=1e-5):
        finding = "constant"
    elif loss >= 2 * expected:
        finding = "scale"
    else:
        finding = "fine"
    return loss, expected, finding
