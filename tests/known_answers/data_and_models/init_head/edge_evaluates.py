# Leaves the model in evaluation mode
import torch


def init_head(model, prior):
    model.eval()
    with torch.no_grad():
        model.head.weight.fill_(0)
        bias = prior.log() if prior.numel() > 1 else torch.logit(prior)
        model.head.bias.copy_(bias)
