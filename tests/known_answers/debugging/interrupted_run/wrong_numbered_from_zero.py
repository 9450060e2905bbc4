# Trains only those that are left, but counts them from 0
import torch


def interrupted_run(path, model, optimizer, train, epochs):
    start_epoch = 0
    if path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        start_epoch = saved.get("epoch", 0)
    for epoch in range(epochs - start_epoch):
        train(model, optimizer, epoch)
        saved = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": start_epoch + epoch + 1,
        }
        torch.save(saved, path)
