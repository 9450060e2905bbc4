# Writes the number of the epoch into a file of its own
import torch


def interrupted_run(path, model, optimizer, train, epochs):
    counter = path.with_suffix(".txt")
    start_epoch = 0
    if path.exists():
        saved = torch.load(path, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        start_epoch = int(counter.read_text())
    for epoch in range(start_epoch, epochs):
        train(model, optimizer, epoch)
        saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save(saved, path)
        counter.write_text(str(epoch + 1))
