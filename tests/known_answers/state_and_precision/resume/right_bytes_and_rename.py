# a tuple, written through bytes in memory and renamed into place
import io
import os

import torch


def resume(path, train_epoch, model, optimizer, scheduler, generator, epochs):
    parts = [model, optimizer, scheduler]

    def save(losses):
        buffer = io.BytesIO()
        states = [part.state_dict() for part in parts]
        torch.save((states, generator.get_state(), torch.random.get_rng_state(), losses), buffer)
        temporary = path.with_name(path.name + ".new")
        temporary.write_bytes(buffer.getvalue())
        os.replace(temporary, path)

    def load():
        if not os.path.exists(path):
            return []
        states, shuffling, dropout, losses = torch.load(
            io.BytesIO(path.read_bytes()), weights_only=True
        )
        for part, state in zip(parts, states, strict=True):
            part.load_state_dict(state)
        generator.set_state(shuffling)
        torch.random.set_rng_state(dropout)
        return list(losses)

    losses = load()
    while len(losses) < epochs:
        losses = [*losses, train_epoch()]
        scheduler.step()
        save(losses)
    return losses
