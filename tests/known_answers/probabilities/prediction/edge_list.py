# Collects Python floats: the confidence of float64 scores comes back as float32.
import torch


def prediction(logits):
    label = []
    confidence = []
    for row in logits:
        probs = torch.softmax(row, dim=0)
        best = probs.argmax().item()
        label.append(best)
        confidence.append(probs[best].item())
    return torch.tensor(label), torch.tensor(confidence)
