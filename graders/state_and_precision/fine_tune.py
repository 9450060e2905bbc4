import random
from collections import Counter

import torch
from torch import nn

from torchkata import Grader, snapshot, unchanged

grader = Grader(
    points=3,
    level=3,
    core=True,
    after=("training_loop/train_one_epoch",),
    hints=(
        "Which parameters does the optimizer hold? And what moves in a model that is never given "
        "to an optimizer? (BatchNorm has something that moves.)",
        "`backbone.eval()` keeps its statistics, and `torch.no_grad()` around its call its "
        "gradients. The head needs neither.",
        "Per batch: features under `no_grad`, `zero_grad`, loss of `head(features)`, `backward`, "
        "`step`.",
    ),
)


@grader.observe
def what_moves(answer, backbone, head, loader, loss_fn, lr):
    calls, before, given = [], snapshot(backbone.state_dict()), snapshot(gradients(backbone))

    def look(name):
        return lambda model, inputs: calls.append(f"{name} in {mode_of(model)} mode")

    hooks = [
        model.register_forward_pre_hook(look(name))
        for name, model in (("backbone", backbone), ("head", head))
    ]
    returned = answer(backbone, head, loader, loss_fn, lr)
    for hook in hooks:
        hook.remove()
    moved = [name for name, same in unchanged(before, backbone.state_dict()).items() if not same]
    params = {name for name, _ in backbone.named_parameters()}
    return {
        "returned": returned,
        "calls": Counter(calls),
        "parameters of the backbone that moved": [name for name in moved if name in params],
        "buffers of the backbone that moved": [name for name in moved if name not in params],
        "gradients of the backbone are as before": unchanged(given, gradients(backbone)),
        "parameters of the backbone that require no gradient": [
            name for name, param in backbone.named_parameters() if not param.requires_grad
        ],
        "head": snapshot(head.state_dict()),
        "parameters of the head that require no gradient": [
            name for name, param in head.named_parameters() if not param.requires_grad
        ],
        "modes at the end": [mode_of(backbone), mode_of(head)],
    }


def gradients(model):
    return [param.grad for param in model.parameters()]


def mode_of(model):
    """In which mode all of a model is."""
    modes = {layer.training for layer in model.modules()}
    return "a mixed" if len(modes) > 1 else "training" if modes.pop() else "evaluation"


def backbone_of(*features, dtype=torch.float32):
    """With BatchNorm and Dropout, and with gradients of before in its last parameters."""
    norm = nn.BatchNorm1d(features[1], dtype=dtype)
    model = nn.Sequential(nn.Linear(*features, dtype=dtype), norm, nn.ReLU(), nn.Dropout(0.3))
    norm.running_mean.normal_()
    norm.weight.grad = torch.randn(features[1], dtype=dtype)
    return model


def batches(*sizes, features, classes, dtype=torch.float32):
    return [
        (torch.randn(size, features, dtype=dtype), torch.randint(classes, (size,)))
        for size in sizes
    ]


def some_lr():
    return random.uniform(0.05, 0.3)


@grader.case
def in_training_mode():
    """3 batches of 8, 8 and 5 inputs; both models come in training mode, the backbone with
    BatchNorm, Dropout and some gradients."""
    loader = batches(8, 8, 5, features=4, classes=3)
    return backbone_of(4, 6), nn.Linear(6, 3), loader, nn.CrossEntropyLoss(), some_lr()


@grader.case
def dropout_in_the_head():
    """4 batches of 6 inputs; the head has Dropout and comes in evaluation mode, as the backbone
    does, and has old gradients."""
    head = nn.Sequential(nn.Dropout(0.5), nn.Linear(8, 2))
    head[1].weight.grad = 3 * torch.randn(2, 8)
    loader = batches(6, 6, 6, 6, features=3, classes=2)
    return backbone_of(3, 8).eval(), head.eval(), loader, nn.CrossEntropyLoss(), some_lr()


@grader.case
def double_precision():
    """3 batches in float64, a sum for the loss, and BatchNorm in the head too."""
    dtype = torch.float64
    loader = batches(5, 7, 4, features=2, classes=4, dtype=dtype)
    head = nn.Sequential(nn.BatchNorm1d(5, dtype=dtype), nn.Linear(5, 4, dtype=dtype))
    loss_fn = nn.CrossEntropyLoss(reduction="sum")
    return backbone_of(2, 5, dtype=dtype), head, loader, loss_fn, some_lr() / 20


@grader.case
def no_batches():
    """An empty list of batches: nothing moves, and both are in the modes that are asked for."""
    return backbone_of(2, 3), nn.Linear(3, 2).eval(), [], nn.CrossEntropyLoss(), some_lr()


@grader.case
def as_in_the_docstring():
    """The example of the docstring: weights of 2 and 1, and one batch of one input."""
    backbone, head = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    nn.init.constant_(backbone.weight, 2.0)
    nn.init.constant_(head.weight, 1.0)
    return backbone, head, [(torch.tensor([[1.0]]), torch.tensor([[0.0]]))], nn.MSELoss(), 0.1


from graders._shared import CLEARED_LATER, INDEPENDENT, STEPS_TWICE

MADE = "optimizer = torch.optim.SGD(head.parameters(), lr, momentum=0.9, weight_decay=0.01)"
FEATURES = """
        with torch.no_grad():
            features = backbone(inputs)
"""
LOSS = "loss_fn(head(features), targets).backward()"
WHOLE = f"""
    for inputs, targets in loader:
        {FEATURES.strip()}
        optimizer.zero_grad()
        {LOSS}
        optimizer.step()
"""
BOTH = "[*backbone.parameters(), *head.parameters()]"

grader.edit(
    "leaves_the_backbone_in_training_mode",
    "The statistics of BatchNorm in the backbone moved, and its Dropout drops: it was called in "
    "training mode. Neither `no_grad` nor `requires_grad_(False)` stops that; `backbone.eval()` "
    "does.",
    "backbone.eval()\n",
    "",
    idea="frozen_norm_moves",
)
grader.edit(
    "goes_to_evaluation_mode_too_late",
    "The backbone was called in the mode in which it came, and is in evaluation mode only "
    "afterwards. Call `backbone.eval()` before the loop: `torch.no_grad()` keeps neither BatchNorm "
    "nor Dropout still.",
    f"    backbone.eval()\n    head.train()\n{WHOLE[1:]}",
    f"    head.train()\n{WHOLE[1:]}    backbone.eval()\n",
    idea="frozen_norm_moves",
)
grader.edit(
    "puts_the_backbone_in_training_mode",
    "The backbone was put in training mode, where the statistics of BatchNorm move: it is not to "
    "learn anything more. `backbone.eval()`.",
    "backbone.eval()\n",
    "backbone.train()\n",
    idea="frozen_norm_moves",
)
grader.edit(
    "freezes_by_flags_alone",
    "`requires_grad_(False)` stops gradients alone: the statistics of BatchNorm still move, "
    "Dropout drops, and the parameters are still frozen afterwards. Call `backbone.eval()`, and "
    "compute the features under `no_grad`.",
    "backbone.eval()\n",
    "backbone.requires_grad_(False)\n",
    idea="frozen_norm_moves",
)
grader.edits(
    "leaves_the_parameters_frozen",
    "The backbone's parameters require no gradient afterwards. That was not asked for: `no_grad` "
    "around its call is enough.",
    f"    backbone.eval()\n    head.train()\n    for inputs, targets in loader:{FEATURES}",
    [
        "    backbone.eval()\n    head.train()\n    for inputs, targets in loader:\n"
        "        features = backbone.requires_grad_(False)(inputs)\n",
        "    backbone.eval().requires_grad_(False)\n    head.train()\n"
        "    for inputs, targets in loader:\n        features = backbone(inputs)\n",
    ],
    idea="left_frozen",
)
grader.edit(
    "records_the_backbone",
    "The backbone gets gradients: autograd went back into it. Nothing moved, since the optimizer "
    "holds the head alone; but they are there, and cost time. Call it under `torch.no_grad()`.",
    "with torch.no_grad():",
    "if True:",
    idea="autograd_left_on",
)
grader.edit(
    "infers_the_features",
    "A tensor made under `torch.inference_mode()` cannot be saved for the backward of the head: "
    "RuntimeError. Call the backbone under `torch.no_grad()`.",
    "with torch.no_grad():",
    "with torch.inference_mode():",
    idea="inference_tensor_trained_on",
)
grader.edit(
    "trains_both",
    "The backbone's parameters moved, as where the optimizer was given both models. Give it "
    "`head.parameters()`, and call the backbone under `no_grad`.",
    f"""
    {MADE}
    backbone.eval()
    head.train()
    for inputs, targets in loader:
        {FEATURES.strip()}
        optimizer.zero_grad()
    """,
    f"""
    {MADE.replace("head.parameters()", BOTH)}
    backbone.eval()
    head.train()
    for inputs, targets in loader:
        features = backbone(inputs)
        optimizer.zero_grad()
    """,
    idea="frozen_is_trained",
)
grader.edit(
    "moves_the_backbone_by_its_old_gradients",
    "A parameter of the backbone moved although nothing flowed back into it: the optimizer holds "
    "it, and its old gradient, momentum or weight decay moved it. Give the optimizer "
    "`head.parameters()` alone.",
    f"""
    {MADE}
    backbone.eval()
    head.train()
    for inputs, targets in loader:
        {FEATURES.strip()}
        optimizer.zero_grad()
    """,
    f"""
    {MADE.replace("head.parameters()", BOTH)}
    backbone.eval()
    head.train()
    for inputs, targets in loader:
        {FEATURES.strip()}
        head.zero_grad()
    """,
    idea="frozen_gradient_kept",
)
grader.edit(
    "lets_weight_decay_move_the_backbone",
    "Gradients of 0 are gradients: weight decay still shrinks the backbone's parameters. Give the "
    "optimizer `head.parameters()` alone.",
    f"""
    {MADE}
    backbone.eval()
    head.train()
    for inputs, targets in loader:
        {FEATURES.strip()}
        optimizer.zero_grad()
        {LOSS}
    """,
    f"""
    {MADE.replace("head.parameters()", BOTH)}
    backbone.eval()
    head.train()
    for inputs, targets in loader:
        features = backbone(inputs)
        optimizer.zero_grad()
        {LOSS}
        for param in backbone.parameters():
            param.grad.zero_()
    """,
    idea="zero_gradient_moves",
)
grader.edit(
    "clears_the_gradients_of_the_backbone",
    "The backbone's gradients were cleared. Nothing of it is to change: clear those of the head, "
    "with `optimizer.zero_grad()` of an optimizer that holds the head alone.",
    "optimizer.zero_grad()",
    "optimizer.zero_grad()\nbackbone.zero_grad()",
    idea="too_much_cleared",
)
grader.edit(
    "puts_the_head_in_evaluation_mode_too",
    "The head was called in evaluation mode, in which its Dropout drops nothing. It is what "
    "learns: `head.train()`.",
    "head.train()",
    "head.eval()",
    idea="eval_mode_kept",
)
grader.edit(
    "leaves_the_head_in_its_mode",
    "The head is called in the mode in which it came, which may be evaluation mode. Call "
    "`head.train()` first.",
    "head.train()\n",
    "",
    idea="eval_mode_kept",
)
grader.edit(
    "puts_the_backbone_back",
    "The backbone is in training mode at the end. It is to be left in evaluation mode.",
    WHOLE,
    f"{WHOLE}    backbone.train()",
    idea="mode_changed",
)
grader.edit(
    "puts_the_mode_back",
    "The backbone is in the mode in which it came at the end, as where `backbone.training` is kept "
    "and put back. It is to be left in evaluation mode.",
    f"    backbone.eval()\n    head.train()\n{WHOLE[1:]}",
    f"    mode = backbone.training\n    backbone.eval()\n    head.train()\n{WHOLE[1:]}"
    "    backbone.train(mode)\n",
    idea="mode_changed",
)
grader.edit(
    "ends_in_evaluation_mode",
    "The head is in evaluation mode at the end. It is to be left in training mode.",
    WHOLE,
    f"{WHOLE}    head.eval()",
    idea="mode_changed",
)
grader.edit(
    "keeps_the_old_gradients",
    "The head is also moved by gradients of batches before: `backward()` adds to those that are "
    "there. Call `optimizer.zero_grad()` for each batch.",
    "optimizer.zero_grad()",
    "",
    idea="no_zero_grad",
)
grader.edit(
    "clears_after_the_step",
    "Old gradients of the head go into the first step, as where `optimizer.zero_grad()` comes "
    "after `optimizer.step()`. Clear them before `backward()`.",
    f"        optimizer.zero_grad()\n        {LOSS}\n        optimizer.step()",
    f"        {LOSS}\n        optimizer.step()\n        optimizer.zero_grad()",
    idea="zero_grad_too_late",
)
grader.edit(
    "clears_between_backward_and_step",
    "The gradients were cleared between `backward()` and `step()`, so that there is nothing to "
    "move along. Clear them before `backward()`.",
    f"        optimizer.zero_grad()\n        {LOSS}",
    f"        {LOSS}\n        optimizer.zero_grad()",
    idea="zero_grad_too_late",
)
grader.edit(
    "steps_once",
    "There is a single step, after the last batch. The head moves after each batch.",
    WHOLE,
    WHOLE.replace("    optimizer.step()", "optimizer.step()"),
    idea="one_step_an_epoch",
)
grader.edits(
    "forgets_momentum",
    "The steps know nothing of those before, as where `momentum=0.9` is missing, or where each "
    "batch has an optimizer of its own. Make one with momentum, before the loop.",
    f"    {MADE}\n    backbone.eval()\n    head.train()\n    for inputs, targets in loader:",
    [
        f"    {MADE.replace(', momentum=0.9', '')}\n    backbone.eval()\n    head.train()\n"
        "    for inputs, targets in loader:",
        "    backbone.eval()\n    head.train()\n    for inputs, targets in loader:\n"
        f"        {MADE}",
    ],
    idea="state_of_the_optimizer_lost",
)
grader.edit(
    "forgets_weight_decay",
    "The parameters are not decayed. A weight decay of 0.01 is asked for.",
    ", weight_decay=0.01",
    "",
    idea="setting_forgotten",
)
grader.edit(
    "adds_the_weight_decay_to_the_loss",
    "The decay is twice as large: the gradient of `0.01 * w ** 2` in the loss is 0.02 * w. Weight "
    "decay adds 0.01 * w to the gradient: `weight_decay=0.01`.",
    WHOLE,
    f"""
    optimizer = {MADE.split(" = ")[1].replace(", weight_decay=0.01", "")}
    for inputs, targets in loader:
        {FEATURES.strip()}
        optimizer.zero_grad()
        decay = 0.01 * sum(param.square().sum() for param in head.parameters())
        (loss_fn(head(features), targets) + decay).backward()
        optimizer.step()
""",
    idea="half_left_out_of_l2",
)
grader.edits(
    "shrinks_the_parameters_by_hand",
    "The weight decay is not in the gradients, as where the parameters are multiplied by a number "
    "a little below 1 at each step. SGD adds 0.01 * w to the gradient, and momentum keeps it: "
    "`weight_decay=0.01`.",
    f"    {MADE}\n    backbone.eval()\n    head.train()\n{WHOLE[1:]}",
    [
        f"    {MADE.replace(', weight_decay=0.01', '')}\n    backbone.eval()\n    head.train()\n"
        + WHOLE[1:].replace(
            "        optimizer.step()",
            "        with torch.no_grad():\n"
            "            for param in head.parameters():\n"
            f"                param.mul_({kept})\n"
            "        optimizer.step()",
        )
        for kept in ("1 - lr * 0.01", "1 - 0.01")
    ],
    idea="decoupled_decay",
)
grader.edit(
    "takes_adam",
    "The steps are those of Adam. SGD with momentum 0.9 is asked for.",
    MADE,
    "optimizer = torch.optim.Adam(head.parameters(), lr, weight_decay=0.01)",
    idea="another_optimizer",
)
grader.edit("takes_each_step_twice", **STEPS_TWICE)
grader.edit(
    "starts_from_a_copy_of_the_head",
    "The head that was given does not move: a copy of it was trained. Train the one that was "
    "given.",
    "head.train()\n",
    "import copy\nhead = copy.deepcopy(head).train()\n" + MADE + "\n",
    idea="copy_is_trained",
)

grader.equivalent("optimizer.zero_grad() moved", CLEARED_LATER)
for line in ("backbone.eval()", "head.train()"):
    grader.equivalent(f"{line} moved", INDEPENDENT)
