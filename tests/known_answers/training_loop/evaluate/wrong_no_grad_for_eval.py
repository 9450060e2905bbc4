# takes no_grad for evaluation mode, and switches to that after the loop
import torch


@torch.no_grad()
def evaluate(model, loader, loss_fn):
    running_loss, hits, seen = 0.0, 0, 0
    for x, y in loader:
        logits = model(x)
        running_loss += loss_fn(logits, y).item() * len(y)
        hits += (logits.argmax(dim=-1) == y).sum().item()
        seen += len(y)
    model.eval()
    return running_loss / seen, hits / seen
