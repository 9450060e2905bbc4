# view in place of permute
import torch


def predict_image(model, image, mean, std):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        x = image.float() / 255
        x = x.view(3, image.shape[0], image.shape[1])
        x = (x - mean[:, None, None]) / std[:, None, None]
        probs = torch.softmax(model(x.unsqueeze(0)), dim=1)
    model.train(was_training)
    conf, label = probs.max(1)
    return label.item(), conf.item()
