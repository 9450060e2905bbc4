import torch
from torch import nn, optim
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

from torchkata import Grader, SteadyDropout, randn64, snapshot, with_old_gradients

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("schedules/lr_by_epoch", "schedules/plateau_lrs", "training_loop/train_one_epoch"),
    hints=(
        "There are two places for `scheduler.step()`: after `optimizer.step()` inside the loop "
        "over batches, and after that loop.",
        "`isinstance(scheduler, OneCycleLR)` tells the schedulers apart, and takes a tuple of "
        "several classes too.",
        "ReduceLROnPlateau needs the value of this epoch: `scheduler.step(value)`. The others take "
        "nothing.",
    ),
)


@grader.observe
def lrs_and_model(answer, model, loader, loss_fn, optimizer, scheduler, epochs, validate):
    lrs, validated = [], []

    def logged(model):
        validated.append(len(lrs))
        value = validate(model)
        model.eval()
        return value

    optimizer.register_step_pre_hook(lambda *_: lrs.append(optimizer.param_groups[0]["lr"]))
    values = answer(model, loader, loss_fn, optimizer, scheduler, epochs, logged)
    return {
        "lr of the steps": lrs,
        "lr at the end": optimizer.param_groups[0]["lr"],
        "steps before each validation": validated,
        "returned": values,
        "model after the training": snapshot(model.state_dict()),
    }


def network(dtype=torch.float32):
    """A model of 3 inputs and 2 outputs with Dropout, in evaluation mode, with old gradients."""
    layers = (
        nn.Linear(3, 5, dtype=dtype),
        nn.Tanh(),
        SteadyDropout(0.4),
        nn.Linear(5, 2, dtype=dtype),
    )
    return with_old_gradients(nn.Sequential(*layers).eval())


def batches(count, dtype=torch.float32):
    """A list of batches of 3 examples, but the last one of 2."""
    sizes = [3] * (count - 1) + [2]
    return [(randn64(n, 3).to(dtype), randn64(n, 2).to(dtype)) for n in sizes]


def in_turn(*values):
    """What `validate` returns in the first call, in the second and so on; then the last again."""
    calls = []

    def validate(model):
        calls.append(1)
        return values[min(len(calls), len(values)) - 1]

    return validate


@grader.case
def one_cycle():
    """OneCycleLR over 3 epochs of 4 batches."""
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=0.3, total_steps=12)
    validate = in_turn(0.9, 0.7, 0.8)
    return model, batches(4), nn.MSELoss(), optimizer, scheduler, 3, validate


@grader.case
def cosine():
    """CosineAnnealingLR over 2 epochs of 5 batches, from a DataLoader that shuffles."""
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=0.3)
    scheduler = lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
    data = TensorDataset(torch.randn(13, 3), torch.arange(13) % 2)
    order = torch.Generator().manual_seed(1)
    loader = DataLoader(data, batch_size=3, shuffle=True, generator=order)
    return model, loader, nn.CrossEntropyLoss(), optimizer, scheduler, 2, in_turn(0.6, 0.5)


@grader.case
def step_lr():
    """StepLR over 5 epochs of 2 batches: the learning rate falls every 2 epochs."""
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=0.2)
    scheduler = lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.3)
    validate = in_turn(2.3, 1.7, 3.1, 0.4, 1.2)
    return model, batches(2), nn.MSELoss(), optimizer, scheduler, 5, validate


@grader.case
def lambda_lr():
    """LambdaLR, which divides by the number of the epoch, over 3 epochs of 3 batches; float64."""
    model = network(torch.float64)
    optimizer = optim.SGD(model.parameters(), lr=0.4)
    scheduler = lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (epoch + 1))
    loader = batches(3, torch.float64)
    return model, loader, nn.MSELoss(), optimizer, scheduler, 3, in_turn(1.5, 2.5, 0.5)


@grader.case
def warm_restarts():
    """CosineAnnealingWarmRestarts, which counts epochs, over 4 epochs of 2 batches."""
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=0.2)
    scheduler = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=3)
    return model, batches(2), nn.MSELoss(), optimizer, scheduler, 4, in_turn(0.8, 0.6)


def falling():
    """A model and two batches that are the same: from epoch to epoch, the training loss falls."""
    return with_old_gradients(nn.Linear(3, 2).eval()), 2 * batches(1)


@grader.case
def plateau_of_a_loss():
    """ReduceLROnPlateau over 6 epochs of 2 batches; a validation loss that gets better, then
    worse."""
    model, loader = falling()
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    validate = in_turn(0.9, 0.7, 1.0, 0.75, 1.2, 1.1)
    return model, loader, nn.MSELoss(), optimizer, scheduler, 6, validate


@grader.case
def plateau_of_an_accuracy():
    """ReduceLROnPlateau in the mode "max" over 4 epochs of 2 batches, for an accuracy; patience
    0."""
    model, loader = falling()
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, "max", factor=0.4, patience=0)
    validate = in_turn(0.5, 0.4, 0.6, 0.55)
    return model, loader, nn.MSELoss(), optimizer, scheduler, 4, validate


@grader.case
def a_single_epoch():
    """ExponentialLR, and 1 epoch of a single batch."""
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    return model, batches(1), nn.MSELoss(), optimizer, scheduler, 1, in_turn(0.25)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 0.25, then half of it."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    optimizer = optim.SGD(model.parameters(), lr=0.25)
    scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    loader = [(torch.ones(1, 1), torch.ones(1, 1))]

    def weight(model):
        return model.weight.item()

    return model, loader, nn.MSELoss(), optimizer, scheduler, 2, weight


from graders._shared import RETURNS_AFTER_THE_FIRST_EPOCH, STEPS_TWICE

grader.edit(
    "steps_after_each_epoch",
    "OneCycleLR and CosineAnnealingLR are stepped once an epoch, so that they get through a small "
    "part of their course only. Here they count batches: step after each `optimizer.step()`.",
    "isinstance(scheduler, (OneCycleLR, CosineAnnealingLR))",
    "False",
    idea="scheduler_per_epoch",
)
grader.edit(
    "steps_the_cosine_after_each_epoch",
    "CosineAnnealingLR is stepped once an epoch. Here it counts batches, as OneCycleLR does: step "
    "after each `optimizer.step()`.",
    "(OneCycleLR, CosineAnnealingLR)",
    "OneCycleLR",
    idea="scheduler_per_epoch",
)
grader.edit(
    "steps_one_cycle_after_each_epoch",
    "OneCycleLR is stepped once an epoch. Here it counts batches, as CosineAnnealingLR does: step "
    "after each `optimizer.step()`.",
    "(OneCycleLR, CosineAnnealingLR)",
    "CosineAnnealingLR",
    idea="scheduler_per_epoch",
)
grader.edit(
    "steps_all_after_each_batch",
    "Schedulers that count epochs are stepped after each batch, so that their learning rate falls "
    "too soon. Only OneCycleLR and CosineAnnealingLR count batches here.",
    "isinstance(scheduler, (OneCycleLR, CosineAnnealingLR))",
    "not isinstance(scheduler, ReduceLROnPlateau)",
    idea="scheduler_per_batch",
)
grader.edit(
    "takes_restarts_for_batches",
    "CosineAnnealingWarmRestarts is stepped after each batch, as where the name of the class is "
    'searched for "Cosine". It counts epochs here: of the two that count batches, only '
    "CosineAnnealingLR is a cosine.",
    "isinstance(scheduler, (OneCycleLR, CosineAnnealingLR))",
    'type(scheduler).__name__.startswith(("OneCycle", "Cosine"))',
    idea="scheduler_per_batch",
)
grader.edit(
    "shuffles_once",
    "Each epoch has the same batches in the same order, as where `list(loader)` is made before the "
    "first one. A loader that shuffles does so each time it is iterated: go through it once an "
    "epoch.",
    "values = []",
    "values, loader = [], list(loader)",
)
grader.edit(
    "trains_an_epoch_less",
    "There is one epoch too few, as with `range(1, epochs)`, which leaves out the last number but "
    "not the first. `range(epochs)` counts them all.",
    "range(epochs)",
    "range(1, epochs)",
    idea="one_epoch_less",
)
grader.edit(
    "tells_the_epoch",
    "Schedulers that count epochs are told the index of this one, which makes the learning rate of "
    "the next epoch that of this epoch. Call `step()` with nothing: it counts by itself.",
    """
    elif not counts_batches:
        scheduler.step()
    """,
    """
    elif not counts_batches:
        scheduler.step(len(values) - 1)
    """,
    idea="scheduler_told_the_epoch",
)
grader.edits(
    "shows_the_plateau_the_best",
    "ReduceLROnPlateau is told the best value so far, or the mean of them all. It keeps the best "
    "one itself: tell it the value of this epoch, `scheduler.step(values[-1])`.",
    "scheduler.step(values[-1])",
    [
        f"scheduler.step({what})"
        for what in ("min(values)", "max(values)", "sum(values) / len(values)")
    ],
)
grader.edit(
    "steps_after_batch_and_epoch",
    "OneCycleLR and CosineAnnealingLR are stepped after each batch, and once more after the epoch. "
    "After the batches is enough.",
    "elif not counts_batches:",
    "else:",
    idea="scheduler_stepped_twice",
)
grader.edit(
    "shows_the_plateau_each_batch",
    "ReduceLROnPlateau is told the loss of each batch, which goes up and down by chance: the "
    "learning rate falls for no reason. Tell it once an epoch what `validate` returned.",
    """
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
            if counts_batches:
                scheduler.step()
        values.append(validate(model))
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(values[-1])
        elif not counts_batches:
            scheduler.step()
    """,
    """
            loss = loss_fn(model(inputs), targets)
            loss.backward()
            optimizer.step()
            if counts_batches:
                scheduler.step()
            if isinstance(scheduler, ReduceLROnPlateau):
                scheduler.step(loss.item())
        values.append(validate(model))
        if not counts_batches and not isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step()
    """,
    idea="scheduler_per_batch",
)
grader.edit(
    "shows_the_plateau_the_training_loss",
    "ReduceLROnPlateau is told the loss of the training. It is to look at what `validate` returned "
    "for this epoch.",
    """
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
            if counts_batches:
                scheduler.step()
        values.append(validate(model))
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(values[-1])
    """,
    """
            loss = loss_fn(model(inputs), targets)
            loss.backward()
            optimizer.step()
            if counts_batches:
                scheduler.step()
        values.append(validate(model))
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(loss.item())
    """,
    idea="training_for_validation",
)
grader.edit(
    "shows_the_plateau_nothing",
    "ReduceLROnPlateau cannot be stepped without a value: `scheduler.step(value)`. It is the only "
    "scheduler that takes one.",
    "scheduler.step(values[-1])",
    "scheduler.step()",
    idea="plateau_without_value",
)
grader.edit(
    "shows_every_scheduler_the_value",
    "Every scheduler is told the value of the epoch. Only ReduceLROnPlateau wants it; the others "
    "take it for the number of the epoch, and jump there. Call their `step()` without argument.",
    """
        elif not counts_batches:
            scheduler.step()
    """,
    """
        elif not counts_batches:
            scheduler.step(values[-1])
    """,
    idea="loss_for_epoch",
)
grader.edit(
    "never_steps_the_plateau",
    "The learning rate never falls with ReduceLROnPlateau, as where its `step` is not called. "
    "After each epoch: `scheduler.step(value)`.",
    "scheduler.step(values[-1])",
    "pass",
    idea="scheduler_never_stepped",
)
grader.edit(
    "never_steps_the_scheduler",
    "The learning rate never changes: no scheduler is stepped. `optimizer.step()` does not do it.",
    """
            if counts_batches:
                scheduler.step()
        values.append(validate(model))
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(values[-1])
        elif not counts_batches:
            scheduler.step()
    """,
    """
        values.append(validate(model))
    """,
    idea="scheduler_never_stepped",
)
grader.edit(
    "steps_the_scheduler_first",
    "After a batch, `scheduler.step()` came before `optimizer.step()`: the first learning rate is "
    "never used, and each step has the one of the next. First the optimizer, then the scheduler.",
    """
            optimizer.step()
            if counts_batches:
                scheduler.step()
    """,
    """
            if counts_batches:
                scheduler.step()
            optimizer.step()
    """,
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "steps_at_the_beginning_of_the_epoch",
    "Schedulers that count epochs are stepped before the epoch: the first epoch is trained with "
    "the learning rate of the second. Step after the epoch's batches.",
    """
        model.train()
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
            if counts_batches:
                scheduler.step()
        values.append(validate(model))
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(values[-1])
        elif not counts_batches:
            scheduler.step()
    """,
    """
        model.train()
        if not counts_batches and not isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step()
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
            if counts_batches:
                scheduler.step()
        values.append(validate(model))
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(values[-1])
    """,
    idea="scheduler_a_step_ahead",
)
grader.edit(
    "switches_to_training_once",
    "`validate` leaves the model in evaluation mode, and from the second epoch on it is trained in "
    "that mode. Call `model.train()` in every epoch.",
    """
    for _ in range(epochs):
        model.train()
    """,
    """
    model.train()
    for _ in range(epochs):
    """,
    idea="eval_mode_kept",
)
grader.edit(
    "stays_in_evaluation_mode",
    "The model is trained in evaluation mode, in which Dropout drops nothing. Call `model.train()` "
    "in every epoch.",
    "        model.train()\n",
    "",
    idea="eval_mode_kept",
)
grader.edit(
    "keeps_the_old_gradients",
    "`backward()` adds to the gradients that are there, so each step also uses those of the "
    "batches before. Call `optimizer.zero_grad()` for each batch.",
    "optimizer.zero_grad()",
    "",
    idea="no_zero_grad",
)
grader.edit(
    "clears_after_the_step",
    "The gradients that were there before the training go into the first step, as where they are "
    "cleared after each step. Clear before `backward()`.",
    """
    optimizer.zero_grad()
    loss_fn(model(inputs), targets).backward()
    optimizer.step()
    """,
    """
    loss_fn(model(inputs), targets).backward()
    optimizer.step()
    optimizer.zero_grad()
    """,
    idea="zero_grad_too_late",
)
grader.edit(
    "never_steps_the_optimizer",
    "The optimizer takes no step, and the weights never move. `scheduler.step()` only changes the "
    "learning rate: call `optimizer.step()` for each batch.",
    "optimizer.step()",
    "",
    idea="nothing_moves",
)
grader.edit("steps_twice", **STEPS_TWICE)
grader.edit(
    "validates_before_the_epoch",
    "`validate` is called before the training of an epoch. It is to look at the model after it.",
    """
        model.train()
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
            if counts_batches:
                scheduler.step()
        values.append(validate(model))
    """,
    """
        values.append(validate(model))
        model.train()
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
            if counts_batches:
                scheduler.step()
    """,
)
grader.edit(
    "validates_twice",
    "`validate` is called twice after an epoch, which takes time, and the scheduler is told "
    "another value than is returned. Call it once, and keep what it returns.",
    "scheduler.step(values[-1])",
    "scheduler.step(validate(model))",
)
grader.edit(
    "returns_the_last_value",
    "This is what `validate` returned last. Return a list with the value of each epoch.",
    "return values",
    "return values[-1]",
    idea="last_one_only",
)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old="""
        elif not counts_batches:
            scheduler.step()
    return values
    """,
    new="""
        elif not counts_batches:
            scheduler.step()
        return values
    """,
)
