# float(), but no division by 255
import torch


def predict_image(model, image, mean, std):
    was_training = model.training
    model.eval()
    x = image.permute(2, 0, 1).float()
    x = (x - mean[:, None, None]) / std[:, None, None]
    with torch.no_grad():
        out = model(x.unsqueeze(0))
    probs = torch.softmax(out, dim=1)
    conf, idx = probs.max(dim=1)
    model.train(was_training)
    return idx.item(), conf.item()
