# a table of what each part brings, in reverse
import torch

MODEL = {"weights", "running mean", "buffer", "classes", "frozen"}
BRINGS = {
    "list(model.parameters())": {"weights"},
    "model.state_dict()": {"weights", "running mean"},
    "model": MODEL,
    "optimizer.state_dict()": {"momentum", "lr"},
    "scheduler.state_dict()": {"schedule"},
    "generator.get_state()": {"shuffling"},
    "torch.get_rng_state()": {"dropout"},
}
NAMES = MODEL.union(*BRINGS.values(), ["gradients"])


def saved_state(saved):
    back = dict.fromkeys(NAMES, False)
    for part in saved:
        back.update(dict.fromkeys(BRINGS.get(part, ()), True))
    return back
