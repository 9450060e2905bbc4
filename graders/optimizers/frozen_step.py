from collections import OrderedDict

import torch
from torch import nn

from torchkata import Grader, snapshot, unchanged, with_old_gradients

grader = Grader(
    points=3,
    level=3,
    after=("optimizers/take_step",),
    hints=(
        "With a gradient of 0, would momentum or weight decay still move a parameter?",
        "There is a difference between a gradient of 0 and none: what does `step()` do for None?",
        "Between `backward()` and `step()`, set `param.grad` of what is frozen to None.",
    ),
)


@grader.observe
def a_call_for_each_batch(answer, model, optimizer, batches):
    params, moved, left = dict(model.named_parameters()), {}, {}
    for call, (frozen, inputs, targets) in enumerate(batches, start=1):
        still = {name: param for name, param in params.items() if name.startswith(frozen)}
        before, loss = snapshot(still), nn.functional.mse_loss(model(inputs), targets)
        returned = answer(model, frozen, optimizer, loss)
        moved[f"params after call {call}"] = snapshot(params)
        moved[f"what call {call} froze is unchanged"] = unchanged(before, still)
        found = sum(param.grad is not None for param in still.values())
        left[f"gradients left in what call {call} froze"] = found
        left[f"call {call} returned"] = "None" if returned is None else "something"
    names = {id(param): name for name, param in params.items()}
    groups = [[names[id(param)] for param in g["params"]] for g in optimizer.param_groups]
    trained = {name: param.requires_grad for name, param in params.items()}
    return moved | left | {"require a gradient": trained, "groups of the optimizer": groups}


class Scaled(nn.Sequential):
    """Layers, and a parameter that belongs to none of them."""

    def __init__(self, layers, dtype):
        super().__init__(layers)
        self.scale = nn.Parameter(1 + torch.rand(3, dtype=dtype))

    def forward(self, inputs):
        return super().forward(self.scale * inputs)


def network(dtype=torch.float32):
    """Three layers with names and a scale, and an old gradient of 0.7 everywhere."""
    names = ("block1", "block2", "head_block")
    layers = [nn.Linear(*sizes, dtype=dtype) for sizes in ((3, 4), (4, 4), (4, 2))]
    for layer in layers:
        nn.init.normal_(layer.bias)
    return with_old_gradients(Scaled(OrderedDict(zip(names, layers, strict=True)), dtype))


def batches(*frozen, dtype=torch.float32):
    """What is frozen, 5 inputs and 5 targets, for each call."""
    return [
        (name, torch.randn(5, 3, dtype=dtype), torch.randn(5, 2, dtype=dtype)) for name in frozen
    ]


@grader.case
def momentum_and_weight_decay():
    """SGD with momentum and weight decay; 5 calls freeze "block2", "head", "scale", "block1",
    "head"."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=0.1)
    return model, optimizer, batches("block2", "head", "scale", "block1", "head")


@grader.case
def adam():
    """Adam with two groups; 4 calls freeze "block", "head", "block2.w", "block"."""
    model = network()
    first, *others = model.children()
    rest = [model.scale, *nn.ModuleList(others).parameters()]
    groups = [{"params": first.parameters()}, {"params": rest, "lr": 0.02}]
    return model, torch.optim.Adam(groups, lr=0.05), batches("block", "head", "block2.w", "block")


@grader.case
def as_in_the_docstring():
    """The model of the docstring's example: 2 layers of one weight; "0." is frozen in 2 calls."""
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    for param in model.parameters():
        nn.init.ones_(param)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9, weight_decay=0.5)
    return model, optimizer, [("0.", torch.randn(3, 1), torch.randn(3, 1)) for _ in range(2)]


@grader.case
def frozen_before():
    """AdamW; 3 calls freeze "block2", "block1", "block2"; block1.weight is frozen for good, and has
    an old gradient."""
    model = network(torch.float64)
    model.block1.weight.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.5)
    return model, optimizer, batches("block2", "block1", "block2", dtype=torch.float64)


from graders._shared import CLEARS_ONLY_WHAT_IS_TRAINED
from graders.optimizers._shared import CLEARS_AFTER_THE_STEP, RETURNS_SOMETHING

TAKEN = """
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
"""
BODY = f"""
    optimizer.zero_grad()
    loss.backward(){TAKEN}    optimizer.step()
"""

grader.edits(
    "fills_the_gradients_with_zeros",
    "A gradient of 0 does not keep a parameter still: weight decay is added to it, and momentum "
    "and Adam continue as before. `step()` skips a parameter only if its gradient is None.",
    BODY,
    [
        BODY.replace("param.grad = None", filled) + afterwards
        for filled in (
            "param.grad.zero_()",
            "if param.grad is not None: param.grad.zero_()",
        )
        for afterwards in ("", TAKEN)
    ],
    idea="zero_gradient_for_none",
)
grader.edit(
    "fills_old_gradients_with_zeros",
    "A parameter that is frozen for good moves: its old gradient became 0 in place of None, and "
    "weight decay moves it all the same. `optimizer.zero_grad()` as it is makes it None.",
    "optimizer.zero_grad()",
    "optimizer.zero_grad(set_to_none=False)",
    idea="zero_gradient_for_none",
)

grader.edit(
    "returns_something",
    **RETURNS_SOMETHING,
    old="    optimizer.step()",
    new="    optimizer.step(); return loss",
)
grader.edit(
    "freezes_nothing",
    "Every parameter moves: `step()` finds a gradient in each of them. Taken away before "
    "`backward()`, it comes back; and once it is there, neither `requires_grad` nor `eval()` "
    "changes the step.",
    old=BODY,
    new="optimizer.zero_grad(); loss.backward(); optimizer.step()",
)
grader.edit(
    "freezes_after_backward",
    "After `backward()` the gradients are there, so `requires_grad = False` comes too late to keep "
    "anything from moving; and it was never set back. Take the gradients away.",
    old="param.grad = None",
    new="param.requires_grad = False",
)
grader.edit(
    "freezes_for_good",
    "What is frozen does not move in this step, but `requires_grad` stays False afterwards, so it "
    "does not move in later steps either. Set it back to what it was.",
    old="""
    loss.backward()
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
    optimizer.step()
    """,
    new="""
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.requires_grad = False
    loss.backward()
    optimizer.step()
    """,
)
grader.edit(
    "thaws_in_the_next_call",
    "`requires_grad` stays False until the next call, but the loss of that call is computed before "
    "it, and so has no gradient for what was frozen. Set it back at the end of the step.",
    old="""
    loss.backward()
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
    optimizer.step()
    """,
    new="""
    for name, param in model.named_parameters():
        param.requires_grad = not name.startswith(frozen)
    loss.backward()
    optimizer.step()
    """,
)
grader.edit(
    "thaws_too_much",
    "A parameter that required no gradient before requires one now. Set `requires_grad` back only "
    "where it was True before.",
    old="optimizer.step()",
    new="""
    optimizer.step()
    for param in model.parameters():
        param.requires_grad = True
    """,
)
grader.edit(
    "copies_back",
    "Copied back after the step, the parameters are where they were, but the optimizer has seen "
    "their gradients and remembers them: from their next step on they move differently.",
    old=BODY,
    new="""
    named = [(n, param) for n, param in model.named_parameters() if n.startswith(frozen)]
    before = [param.detach().clone() for _, param in named]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    for (_, param), value in zip(named, before):
        param.data.copy_(value)
    """,
)
grader.edit(
    "copies_back_and_clears",
    "Copied back after the step, the parameters are where they were, but the optimizer has seen "
    "their gradients and remembers them. Take the gradients away before the step, not after it.",
    old="""
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
    optimizer.step()
    """,
    new="""
    before = {name: param.detach().clone() for name, param in model.named_parameters()}
    optimizer.step()
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.data.copy_(before[name])
            param.grad = None
    """,
)
grader.edit(
    "leaves_the_gradients",
    "What is frozen does not move, as it should, but its gradients are still there, where "
    "clipping or a later `backward()` would find them: they should be None afterwards.",
    old=BODY,
    new="""
    still = {param for name, param in model.named_parameters() if name.startswith(frozen)}
    held = [group["params"] for group in optimizer.param_groups]
    optimizer.zero_grad()
    loss.backward()
    for group in optimizer.param_groups:
        group["params"] = [param for param in group["params"] if param not in still]
    optimizer.step()
    for group, params in zip(optimizer.param_groups, held):
        group["params"] = params
    """,
)
grader.edit(
    "looks_in_the_first_group_alone",
    "What is frozen moves if it is in the second group of the optimizer, as where only "
    "`param_groups[0]` is looked through. Go through the parameters of the model.",
    old=BODY,
    new=f"""
    still = {{param for name, param in model.named_parameters() if name.startswith(frozen)}}
    optimizer.zero_grad()
    loss.backward()
    group = optimizer.param_groups[0]
    held = group["params"]
    group["params"] = [param for param in held if param not in still]
    optimizer.step()
    group["params"] = held{TAKEN}""",
)
grader.edit(
    "takes_them_from_the_optimizer",
    "The optimizer has lost these parameters for good, so they do not move in later steps either. "
    "It should hold what it held before.",
    old="param.grad = None",
    new="""
    param.grad = None
    for group in optimizer.param_groups:
        group["params"] = [other for other in group["params"] if other is not param]
    """,
)
grader.edit(
    "forgets_what_the_optimizer_remembers",
    "What the optimizer remembers of these parameters is thrown away, so their momentum starts "
    "from zero when they move again. It should be kept unchanged.",
    old="param.grad = None",
    new="param.grad = None; optimizer.state.pop(param, None)",
)
grader.edit(
    "removes_from_a_list",
    "`remove` compares tensors number by number until it finds an equal one, which fails where the "
    "shapes differ. And the optimizer should hold afterwards what it held before.",
    old="param.grad = None",
    new="""
    for group in optimizer.param_groups:
        group["params"].remove(param)
    """,
)
grader.edit(
    "builds_another_optimizer",
    "A new optimizer has no momentum yet, and this one is plain SGD, whatever was given. Take the "
    "step with `optimizer`, which may hold what is frozen.",
    old=BODY,
    new="""
    import torch

    moving = [p for name, p in model.named_parameters() if not name.startswith(frozen)]
    optimizer.zero_grad()
    loss.backward()
    torch.optim.SGD(moving, lr=optimizer.param_groups[0]["lr"]).step()
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
    """,
)
grader.edit(
    "stops_whole_groups",
    "A learning rate of 0 stops a whole group, with all else that is in it, and the optimizer "
    "remembers the gradients of what is frozen all the same.",
    old="""
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
    optimizer.step()
    """,
    new="""
    rates = [group["lr"] for group in optimizer.param_groups]
    still = {param for name, param in model.named_parameters() if name.startswith(frozen)}
    for group in optimizer.param_groups:
        if still & set(group["params"]):
            group["lr"] = 0.0
    optimizer.step()
    for group, lr in zip(optimizer.param_groups, rates):
        group["lr"] = lr
    """,
)
grader.edit(
    "clears_after_the_step",
    **CLEARS_AFTER_THE_STEP,
    old=BODY,
    new="""
    loss.backward()
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
    optimizer.step()
    optimizer.zero_grad()
    """,
)
grader.edit(
    "keeps_the_old_gradients",
    "`backward()` adds to the gradients that are there, so the step also follows those of earlier "
    "calls. Clear them first: `optimizer.zero_grad()`.",
    old="optimizer.zero_grad()",
    new="pass",
    idea="no_zero_grad",
)
grader.edit(
    "moves_nothing",
    "Nothing moves, not even what is not frozen, as where the step is missing, where it finds no "
    "gradients, or where the learning rate was set to 0 for all.",
    old="optimizer.step()",
    new="pass",
    idea="nothing_moves",
)
grader.edit(
    "freezes_the_others",
    "This is inverted: what starts with `frozen` moves, and all the others do not.",
    old="if name.startswith(frozen):",
    new="if not name.startswith(frozen):",
)
grader.edit(
    "looks_anywhere_in_the_name",
    "`frozen in name` finds it in the middle of a name as well. Ask `name.startswith(frozen)`.",
    old="name.startswith(frozen)",
    new="frozen in name",
)
grader.edits(
    "wants_the_whole_name_of_a_layer",
    "Here `frozen` has to be the whole name of a layer. It is the beginning of names: `block` is "
    "the beginning of `block1.weight` too. Ask `name.startswith(frozen)`.",
    old="name.startswith(frozen)",
    news=["name.split('.')[0] == frozen", "name.split('.')[0] == frozen.rstrip('.')"],
)
grader.edit(
    "asks_the_model_for_a_layer",
    "`frozen` is the beginning of some names, and the model need not have a layer that is called "
    "so. Compare it with the names from `model.named_parameters()`.",
    old="""
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
    """,
    new="""
    for param in getattr(model, frozen).parameters():
        param.grad = None
    """,
)
grader.edit(
    "looks_for_layers",
    "`named_modules()` has the names of the layers, and `frozen` may begin the name of a single "
    "parameter, as `block2.w` does. Go through `model.named_parameters()`.",
    old="""
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
    """,
    new="""
    for name, module in model.named_modules():
        if name.startswith(frozen):
            for param in module.parameters():
                param.grad = None
    """,
)
grader.edit(
    "freezes_only_the_first",
    "The loop ends at the first parameter that is frozen, and the others move.",
    old="param.grad = None",
    new="param.grad = None\nbreak",
)


grader.edit("clears_only_what_is_trained", **CLEARS_ONLY_WHAT_IS_TRAINED)
grader.edit(
    "puts_them_into_another_group",
    "What did not move is in another group of the optimizer afterwards, with other settings, such "
    "as the learning rate. Each group should hold what it held before.",
    old="optimizer.step()",
    new="""
    still = [p for name, p in model.named_parameters() if name.startswith(frozen)]
    for group in optimizer.param_groups:
        group["params"] = [p for p in group["params"] if all(p is not q for q in still)]
    optimizer.step()
    if still:
        optimizer.add_param_group({"params": still})
    """,
)

grader.edit(
    "clears_the_frozen_ones_after_the_step",
    "Taken away after `step()`, the gradients are gone, but everything has moved along them "
    "already. Take them away between `backward()` and `step()`.",
    old=BODY,
    new="""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
    """,
)


grader.edit(
    "goes_through_the_layers_alone",
    "A parameter may belong to the model itself and to no layer, and is not found here. "
    "`model.named_parameters()` has all of them.",
    old="""
    for name, param in model.named_parameters():
        if name.startswith(frozen):
            param.grad = None
    """,
    new="""
    for layer, module in model.named_children():
        for name, param in module.named_parameters():
            if f"{layer}.{name}".startswith(frozen):
                param.grad = None
    """,
    idea="parameters_outside_layers",
)
