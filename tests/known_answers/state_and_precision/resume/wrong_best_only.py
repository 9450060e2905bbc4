# the file is written only when the loss is the best so far
import torch


def resume(path, train_epoch, model, optimizer, scheduler, generator, epochs):
    losses = []
    best = float("inf")
    if path.exists():
        checkpoint = torch.load(path, weights_only=True)
        model.load_state_dict(checkpoint["model"])
        optimizer.load_state_dict(checkpoint["optimizer"])
        scheduler.load_state_dict(checkpoint["scheduler"])
        generator.set_state(checkpoint["generator"])
        torch.set_rng_state(checkpoint["rng"])
        losses = checkpoint["losses"]
        best = checkpoint["best"]
    for epoch in range(len(losses), epochs):
        loss = train_epoch()
        scheduler.step()
        losses.append(loss)
        if loss < best:
            best = loss
            torch.save(
                {
                    "model": model.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "scheduler": scheduler.state_dict(),
                    "generator": generator.get_state(),
                    "rng": torch.get_rng_state(),
                    "losses": losses,
                    "best": best,
                },
                path,
            )
    return losses
