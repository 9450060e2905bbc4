# Puts the model into training mode at the end, however it came
import math

import torch
import torch.nn.functional as F


def initial_loss(model, inputs, targets, classes):
    model.eval()
    with torch.no_grad():
        outputs = model(inputs)
    model.train()
    loss = F.cross_entropy(outputs, targets).item()
    expected = math.log(classes)
    if outputs.shape[1] > classes:
        finding = "classes"
    elif (outputs >= 0).all() and (outputs.sum(dim=1) - 1).abs().max() <= 1e-5:
        finding = "probabilities"
    elif (outputs - outputs[0]).abs().max() <= 1e-5:
        finding = "constant"
    elif loss >= 2 * expected:
        finding = "scale"
    else:
        finding = "fine"
    return loss, expected, finding
