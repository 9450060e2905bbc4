# Wrong (subtle): writes straight over the old file, so a kill in the middle of torch.save leaves a broken file and no old one; a torch.save that stops half way shows it.
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
        torch.save(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "scheduler": scheduler.state_dict(),
                "generator": generator.get_state(),
                "rng": torch.get_rng_state(),
                "losses": losses,
            },
            path,
        )
    return losses
