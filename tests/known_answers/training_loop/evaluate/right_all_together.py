# scores of all batches put together; one loss at the end
import torch


@torch.inference_mode()
def evaluate(model, loader, loss_fn):
    model.train(False)
    scores, targets = [], []
    for inputs, target in loader:
        scores.append(model(inputs))
        targets.append(target)
    scores, targets = torch.cat(scores), torch.cat(targets)
    accuracy = (scores.max(dim=1).indices == targets).double().mean()
    return float(loss_fn(scores, targets)), float(accuracy)
