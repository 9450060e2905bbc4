# A small number before the logarithm
import torch


def init_head(model, prior):
    eps = 1e-6
    with torch.no_grad():
        model.head.weight.zero_()
        if prior.numel() == 1:
            model.head.bias.copy_(torch.log((prior + eps) / (1 - prior + eps)))
        else:
            model.head.bias.copy_(torch.log(prior + eps))
