# Doesn't write when the file is there already, so the older run is kept: two saves to the same path.
import torch


class RunFile:
    def __init__(self, path):
        self.path = path

    def save(self, model, optimizer, next_epoch):
        if self.path.exists():
            print(f"{self.path} exists, not overwriting")
            return
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": next_epoch,
        }
        torch.save(state, self.path)

    def load(self, model, optimizer):
        saved = torch.load(self.path, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        return saved["epoch"]
