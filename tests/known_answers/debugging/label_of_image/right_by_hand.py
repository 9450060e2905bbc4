# Moves the axis of a batch, and works the confidence out by hand
import torch


def label_of_image(model, image):
    batch = torch.moveaxis(torch.stack([image]), -1, 1).float().div(255)
    model.train(False)
    with torch.inference_mode():
        (scores,) = model(batch).tolist()
    label = max(range(len(scores)), key=scores.__getitem__)
    differences = torch.tensor(scores, dtype=torch.float64) - scores[label]
    return label, 1 / differences.exp().sum().item()
