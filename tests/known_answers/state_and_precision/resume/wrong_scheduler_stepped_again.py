# no state of the scheduler: it is stepped up to the epoch, after the lr has come back
import torch


def resume(path, train_epoch, model, optimizer, scheduler, generator, epochs):
    start, losses = 0, []
    if path.exists():
        ckpt = torch.load(path, weights_only=True)
        model.load_state_dict(ckpt["model"])
        optimizer.load_state_dict(ckpt["optimizer"])
        generator.set_state(ckpt["generator"])
        torch.set_rng_state(ckpt["rng"])
        losses = ckpt["losses"]
        start = ckpt["epoch"] + 1
        for _ in range(start):
            scheduler.step()
    for epoch in range(start, epochs):
        losses.append(train_epoch())
        scheduler.step()
        torch.save(
            {
                "epoch": epoch,
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "generator": generator.get_state(),
                "rng": torch.get_rng_state(),
                "losses": losses,
            },
            path,
        )
    return losses
