# both generators are seeded with the number of the epoch, in place of their states
import torch


def resume(path, train_epoch, model, optimizer, scheduler, generator, epochs):
    losses = []
    if path.is_file():
        state = torch.load(path, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        scheduler.load_state_dict(state["scheduler"])
        losses = state["losses"]
    for epoch in range(len(losses), epochs):
        torch.manual_seed(epoch)
        generator.manual_seed(epoch)
        losses.append(train_epoch())
        scheduler.step()
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "losses": losses,
        }
        torch.save(state, path)
    return losses
