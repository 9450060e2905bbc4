# prior.log_() changes the argument
import torch


def init_head(model, prior):
    with torch.no_grad():
        model.head.weight.zero_()
        if prior.numel() == 1:
            model.head.bias.copy_(torch.logit(prior))
        else:
            model.head.bias.copy_(prior.log_())
