"""What of a training run is in a checkpoint, and what begins again after a new start?"""

import torch


def saved_state(saved):
    """Predict what of a training run comes back from a file, and what does not.

    A script trains `model`, which has BatchNorm and Dropout, a first layer that was frozen by
    `requires_grad_(False)`, a buffer registered with `persistent=False`, and the names of its
    classes as `model.classes`. It uses SGD with momentum, a cosine schedule, and a `generator` that
    shuffles the examples. After some epochs, right after a `backward()`, it writes a file and ends.

    Started again, the script makes everything afresh: other weights, nothing frozen, the classes in
    another order, every generator and schedule at its beginning. Then it loads what is in the file,
    in the usual way and in the order of this table:

        "list(model.parameters())"    the numbers are copied into the parameters
        "model.state_dict()"          model.load_state_dict(...)
        "model"                       the loaded object is used in place of the new model
        "optimizer.state_dict()"      optimizer.load_state_dict(...)
        "scheduler.state_dict()"      scheduler.load_state_dict(...)
        "generator.get_state()"       generator.set_state(...)
        "torch.initial_seed()"        torch.manual_seed(...)
        "torch.get_rng_state()"       torch.set_rng_state(...)

    Which of these are then as they were when the file was written?

        "weights"        all parameters of the model
        "running mean"   of BatchNorm
        "buffer"         the one with `persistent=False`
        "classes"        the names of the classes, in their order
        "frozen"         that the first layer is frozen
        "gradients"      `.grad` of the parameters
        "momentum"       what SGD has gathered
        "lr"             the one that the next step is taken with
        "schedule"       how many epochs of it are over
        "shuffling"      which examples come next
        "dropout"        which units are dropped next

    Try it out in torch before you write it down.

    Args:
        saved: a list of strings, those on the left of the first table that are in the file, in any
            order; it may be empty. Do not modify it.

    Returns:
        A dict with the names of the second table as keys, each with True or False.

    Example:
        >>> back = saved_state(["generator.get_state()"])
        >>> [name for name in back if back[name]]
        ['shuffling']

    Read: Saving and Loading Models
        https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html
    """
    sources = {
        "weights": ["list(model.parameters())", "model.state_dict()", "model"],
        "running mean": ["model.state_dict()", "model"],
        "buffer": ["model"],
        "classes": ["model"],
        "frozen": ["model"],
        "gradients": [],
        "momentum": ["optimizer.state_dict()"],
        "lr": ["optimizer.state_dict()"],
        "schedule": ["scheduler.state_dict()"],
        "shuffling": ["generator.get_state()"],
        "dropout": ["torch.get_rng_state()"],
    }
    return {name: any(one in saved for one in those) for name, those in sources.items()}


def by_what_each_brings(saved):
    """Go through the file, and note what each entry brings back."""
    brings = {
        "list(model.parameters())": "weights",
        "model.state_dict()": "weights, running mean",
        "model": "weights, running mean, buffer, classes, frozen",
        "optimizer.state_dict()": "momentum, lr",
        "scheduler.state_dict()": "schedule",
        "generator.get_state()": "shuffling",
        "torch.get_rng_state()": "dropout",
    }
    names = "weights running mean buffer classes frozen gradients momentum lr schedule"
    names = [*names.replace("running mean", "running_mean").split(), "shuffling", "dropout"]
    back = dict.fromkeys((name.replace("_", " ") for name in names), False)
    for entry in saved:
        back |= dict.fromkeys(filter(None, brings.get(entry, "").split(", ")), True)
    return back


class _Run:
    """All that a start of the script makes, small."""

    def __init__(self, seed):
        self.seed, self.generator = seed, torch.Generator().manual_seed(seed)
        layers = torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 1)
        self.model = torch.nn.Sequential(*layers)
        self.model.register_buffer("extra", torch.tensor([float(seed)]), persistent=False)
        self.model.classes = [seed, -seed]
        for number, param in enumerate(self.model.parameters()):
            torch.nn.init.constant_(param, seed + number)
        self.random = torch.Generator().manual_seed(seed)
        self.add_optimizer()

    def add_optimizer(self):
        """An optimizer and a scheduler for the model that is there now."""
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.5, momentum=0.9)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR
        self.scheduler = schedule(self.optimizer, T_max=9)

    def train(self):
        """Two steps, and one more backward."""
        self.model[0].requires_grad_(False)
        for _ in range(3):
            self.optimizer.step()
            self.scheduler.step()
            inputs = torch.tensor([[1.0, 2.0], [3.0, 5.0]])
            self.optimizer.zero_grad()
            self.model(inputs).square().mean().backward()
        torch.rand(5, generator=self.generator)
        torch.rand(5, generator=self.random)

    def seen(self):
        """What is compared."""
        model, held = self.model, list(self.model.parameters())
        moved = [self.optimizer.state.get(param, {}).get("momentum_buffer") for param in held]
        return {
            "weights": [param.tolist() for param in held],
            "running mean": model[1].running_mean.tolist(),
            "buffer": model.extra.tolist(),
            "classes": model.classes,
            "frozen": [param.requires_grad for param in held],
            "gradients": [param.grad is None for param in held],
            "momentum": [None if one is None else one.tolist() for one in moved],
            "lr": self.optimizer.param_groups[0]["lr"],
            "schedule": self.scheduler.last_epoch,
            "shuffling": self.generator.get_state().tolist(),
            "dropout": self.random.get_state().tolist(),
        }


def by_trying(saved):
    """Train, save, start again, load, and compare. `random` is for torch's global generator."""
    import io

    old, new = _Run(3), _Run(4)
    old.train()
    if "model" in saved:
        file = io.BytesIO()
        torch.save(old.model, file)
        new.model = torch.load(io.BytesIO(file.getvalue()), weights_only=False)
        new.add_optimizer()
    if "list(model.parameters())" in saved:
        for param, there in zip(new.model.parameters(), old.model.parameters(), strict=True):
            param.data.copy_(there)
    for name in ("model", "optimizer", "scheduler"):
        if f"{name}.state_dict()" in saved:
            getattr(new, name).load_state_dict(getattr(old, name).state_dict())
    if "generator.get_state()" in saved:
        new.generator.set_state(old.generator.get_state())
    if "torch.initial_seed()" in saved:
        new.random.manual_seed(old.random.initial_seed())
    if "torch.get_rng_state()" in saved:
        new.random.set_state(old.random.get_state())
    before, after = old.seen(), new.seen()
    return {name: before[name] == after[name] for name in before}
