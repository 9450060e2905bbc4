# Saves where it is stopped too: half an epoch is done twice
import torch


def interrupted_run(path, model, optimizer, train, epochs):
    start_epoch = 0
    if path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        start_epoch = saved["epoch"]
    for epoch in range(start_epoch, epochs):
        done = epoch
        try:
            train(model, optimizer, epoch)
            done = epoch + 1
        finally:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save({**state, "epoch": done}, path)
