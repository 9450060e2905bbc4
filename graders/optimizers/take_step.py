from collections import OrderedDict

import torch
from torch import nn

from torchkata import Grader, snapshot, with_old_gradients

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("optimizers/build", "tensors/derivative"),
    hints=(
        "`backward()` adds its gradients to those that are there. Who takes the old ones away?",
        "The loss is computed already; that does not keep you from clearing the gradients now.",
        "Three calls: zero_grad and step belong to the optimizer, backward belongs to the loss.",
    ),
)


@grader.observe
def three_calls(answer, model, optimizer, batches):
    seen, returned = {}, []
    for call, (inputs, targets) in enumerate(batches, start=1):
        returned.append(answer(optimizer, nn.functional.mse_loss(model(inputs), targets)))
        seen[f"params after call {call}"] = snapshot(model)
    return seen | {"returned": ["None" if one is None else "something" for one in returned]}


class Heads(nn.Module):
    """A body with two heads, of which a batch of odd size uses the first, of even the second."""

    def __init__(self, dtype):
        super().__init__()
        self.body = nn.Linear(3, 4, dtype=dtype)
        self.first, self.second = (nn.Linear(4, 2, dtype=dtype) for _ in range(2))

    def forward(self, inputs):
        head = self.first if len(inputs) % 2 else self.second
        return head(torch.tanh(self.body(inputs)))


def network():
    """Two layers, with an old gradient of 0.7 everywhere."""
    layers = OrderedDict(hidden=nn.Linear(3, 4), activation=nn.Tanh(), head=nn.Linear(4, 2))
    return with_old_gradients(nn.Sequential(layers))


def batches(*sizes, dtype=torch.float32):
    """Inputs of 3 features and targets of 2 numbers."""
    return [(torch.randn(n, 3, dtype=dtype), 3 * torch.randn(n, 2, dtype=dtype)) for n in sizes]


@grader.case
def momentum():
    """3 calls for SGD with momentum 0.9; each parameter comes with an old gradient of 0.7."""
    model = network()
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9), batches(6, 4, 7)


@grader.case
def two_groups():
    """3 calls for Adam with two groups, one per layer; old gradients of 0.7 in both."""
    model = network()
    hidden, head = model.hidden.parameters(), model.head.parameters()
    groups = [{"params": hidden}, {"params": head, "lr": 0.01}]
    return model, torch.optim.Adam(groups, lr=0.1), batches(5, 5, 8)


@grader.case
def two_heads():
    """Each loss uses one of two heads. The other one and a frozen bias have an old gradient, the
    rest have None; SGD with momentum 0.9 and weight decay 0.1."""
    model = Heads(torch.float64)
    with_old_gradients(model.first)
    # Frozen, and with an old gradient, along which a step would still move it.
    model.body.bias.requires_grad_(False).grad = torch.full_like(model.body.bias, 0.7)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.1)
    return model, optimizer, batches(4, 7, 6, dtype=torch.float64)


from graders._shared import STEPS_TWICE
from graders.optimizers._shared import CLEARS_AFTER_THE_STEP, RETURNS_SOMETHING

grader.edit(
    "keeps_the_old_gradients",
    "`backward()` adds to the gradients that are there, so the step also follows those of earlier "
    "calls. Call `optimizer.zero_grad()`, with its parentheses, before `backward()`.",
    old="optimizer.zero_grad()",
    new="pass",
    idea="no_zero_grad",
)
grader.edit(
    "moves_nothing",
    "No parameter moves, as where the step is missing, where it finds no gradients (cleared after "
    "`backward()`, or not there yet), or where `lr` was set to 0. The order is "
    "`optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`, each with its parentheses; "
    "the settings of the optimizer stay.",
    old="""
    optimizer.zero_grad()
    loss.backward()
    """,
    new="""
    loss.backward()
    optimizer.zero_grad()
    """,
    idea="nothing_moves",
)
grader.edit(
    "clears_after_the_step",
    **CLEARS_AFTER_THE_STEP,
    old="""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    """,
    new="""
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    """,
)
grader.edit(
    "steps_first",
    "The step comes before `backward()`, so it follows the gradients of the call before, and in "
    "the first call any old gradients. Take it after `backward()`.",
    old="""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    """,
    new="""
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    """,
    idea="step_before_backward",
)
grader.edit(
    "steps_first_and_never_clears",
    "The step comes before `backward()`, so it knows nothing of this loss, and the gradients of "
    "all earlier calls add up. Clear them, call `backward()`, and then take the step.",
    old="""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    """,
    new="""
    optimizer.step()
    loss.backward()
    """,
    idea="step_before_backward",
)
grader.edit(
    "clears_only_the_first_group",
    "An optimizer may hold several groups of parameters, and only the first is cleared here. "
    "`optimizer.zero_grad()` clears all of them.",
    old="optimizer.zero_grad()",
    new="for param in optimizer.param_groups[0]['params']:\n    param.grad = None",
)
grader.edit(
    "clears_only_once",
    "The gradients are cleared in the first call only. From the second on, those of all earlier "
    "losses are added up: clear them in every call.",
    old="optimizer.zero_grad()",
    new="""
    if not hasattr(optimizer, "cleared"):
        optimizer.zero_grad()
        optimizer.cleared = True
    """,
    idea="no_zero_grad",
)
grader.edit("steps_twice", **STEPS_TWICE)
grader.edit(
    "calls_backward_twice",
    "Each `backward()` adds the gradients of this loss, so after two of them they are twice as "
    "large: call it once.",
    old="loss.backward()",
    new="loss.backward(retain_graph=True); loss.backward()",
)
grader.edit(
    "moves_the_parameters_by_hand",
    "This is the step of SGD without momentum. The optimizer decides how far to go; it may have "
    "momentum, or may be Adam: call `optimizer.step()`.",
    old="optimizer.step()",
    new="""
    for group in optimizer.param_groups:
        for param in group["params"]:
            if param.grad is not None:
                param.data -= group["lr"] * param.grad
    """,
)
REPLACED = """\
held = [param for group in optimizer.param_groups for param in group["params"]]
params = [param for param in held if param.requires_grad]
for param, gradient in zip(params, torch.autograd.grad(loss, params, allow_unused=True)):
    if gradient is not None:
        param.grad = gradient"""
FROZEN_CLEARED = """\
for param in held:
    if not param.requires_grad:
        param.grad = None"""
grader.edits(
    "replaces_only_the_gradients_of_this_loss",
    "A parameter that this loss does not use gets no new gradient, and keeps its old one here, "
    "along which the step moves it. Clear the gradients of all parameters first.",
    old="optimizer.zero_grad()\nloss.backward()",
    news=[REPLACED, f"{REPLACED}\n{FROZEN_CLEARED}"],
)
grader.edit(
    "fills_the_gradients_with_zeros",
    "A parameter that this loss does not use has a gradient of 0 here, with which momentum and "
    "weight decay still move it. It should have none, as after `optimizer.zero_grad()`.",
    old="optimizer.zero_grad()",
    new="optimizer.zero_grad(set_to_none=False)",
    idea="zero_gradient_for_none",
)
grader.edit(
    "clears_only_what_is_trained",
    "A frozen parameter keeps its old gradient here, and the step moves it along. Clear the "
    "gradients of all parameters that the optimizer holds: `optimizer.zero_grad()`.",
    old="optimizer.zero_grad()",
    new="""
    for group in optimizer.param_groups:
        for param in group["params"]:
            if param.requires_grad:
                param.grad = None
    """,
    idea="frozen_gradient_kept",
)
grader.edit(
    "expects_a_gradient_everywhere",
    "A parameter that no `backward()` has reached yet has the gradient None, which cannot be "
    "filled with zeros. `optimizer.zero_grad()` takes care of that.",
    old="optimizer.zero_grad()",
    new="""
    for group in optimizer.param_groups:
        for param in group["params"]:
            param.grad.zero_()
    """,
    idea="gradient_may_be_none",
)
grader.edit(
    "takes_groups_for_parameters",
    "`optimizer.param_groups` is a list of dicts, and the parameters of each are in its list "
    '`group["params"]`. Or call `optimizer.zero_grad()`, which clears all of them.',
    old="optimizer.zero_grad()",
    new="for param in optimizer.param_groups:\n    param.grad = None",
)
grader.edit(
    "fills_the_parameters_with_zeros",
    "This sets the parameters to 0, and all that was learnt is lost. What has to be cleared is "
    "their gradients, `param.grad`, and `optimizer.zero_grad()` does that.",
    old="optimizer.zero_grad()",
    new="""
    for group in optimizer.param_groups:
        for param in group["params"]:
            param.data.zero_()
    """,
)
grader.edit(
    "clips_the_gradients",
    "The gradients are clipped to a norm of 1 here. That is often done, but not asked for: the "
    "step follows the gradients of the loss as they are.",
    old="optimizer.step()",
    new="""
    params = [param for group in optimizer.param_groups for param in group["params"]]
    torch.nn.utils.clip_grad_norm_(params, 1.0)
    optimizer.step()
    """,
    idea="unasked_clipping",
)
grader.edit(
    "asks_the_loss_to_clear",
    "The loss keeps no gradients that could be cleared. The optimizer knows the parameters, and "
    "clears theirs: `optimizer.zero_grad()`.",
    old="optimizer.zero_grad()",
    new="loss.zero_grad()",
)
grader.edit(
    "asks_the_optimizer_for_backward",
    "The optimizer knows nothing of the loss. The loss knows how it was computed, so it is the one "
    "to ask: `loss.backward()`.",
    old="loss.backward()",
    new="optimizer.backward()",
)
grader.edit(
    "gives_the_loss_to_the_step",
    "`step()` needs no loss: it finds the gradients in the parameters, where `backward()` has put "
    "them. (What it can be given is a function, which some optimizers call.)",
    old="optimizer.step()",
    new="optimizer.step(loss)",
)
grader.edit(
    "cuts_the_loss_off",
    "The loss was cut off from the parameters (as `detach()`, `.data` and `torch.tensor(...)` do), "
    "so it knows no gradients any more. Call `loss.backward()` on the loss as it is.",
    old="loss.backward()",
    new="loss.detach().backward()",
    idea="cut_graph",
)


grader.edit(
    "returns_something",
    **RETURNS_SOMETHING,
    old="optimizer.step()",
    new="optimizer.step(); return loss",
)
grader.edit(
    "forgets_the_optimizers_state",
    "The optimizer begins again at each step: its momentum, or whatever else it keeps, is gone, "
    "as by `optimizer.state.clear()`. Clear the gradients alone: `optimizer.zero_grad()`.",
    "optimizer.zero_grad()",
    "optimizer.zero_grad(); optimizer.state.clear()",
    idea="optimizer_state_lost",
)
