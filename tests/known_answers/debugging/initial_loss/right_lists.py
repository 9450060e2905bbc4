# Plain Python from the outputs on
import math

import torch
import torch.nn.functional as F


def initial_loss(model, inputs, targets, classes):
    training = model.training
    model.train(False)
    with torch.no_grad():
        outputs = model(inputs)
    model.train(training)
    rows = outputs.tolist()
    losses = []
    for row, target in zip(rows, targets.tolist()):
        top = max(row)
        losses.append(top - row[target] + math.log(sum(math.exp(score - top) for score in row)))
    loss, expected = sum(losses) / len(losses), math.log(classes)
    if len(rows[0]) > classes:
        return loss, expected, "classes"
    if all(min(row) >= 0 and abs(sum(row) - 1) < 1e-5 for row in rows):
        return loss, expected, "probabilities"
    if all(max(column) - min(column) < 1e-5 for column in zip(*rows)):
        return loss, expected, "constant"
    return loss, expected, "fine" if loss < 2 * expected else "scale"
