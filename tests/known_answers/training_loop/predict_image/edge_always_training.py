# back to training mode, whatever mode it came in
import torch


def predict_image(model, image, mean, std):
    model.eval()
    with torch.no_grad():
        x = image.permute(2, 0, 1).float().div(255).unsqueeze(0)
        x = (x - mean[None, :, None, None]) / std[None, :, None, None]
        probs = model(x).softmax(dim=1)
    model.train()
    confidence, label = probs[0].max(dim=0)
    return label.item(), confidence.item()
