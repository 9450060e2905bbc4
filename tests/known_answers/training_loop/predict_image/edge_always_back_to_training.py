# model.train() at the end, also for a model that came in evaluation mode
import torch


def predict_image(model, image, mean, std):
    model.eval()
    x = image.to(torch.float32).permute(2, 0, 1) / 255
    x = (x - mean.reshape(3, 1, 1)) / std.reshape(3, 1, 1)
    with torch.no_grad():
        probs = torch.softmax(model(x[None]), dim=1)[0]
    model.train()
    confidence, label = probs.max(0)
    return label.item(), confidence.item()
