# the losses are kept in a float32 tensor, which rounds them
import torch


def resume(path, train_epoch, model, optimizer, scheduler, generator, epochs):
    losses = []
    if path.exists():
        state = torch.load(path, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        scheduler.load_state_dict(state["scheduler"])
        generator.set_state(state["generator"])
        torch.set_rng_state(state["rng"])
        losses = state["losses"].tolist()
    while len(losses) < epochs:
        losses.append(train_epoch())
        scheduler.step()
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "generator": generator.get_state(),
            "rng": torch.get_rng_state(),
            "losses": torch.tensor(losses),
        }
        torch.save(state, path)
    return losses
