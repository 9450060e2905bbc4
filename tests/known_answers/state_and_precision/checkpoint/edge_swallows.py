# It catches the RuntimeError about other keys and only prints it.

import torch


class Checkpoint:
    def __init__(self, model, optimizer):
        self.model = model
        self.optimizer = optimizer

    def save(self, path, epoch):
        torch.save(
            {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "epoch": epoch,
            },
            path,
        )

    def load(self, path):
        state = torch.load(path, weights_only=True)
        try:
            self.model.load_state_dict(state["model"])
        except RuntimeError as error:
            print(f"could not load the model: {error}")
        self.optimizer.load_state_dict(state["optimizer"])
        return state["epoch"] + 1
