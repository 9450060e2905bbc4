# sigmoid for the confidence
import torch


def predict_image(model, image, mean, std):
    mode = model.training
    model.eval()
    with torch.no_grad():
        x = image.permute(2, 0, 1).float() / 255.0
        x = (x - mean.view(3, 1, 1)) / std.view(3, 1, 1)
        scores = torch.sigmoid(model(x[None]))[0]
    model.train(mode)
    return int(scores.argmax()), float(scores.max())
