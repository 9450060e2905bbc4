# a probability of probabilities: softmax after softmax
import torch
import torch.nn.functional as F


def predict_image(model, image, mean, std):
    mode = model.training
    model.eval()
    img = image.permute(2, 0, 1).unsqueeze(0).float() / 255
    img = (img - mean.view(1, 3, 1, 1)) / std.view(1, 3, 1, 1)
    with torch.no_grad():
        output = F.softmax(model(img), dim=1)
    label = output.argmax(1).item()
    confidence = F.softmax(output, dim=1).max().item()
    model.train(mode)
    return label, confidence
