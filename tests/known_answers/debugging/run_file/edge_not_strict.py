# Loads what fits, and is silent about the rest
import torch


class RunFile:
    def __init__(self, path):
        self.path = path

    def save(self, model, optimizer, next_epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": next_epoch,
        }
        torch.save(state, self.path)

    def load(self, model, optimizer):
        saved = torch.load(self.path, weights_only=True)
        model.load_state_dict(saved["model"], strict=False)
        optimizer.load_state_dict(saved["optimizer"])
        return saved["epoch"]
