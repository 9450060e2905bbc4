# gradients and requires_grad come with whatever holds the parameters themselves
import torch


def saved_state(saved):
    parameters = "list(model.parameters())" in saved
    state = "model.state_dict()" in saved
    model = "model" in saved
    optimizer = "optimizer.state_dict()" in saved
    scheduler = "scheduler.state_dict()" in saved
    generator = "generator.get_state()" in saved
    rng = "torch.get_rng_state()" in saved
    return {
        "weights": parameters or state or model,
        "running mean": state or model,
        "buffer": model,
        "classes": model,
        "frozen": model or parameters,
        "gradients": model or parameters,
        "momentum": optimizer,
        "lr": optimizer,
        "schedule": scheduler,
        "shuffling": generator,
        "dropout": rng,
    }
