import random

import torch
from torch import nn

from torchkata import Grader, called, snapshot, with_old_gradients

grader = Grader(
    points=3,
    level=3,
    after=("state_and_precision/amp_step",),
    start="clips_what_is_scaled",
    # In float16, other processors round otherwise; the steps here are about 0.1 to 1.
    tolerance={"moved by": (0.0, 4e-3), "loss": (4e-3, 4e-3)},
    hints=(
        "0.0078 is 0.5 / 64. Which line divides by the scale, and when?",
        "Print the norm that `clip_grad_norm_` returns. Is it 4?",
        "`scaler.step` divides the gradients by the scale only if nobody has done it before. Who "
        "else can do it?",
    ),
)


@grader.observe
def epoch(answer, model, lr, scale, batches, loss_fn, max_norm):
    """Of SGD with momentum, on the CPU."""
    device = "cpu"
    as_it_was = torch.get_autocast_dtype(device), torch.is_autocast_enabled(device)
    try:
        return one_epoch(answer, model, lr, scale, batches, loss_fn, max_norm)
    finally:
        torch.set_autocast_dtype(device, as_it_was[0])
        torch.set_autocast_enabled(device, as_it_was[1])


def one_epoch(answer, model, lr, scale, batches, loss_fn, max_norm):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    scaler = torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=2)
    calls, before = [], snapshot(model.state_dict())
    hook = model.register_forward_hook(lambda *seen: calls.append(("model", str(seen[2].dtype))))

    def loss_of(outputs, targets):
        calls.append(("loss", torch.is_autocast_enabled("cpu")))
        return loss_fn(outputs.float(), targets)

    def call(loader, max_norm):
        return answer(model, loader, loss_of, optimizer, scaler, max_norm)

    loss, changes = called(call, loader=batches, max_norm=max_norm)
    hook.remove()
    return {
        "returned": type(loss).__name__,
        "loss": loss,
        "moved by": {name: now - before[name] for name, now in model.state_dict().items()},
        "scale afterwards": scaler.get_scale(),
        "calls, and the loss under autocast": calls,
        "parameters": {name: str(param.dtype) for name, param in model.named_parameters()},
        "autocast is on afterwards": torch.is_autocast_enabled("cpu"),
        **changes,
    }


def batches_of(*sizes):
    return [(torch.randn(size, 4), torch.randint(3, (size,))) for size in sizes]


def network():
    """Two linear layers, with old gradients that are large beside those of a scaled loss."""
    model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
    with torch.no_grad():
        model[2].weight.mul_(2)
    return with_old_gradients(model, 300.0)


@grader.case
def clipped():
    """Two batches whose gradients are clipped to a norm of 0.06 to 0.08, at a scale of 256, which
    doubles after the second."""
    # A bound below the largest number of each gradient tells the ways of clipping apart.
    batches, max_norm = batches_of(6, 5), random.uniform(0.06, 0.08)
    return network(), 2.5, 256.0, batches, nn.CrossEntropyLoss(), max_norm


@grader.case
def not_clipped():
    """Two batches whose gradients are far below a norm of 50, at a scale of 64; one layer. It is
    right about the 8 examples of the first, and wrong about the 2 of the second."""
    model, (seen, wrong) = nn.Linear(4, 3), batches_of(8, 2)
    with torch.no_grad():
        model.weight.mul_(3)
        batches = [
            (seen[0], model(seen[0]).argmax(dim=1)),
            (wrong[0], model(wrong[0]).argmin(dim=1)),
        ]
    return model, 0.5, 64.0, batches, nn.CrossEntropyLoss(), 50.0


@grader.case
def too_large_a_scale():
    """Three batches, at a scale of 2 ** 22: the gradients of the first ones are inf."""
    batches = [(9 * inputs, targets) for inputs, targets in batches_of(4, 4, 4)]
    return network(), 1.0, 2.0**22, batches, nn.CrossEntropyLoss(), 0.5


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a gradient of 4."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, 2.0)
    batch = torch.ones(1, 1), torch.zeros(1, 1)
    return model, 0.5, 64.0, [batch], nn.MSELoss(), 1.0


from graders._shared import CLEARED_LATER, INDEPENDENT

CLIP = "nn.utils.clip_grad_norm_(model.parameters(), max_norm)"
UNSCALE = "scaler.unscale_(optimizer)"
TRAINED = """
        optimizer.zero_grad()
        with torch.autocast(inputs.device.type, dtype=torch.float16):
            loss = loss_fn(model(inputs), targets)
"""
BOTH = f"        {UNSCALE}\n        {CLIP}\n"

grader.edit(
    "clips_what_is_scaled",
    "The gradients were clipped while they were still multiplied by the scale, and divided by it "
    "afterwards: the steps are too short by that factor. Divide first: "
    "`scaler.unscale_(optimizer)` before clipping.",
    "        scaler.unscale_(optimizer)\n"
    "        nn.utils.clip_grad_norm_(model.parameters(), max_norm)\n",
    "        nn.utils.clip_grad_norm_(model.parameters(), max_norm)\n",
    idea="clipped_before_unscaling",
)
grader.edit(
    "forgets_to_clip",
    "The gradients were not clipped at all. Keep `clip_grad_norm_`, and divide by the scale before "
    "it.",
    BOTH,
    f"        {UNSCALE}\n",
    idea="not_clipped",
)
grader.edit(
    "steps_past_the_scaler",
    "`optimizer.step()` took the steps, which does not look at the gradients: where one is inf or "
    "nan, the parameters become nan. `scaler.step(optimizer)` was right.",
    "scaler.step(optimizer)",
    "optimizer.step()",
    idea="step_past_the_scaler",
)
SCALED = f"""
        scaler.scale(loss).backward()
{BOTH}        scaler.step(optimizer)
        scaler.update()
"""
grader.edit(
    "leaves_the_scaler_out",
    "The scaler was not used, so its scale is never adjusted, and the gradients are not scaled: in "
    "float16 small ones are rounded to 0. Scaling was no part of the bug: keep it, and divide the "
    "gradients by the scale before they are clipped.",
    SCALED,
    f"\n        loss.backward()\n        {CLIP}\n        optimizer.step()\n",
    idea="unscaled_loss",
)
grader.edit(
    "goes_on_before_the_update",
    "After a batch with gradients of inf the scale stays, and the scaler refuses the next "
    "`unscale_`, as where `continue` leaves such a batch out before `scaler.update()`. "
    "`scaler.step` skips it by itself, and `update()` comes after each batch.",
    f"        {CLIP}\n",
    f"        norm = {CLIP}\n        if not norm.isfinite():\n            continue\n",
    idea="scale_not_updated",
)
grader.edit(
    "leaves_the_loss_unscaled",
    "The gradients were divided by the scale, and never multiplied by it. `scaler.scale(loss)` was "
    "right.",
    "scaler.scale(loss).backward()",
    "loss.backward()",
    idea="unscaled_loss",
)
grader.edit(
    "divides_by_hand_too",
    "The gradients were divided by the scale twice: by hand, and by `scaler.step`, which does not "
    "know it. Use `scaler.unscale_(optimizer)`.",
    UNSCALE,
    "for param in model.parameters():\n    param.grad /= scaler.get_scale()",
    idea="unscaled_twice",
)
grader.edit(
    "divides_the_bound",
    "`max_norm` was divided by the scale, which makes the steps even shorter. The gradients are "
    "too large by that factor while they are clipped.",
    BOTH,
    f"        {CLIP.replace('max_norm', 'max_norm / scaler.get_scale()')}\n",
    idea="clipped_before_unscaling",
)
grader.edit(
    "clips_each_number",
    "Each number was clipped by itself, as `clip_grad_value_` does. The total norm is what is "
    "bounded: `clip_grad_norm_`.",
    "clip_grad_norm_",
    "clip_grad_value_",
    idea="clipped_by_value",
)
grader.edit(
    "clips_each_parameter",
    "The gradient of each parameter was clipped by itself, as where `clip_grad_norm_` is called "
    "for one after the other. The total norm, over all of them at once, is what is bounded.",
    CLIP,
    "for param in model.parameters():\n    nn.utils.clip_grad_norm_(param, max_norm)",
    idea="clipped_one_by_one",
)
grader.edit(
    "takes_bfloat16",
    "The model gave bfloat16. float16 was no part of the bug: leave the dtype of autocast.",
    "dtype=torch.float16",
    "dtype=torch.bfloat16",
    idea="another_dtype",
)
grader.edit(
    "computes_the_loss_outside",
    "The loss was computed outside of autocast, as where only `model(inputs)` is under it. Leave "
    "both where they were.",
    TRAINED,
    """
        optimizer.zero_grad()
        with torch.autocast(inputs.device.type, dtype=torch.float16):
            outputs = model(inputs)
        loss = loss_fn(outputs, targets)
    """,
    idea="loss_outside_autocast",
)
grader.edit(
    "trains_in_float32",
    "All was computed in float32. Autocast was no part of the bug.",
    ", dtype=torch.float16)",
    ", dtype=torch.float16, enabled=False)",
    idea="no_autocast",
)
grader.edit(
    "forgets_to_adjust_the_scale",
    "The scale stays, and the scaler refuses the next `unscale_`, as where `scaler.update()` is "
    "missing. Leave it after the step.",
    "scaler.update()",
    "",
    idea="scale_not_updated",
)
grader.edits(
    "keeps_old_gradients",
    "Gradients that were there before go into a step, as where `optimizer.zero_grad()` is missing "
    "or comes after the step. Where it was, it was right.",
    f"{TRAINED}{SCALED[1:]}",
    [
        f"{TRAINED}{SCALED[1:]}".replace("        optimizer.zero_grad()\n", ""),
        f"{TRAINED}{SCALED[1:]}".replace("        optimizer.zero_grad()\n", "")
        + "        optimizer.zero_grad()\n",
    ],
    idea="no_zero_grad",
)
grader.edit(
    "adds_up_the_losses",
    "This is the sum of the batches' losses. The mean was right.",
    "return total / len(loader)",
    "return total",
    idea="sum_for_mean",
)
grader.edit(
    "averages_over_the_examples",
    "The loss that comes back is the mean over the examples, in which a larger batch counts more. "
    "The mean over the batches was right: each counts once.",
    "total += loss.item()\n    return total / len(loader)",
    "total += loss.item() * len(targets)\n"
    "    return total / sum(len(targets) for _, targets in loader)",
    idea="mean_of_means",
)
grader.edits(
    "reports_the_scaled_loss",
    "The loss that comes back is multiplied by the scale. Return it as it is without.",
    f"{SCALED}        total += loss.item()\n",
    [
        f"{SCALED}        total += loss.item() * scaler.get_scale()\n",
        SCALED.replace("scaler.scale(loss)", "loss = scaler.scale(loss)\n        loss")
        + "        total += loss.item()\n",
    ],
    idea="scaled_loss_returned",
)

grader.equivalent("optimizer.zero_grad() moved", CLEARED_LATER)
grader.equivalent("total += loss.item() moved", INDEPENDENT)
