# pixels divided by 256
import torch


def predict_image(model, image, mean, std):
    mode = model.training
    model.eval()
    with torch.no_grad():
        x = image.permute(2, 0, 1) / 256
        x = (x - mean.view(3, 1, 1)) / std.view(3, 1, 1)
        probs = model(x[None]).softmax(1)[0]
    model.train(mode)
    return int(probs.argmax()), float(probs.max())
