# Collects rows, with autograd off until the end
import torch


def validate(model, loader):
    model.eval()
    rows, hits = [], []
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        for inputs, targets in loader:
            rows.extend(model(inputs))
            hits.extend(
                row.argmax() == target for row, target in zip(rows[-len(targets) :], targets)
            )
        return torch.stack(rows), sum(map(bool, hits)) / len(hits)
    finally:
        torch.set_grad_enabled(before)
