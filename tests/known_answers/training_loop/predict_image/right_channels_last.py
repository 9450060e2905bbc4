# prepared with the channels last, then moved
import torch


def predict_image(model, image, mean, std):
    before = model.training
    x = (image / 255 - mean) / std
    batch = torch.einsum("hwc->chw", x).contiguous().unsqueeze(0)
    try:
        model.eval()
        with torch.inference_mode():
            (scores,) = model(batch)
            label = int(scores.argmax())
            confidence = (scores[label] - scores.logsumexp(0)).exp().item()
    finally:
        model.train(before)
    return label, confidence
