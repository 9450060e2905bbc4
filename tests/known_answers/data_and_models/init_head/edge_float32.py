# A float32 weight in a float64 model
import torch


def init_head(model, prior):
    model.head.weight.data = torch.zeros(model.head.weight.shape)
    if prior.numel() == 1:
        model.head.bias.data = torch.log(prior / (1 - prior))
    else:
        model.head.bias.data = torch.log(prior)
