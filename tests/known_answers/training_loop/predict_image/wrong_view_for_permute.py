# view(3, H, W) for permute(2, 0, 1)
import torch


def predict_image(model, image, mean, std):
    h, w, c = image.shape
    x = image.reshape(c, h, w) / 255.0
    x = (x - mean.view(3, 1, 1)) / std.view(3, 1, 1)
    x = x.unsqueeze(0)
    training = model.training
    model.eval()
    with torch.no_grad():
        scores = model(x)[0]
    model.train(training)
    probabilities = torch.softmax(scores, dim=0)
    label = probabilities.argmax().item()
    return label, probabilities[label].item()
