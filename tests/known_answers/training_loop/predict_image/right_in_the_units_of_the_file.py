# mean and std brought to 0 to 255, and the confidence from logsumexp
import torch


def predict_image(model, image, mean, std):
    came = model.training
    batch = torch.addcmul(-mean / std, image.to(mean.dtype), 1 / (255 * std)).movedim(2, 0)[None]
    try:
        model.eval()
        with torch.inference_mode():
            (scores,) = model(batch)
            best = scores.argmax()
            confidence = (scores[best] - scores.logsumexp(0)).exp()
    finally:
        model.train(came)
    return int(best), float(confidence)
