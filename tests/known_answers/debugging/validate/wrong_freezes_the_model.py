# Freezes the parameters instead of switching autograd off
import torch


def validate(model, loader):
    model.eval()
    for parameter in model.parameters():
        parameter.requires_grad = False
    outputs, right = [], 0
    for inputs, targets in loader:
        scores = model(inputs)
        outputs.append(scores)
        right += (scores.argmax(dim=1) == targets).sum().item()
    scores = torch.cat(outputs)
    return scores, right / len(scores)
