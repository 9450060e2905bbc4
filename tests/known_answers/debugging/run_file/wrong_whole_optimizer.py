# Saves the optimizer itself, and gives another object its name
import torch


class RunFile:
    def __init__(self, path):
        self.path = path

    def save(self, model, optimizer, next_epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer,
            "epoch": next_epoch,
        }
        torch.save(state, self.path)

    def load(self, model, optimizer):
        saved = torch.load(self.path, weights_only=False)
        model.load_state_dict(saved["model"])
        optimizer = saved["optimizer"]
        return saved["epoch"]
