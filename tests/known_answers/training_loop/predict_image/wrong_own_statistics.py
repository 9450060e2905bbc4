# the mean and std of the image itself
import torch


def predict_image(model, image, mean, std):
    mode = model.training
    model.eval()
    with torch.no_grad():
        x = image.permute(2, 0, 1).float() / 255.0
        x = (x - x.mean(dim=(1, 2), keepdim=True)) / x.std(dim=(1, 2), keepdim=True)
        probs = model(x[None]).softmax(1)[0]
    model.train(mode)
    return int(probs.argmax()), float(probs.max())
