# The loss is too large where it is 0.5 above the expected one
import math

import torch
import torch.nn.functional as F


def initial_loss(model, inputs, targets, classes):
    mode = model.training
    model.eval()
    with torch.no_grad():
        logits = model(inputs)
        loss = F.cross_entropy(logits, targets).item()
    model.train(mode)
    expected = math.log(classes)
    finding = "fine"
    if logits.shape[1] > classes:
        finding = "classes"
    elif (logits >= 0).all() and ((logits.sum(1) - 1).abs() < 1e-5).all():
        finding = "probabilities"
    elif (logits.amax(0) - logits.amin(0)).max() < 1e-5:
        finding = "constant"
    elif abs(loss - expected) > 0.5:
        finding = "scale"
    return loss, expected, finding
