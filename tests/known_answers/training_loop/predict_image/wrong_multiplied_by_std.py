# undoes the standardisation: times std, plus mean
import torch


def predict_image(model, image, mean, std):
    was_training = model.training
    model.eval()
    x = image.float() / 255.0
    x = x * std + mean
    x = x.permute(2, 0, 1).unsqueeze(0)
    with torch.no_grad():
        logits = model(x)
        probs = logits.softmax(dim=1)
    model.train(was_training)
    label = int(probs.argmax(dim=1))
    return label, float(probs[0, label])
