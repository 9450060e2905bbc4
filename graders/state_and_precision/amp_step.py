import random

import torch
from torch import nn

from torchkata import Grader, called, snapshot

grader = Grader(
    points=3,
    level=3,
    after=("training_loop/train_step", "schedules/clip_gradients"),
    # In float16, other processors round otherwise; the steps here are about 0.1 to 1.
    tolerance={"moved by": (0.0, 4e-3), "loss": (4e-3, 4e-3)},
    hints=(
        "Which two lines of a usual training step does the scaler take the place of?",
        "`scaler.scale(loss).backward()` and `scaler.step(optimizer)`; then `scaler.update()`.",
        "To clip what will be the step, the gradients must be divided by the scale first: "
        "`scaler.unscale_(optimizer)`, then `clip_grad_norm_`.",
    ),
)


@grader.observe
def steps(answer, model, lr, scale, interval, batches, loss_fn, max_norm):
    """Of SGD with momentum, one after the other."""
    device = batches[0][0].device.type
    as_it_was = torch.get_autocast_dtype(device), torch.is_autocast_enabled(device)
    try:
        return each_step(answer, model, lr, scale, interval, batches, loss_fn, max_norm, device)
    finally:
        torch.set_autocast_dtype(device, as_it_was[0])
        torch.set_autocast_enabled(device, as_it_was[1])


def each_step(answer, model, lr, scale, interval, batches, loss_fn, max_norm, device):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    scaler = torch.amp.GradScaler(device, init_scale=scale, growth_interval=interval)
    calls = []
    parts = "returned", "loss", "moved by", "moved", "scale afterwards", "changes"
    seen = {name: {} for name in parts}

    def look(model, inputs, outputs):
        calls.append(("model", torch.is_autocast_enabled(device), str(outputs.dtype)))

    def loss_of(outputs, targets):
        calls.append(("loss", torch.is_autocast_enabled(device)))
        return loss_fn(outputs.float(), targets)

    hook = model.register_forward_hook(look)
    for number, (inputs, targets) in enumerate(batches, start=1):
        before = snapshot(model.state_dict())
        loss, changes = called(
            answer,
            model=model,
            optimizer=optimizer,
            scaler=scaler,
            inputs=inputs,
            targets=targets,
            loss_fn=loss_of,
            max_norm=max_norm,
        )
        moved = {name: now - before[name] for name, now in model.state_dict().items()}
        any_moved = any(bool(value.any()) for value in moved.values())
        shown = type(loss).__name__, loss, moved, any_moved, scaler.get_scale(), changes
        for name, value in zip(parts, shown, strict=True):
            seen[name][f"step {number}"] = value
    hook.remove()
    return seen | {
        "calls, and whether under autocast": calls,
        "parameters": {name: str(param.dtype) for name, param in model.named_parameters()},
        "autocast is on afterwards": torch.is_autocast_enabled(device),
    }


CROSS_ENTROPY = nn.CrossEntropyLoss()


def batches_of(*sizes, features=4, classes=3):
    return [(torch.randn(size, features), torch.randint(classes, (size,))) for size in sizes]


def network():
    """Two linear layers, with old gradients."""
    model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
    with torch.no_grad():
        model[2].weight.mul_(2)
    model[2].bias.grad = torch.full((3,), 900.0)  # still seen when divided by the scale
    return model


@grader.case
def clipped():
    """3 steps whose gradients are clipped to a norm of 0.3 to 0.4, at a scale of 256."""
    return network(), 0.5, 256.0, 100, batches_of(6, 6, 5), CROSS_ENTROPY, random.uniform(0.3, 0.4)


@grader.case
def not_clipped():
    """2 steps whose gradients are far below a norm of 50, at a scale of 1024; one layer."""
    return nn.Linear(4, 3), 1.0, 1024.0, 100, batches_of(8, 8), CROSS_ENTROPY, 50.0


@grader.case
def too_large_a_scale():
    """3 steps: at the scale of 2 ** 22, the gradients of the first ones are inf, and the scale is
    halved."""
    return (
        network(),
        1.0,
        2.0**22,
        100,
        [(9 * x, y) for x, y in batches_of(4, 4, 4)],
        CROSS_ENTROPY,
        0.5,
    )


@grader.case
def scale_that_grows():
    """4 steps: after each second one, the scale of 128 doubles."""
    return network(), 1.0, 128.0, 2, batches_of(5, 5, 5, 5), CROSS_ENTROPY, 0.25


@grader.case
def first_loss_is_nan():
    """2 steps; the first inputs hold a nan, so its step is skipped."""
    batches = batches_of(4, 4)
    batches[0][0][1, 2] = torch.nan
    return network(), 1.0, 64.0, 100, batches, CROSS_ENTROPY, 0.5


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a weight of 2, mean squared error, and a gradient of 4."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, 2.0)
    batch = torch.tensor([[1.0]]), torch.tensor([[0.0]])
    return model, 0.5, 64.0, 2000, [batch], nn.MSELoss(), 1.0


from graders._shared import CLEARED_LATER

UNSCALED = "    scaler.unscale_(optimizer)\n"
CLIPPED = "    nn.utils.clip_grad_norm_(model.parameters(), max_norm)\n"
FORWARD = """
    with torch.autocast(inputs.device.type, dtype=torch.float16):
        loss = loss_fn(model(inputs), targets)
"""
STEP = "scaler.step(optimizer)"

grader.edits(
    "clips_what_is_scaled",
    "The steps are far too short: the gradients were clipped while they were still multiplied by "
    "the scale, and divided by it afterwards. Call `scaler.unscale_(optimizer)` before clipping.",
    f"{UNSCALED}{CLIPPED}",
    [CLIPPED, f"{CLIPPED}{UNSCALED}"],
    idea="clipped_before_unscaling",
)
grader.edit(
    "steps_past_the_scaler",
    "The parameters become nan where a gradient is inf or nan: `optimizer.step()` does not look. "
    "`scaler.step(optimizer)` skips such a step.",
    STEP,
    "optimizer.step()",
    idea="step_past_the_scaler",
)
grader.edit(
    "never_divides_by_the_scale",
    "The gradients were never divided by the scale, as with `optimizer.step()` in place of "
    "`scaler.step(optimizer)`, and without `unscale_`: steps are too long, up to what clipping "
    "lets through.",
    f"{UNSCALED}{CLIPPED}    {STEP}\n    scaler.update()\n",
    f"{CLIPPED}    optimizer.step()\n",
    idea="step_past_the_scaler",
)
grader.edit(
    "leaves_the_loss_unscaled",
    "The gradients are too small: the loss was not multiplied by the scale before `backward()`, "
    "and the gradients were divided by it. `scaler.scale(loss).backward()`.",
    "scaler.scale(loss).backward()",
    "loss.backward()",
    idea="unscaled_loss",
)
grader.edits(
    "forgets_to_adjust_the_scale",
    "The scaler does not know that a step is over, and refuses the next `unscale_`, as where "
    "`scaler.update()` is missing or comes before `scaler.step`. Call it after each step.",
    f"    {STEP}\n    scaler.update()",
    [f"    {STEP}", f"    scaler.update()\n    {STEP}"],
    idea="scale_not_updated",
)
grader.edit(
    "returns_before_the_scale_is_adjusted",
    "Where a gradient is inf or nan, `scaler.update()` is not reached: the scale stays too large, "
    "and the next `unscale_` is refused. `scaler.step` skips such a step itself, so call both "
    "after each `backward()`.",
    f"{CLIPPED}    {STEP}\n",
    f"    norm = {CLIPPED.strip()}\n    if not norm.isfinite():\n        return loss.item()\n"
    f"    {STEP}\n",
    idea="scale_not_updated",
)
grader.edit(
    "keeps_the_scale_that_is_too_large",
    "Where a gradient is inf or nan, the scale is not made smaller, as where `scaler.update` is "
    "given a number: the next step may be skipped, too. Without one, it makes the scale smaller.",
    "scaler.update()",
    "scaler.update(None if all(\n        param.grad.isfinite().all() for param in "
    "model.parameters()\n    ) else scaler.get_scale())",
    idea="scale_not_updated",
)
grader.edit(
    "divides_twice",
    "`unscale_` was called twice for one step, which the scaler refuses. `scaler.step` does not "
    "divide again where you have called it.",
    "scaler.unscale_(optimizer)",
    "scaler.unscale_(optimizer); scaler.unscale_(optimizer)",
    idea="unscaled_twice",
)
BY_HAND = "    for param in model.parameters():\n        param.grad /= scaler.get_scale()\n"
grader.edits(
    "divides_by_hand_too",
    "The gradients are divided by the scale twice: once by a line of yours, and once by the "
    "scaler. Call `scaler.unscale_(optimizer)` alone; without it, `scaler.step` divides as well.",
    UNSCALED,
    [f"{UNSCALED}{BY_HAND}", BY_HAND],
    idea="unscaled_twice",
)
grader.edit(
    "computes_in_float32",
    "All was computed in float32, as where the model is not called under `torch.autocast`, or "
    "under that of another device than `inputs` are on.",
    FORWARD,
    "\n    loss = loss_fn(model(inputs), targets)\n",
    idea="no_autocast",
)
grader.edits(
    "computes_in_bfloat16",
    "The model was computed in bfloat16, which is what autocast takes on a CPU if it is told no "
    "`dtype`. float16 is asked for.",
    ", dtype=torch.float16",
    ["", ", dtype=torch.bfloat16"],
    idea="another_dtype",
)
grader.edit(
    "computes_the_loss_outside",
    "The loss was computed without autocast. It belongs under it, as the model does: autocast "
    "computes it in float32 where that is needed.",
    FORWARD,
    """
    with torch.autocast(inputs.device.type, dtype=torch.float16):
        outputs = model(inputs)
    loss = loss_fn(outputs, targets)
    """,
    idea="loss_outside_autocast",
)
grader.edit(
    "halves_the_model",
    "The parameters are float16 now. Mixed precision keeps them in float32, and only computes with "
    "copies: `torch.autocast`.",
    FORWARD,
    f"\n    model.half(){FORWARD}",
    idea="model_in_half",
)
grader.edit(
    "rounds_the_model",
    "The model was turned into float16 and back, which rounds its parameters, those of a skipped "
    "step too. Mixed precision keeps them in float32 and computes with copies: call model and loss "
    "under `torch.autocast`.",
    f"{FORWARD}    scaler.scale(loss).backward()\n",
    """
    model.half()
    loss = loss_fn(model(inputs.half()).float(), targets)
    scaler.scale(loss).backward()
    model.float()
    """,
    idea="model_in_half",
)
grader.edit(
    "switches_autocast_on_for_good",
    "Autocast is still switched on afterwards. `with torch.autocast(...):` switches it off at the "
    "end.",
    FORWARD,
    """
    torch.set_autocast_dtype(inputs.device.type, torch.float16)
    torch.set_autocast_enabled(inputs.device.type, True)
    loss = loss_fn(model(inputs), targets)
    """,
    idea="autocast_left_on",
)
grader.edit(
    "keeps_the_old_gradients",
    "Old gradients go into the step: `backward()` adds to those that are there. Call "
    "`optimizer.zero_grad()` first.",
    "optimizer.zero_grad()\n",
    "",
    idea="no_zero_grad",
)
grader.edit(
    "clears_only_afterwards",
    "Gradients that the model came with go into its first step, as where they are cleared only "
    "after the step. Call `optimizer.zero_grad()` before `backward()`.",
    "optimizer.zero_grad()\n",
    """
    if hasattr(scaler, "cleared"):
        optimizer.zero_grad()
    scaler.cleared = True
    """,
    idea="no_zero_grad",
)
grader.edit(
    "clears_before_the_step",
    "Nothing moves: the gradients were cleared between `backward()` and the step.",
    f"{UNSCALED}",
    f"{UNSCALED}    model.zero_grad()\n",
    idea="zero_grad_too_late",
)
grader.edit(
    "forgets_to_clip",
    "The gradients were not clipped. After `unscale_`, call `clip_grad_norm_`.",
    CLIPPED,
    "",
    idea="not_clipped",
)
grader.edit(
    "clips_each_number",
    "Each number was clipped by itself, as `clip_grad_value_` does. The total norm of all "
    "gradients is to be at most `max_norm`: `clip_grad_norm_`.",
    "clip_grad_norm_",
    "clip_grad_value_",
    idea="clipped_by_value",
)
grader.edit(
    "clips_each_parameter",
    "Each parameter's gradient was clipped by itself, so the total norm is larger than `max_norm`. "
    "Give all parameters to one call of `clip_grad_norm_`.",
    CLIPPED,
    "    for param in model.parameters():\n        nn.utils.clip_grad_norm_(param, max_norm)\n",
    idea="clipped_apart",
)
grader.edits(
    "returns_the_scaled_loss",
    "The loss that came back is multiplied by the scale. Return the loss itself.",
    "    scaler.update()\n    return loss.item()",
    [
        "    loss = scaler.scale(loss)\n    scaler.update()\n    return loss.item()",
        "    scaler.update()\n    return scaler.scale(loss).item()",
    ],
    idea="scaled_loss_returned",
)
grader.edit(
    "divides_the_loss_by_the_new_scale",
    "The loss that came back was multiplied by the scale of this step and divided by that of the "
    "next: `scaler.update()` had changed it. Return the loss itself.",
    "scaler.update()\n    return loss.item()",
    "scale = scaler.get_scale(); scaler.update()\n"
    "    return loss.item() * scale / scaler.get_scale()",
    idea="scaled_loss_returned",
)
grader.edit(
    "returns_the_tensor",
    "The loss is a tensor. A Python float is asked for: `.item()` makes one.",
    "return loss.item()",
    "return loss.detach()",
    idea="tensor_for_float",
)
grader.edit(
    "returns_nothing",
    "Nothing came back. Return the loss before the step, `loss.item()`.",
    "return loss.item()",
    "return None",
    idea="no_return",
)
grader.equivalent("optimizer.zero_grad() moved", CLEARED_LATER)
