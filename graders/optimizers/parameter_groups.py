from collections import OrderedDict

import torch
from torch import nn

from torchkata import (
    Grader,
    held_by,
    randn64,
    snapshot,
    training_steps,
    unchanged,
    with_old_gradients,
)

grader = Grader(
    points=3,
    level=3,
    after=("optimizers/optimizer_by_name",),
    hints=(
        "`param.dim()` counts dimensions, and `param.requires_grad` says whether it is trained.",
        "Which method of the model finds every parameter, wherever it is, and each one once?",
        'A group is a dict, `{"params": [...], "weight_decay": ...}`; say 0 where nothing decays.',
    ),
)


@grader.observe
def groups_and_three_steps(answer, model, weight_decay, inputs):
    params = dict(model.named_parameters())
    before = snapshot(model.state_dict()), snapshot([p.grad for p in params.values()])
    groups = answer(model, weight_decay)
    same = unchanged(before[0], model.state_dict())
    same["gradients"] = unchanged(before[1], [p.grad for p in params.values()])
    optimizer = torch.optim.SGD(groups, 0.1, momentum=0.9, weight_decay=0.7)
    decays = {
        id(p): group["weight_decay"] for group in optimizer.param_groups for p in group["params"]
    }
    seen = {
        **held_by(optimizer.param_groups, params),
        "weight decay": {name: float(decays.get(id(p), 0.0)) for name, p in params.items()},
        "model is unchanged": same,
        "in training mode": model.training,
    }
    seen |= training_steps(optimizer, lambda: model(inputs).square().mean(), model)
    return seen | {"still trained": {name: p.requires_grad for name, p in params.items()}}


class Reader(nn.Module):
    """Reads 3 of 6 words; both ends share one weight, and two parameters belong to no layer."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(6, 4)
        self.position_bias = nn.Parameter(torch.randn(3, 4))
        self.scale = nn.Parameter(1 + torch.rand(()))
        self.layers = nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4), nn.Tanh())
        self.head = nn.Linear(4, 6)
        self.head.weight = self.embed.weight

    def forward(self, words):
        return self.head(self.layers(self.scale * self.embed(words) + self.position_bias))


@grader.case
def layer_norm():
    """Two linear layers with LayerNorm between them, in evaluation mode and with old gradients; 0.2
    decays."""
    norm = nn.LayerNorm(4)
    nn.init.uniform_(norm.weight, 0.5, 2)
    layers = OrderedDict(hidden=nn.Linear(3, 4), norm=norm, head=nn.Linear(4, 2))
    return with_old_gradients(nn.Sequential(layers).eval()), 0.2, torch.randn(6, 3)


@grader.case
def images():
    """A convolution, BatchNorm and a frozen last layer; the weight decay is 0.4."""
    model = nn.Sequential(nn.Conv2d(1, 3, 2), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(27, 2))
    model[3].requires_grad_(False)
    return model, 0.4, torch.randn(5, 1, 4, 4)


@grader.case
def shared_and_free_standing():
    """Two layers share one weight; a matrix and a single number belong to no layer."""
    return Reader(), 0.1, torch.randint(6, (5, 3))


@grader.case
def as_in_the_docstring():
    """The model of the docstring's example: a linear layer, then LayerNorm; 0.1 decays."""
    # In float64: three numbers that are close make LayerNorm enlarge what rounding left.
    layers = nn.Linear(5, 3, dtype=torch.float64), nn.LayerNorm(3, dtype=torch.float64)
    return nn.Sequential(*layers), 0.1, randn64(6, 5)


@grader.case
def odd_shapes():
    """Norm layers whose parameters are matrices, two of them just alike; a weight of 3 dimensions,
    a layer with one output, and one of which only the bias is frozen."""
    norms = nn.LayerNorm((3, 4)), nn.LayerNorm((3, 4))
    model = nn.Sequential(nn.Conv1d(3, 3, 1), nn.Linear(4, 4), *norms, nn.Linear(4, 1))
    model[1].bias.requires_grad_(False)
    return model, 0.3, torch.randn(5, 3, 4)


from graders.optimizers._shared import TAKES_A_SHARED_WEIGHT_TWICE


@grader.misconception
def goes_by_the_name_bias(model, weight_decay):
    """Going by the name misses the weights of LayerNorm and BatchNorm, which are vectors, and it
    spares a matrix that has `bias` in its name. Go by `param.dim()`."""
    return by_name(model, weight_decay, lambda name: "bias" in name)


@grader.misconception
def goes_by_the_end_of_the_name(model, weight_decay):
    """Only what is called `bias` is spared here, but the weights of LayerNorm and BatchNorm are
    vectors as well, and a single number has no dimensions at all. Go by `param.dim()`."""
    return by_name(model, weight_decay, lambda name: name.endswith(".bias"))


@grader.misconception
def goes_by_the_names_bias_and_norm(model, weight_decay):
    """A norm layer need not have `norm` in its name (in nn.Sequential it may be a number), and a
    matrix may have `bias` in its own. Go by `param.dim()`."""
    return by_name(model, weight_decay, lambda name: "bias" in name or "norm" in name)


from solutions.optimizers.parameter_groups import parameter_groups


@grader.misconception
def goes_by_the_names_weight_and_bias(model, weight_decay):
    """Not every `weight` is a matrix (those of norm layers are vectors), and a parameter may have
    another name, and is missing here. Go by `param.dim()`."""
    named = [(name, param) for name, param in model.named_parameters() if param.requires_grad]
    return [
        {"params": [p for n, p in named if "weight" in n], "weight_decay": weight_decay},
        {"params": [p for n, p in named if "bias" in n], "weight_decay": 0.0},
    ]


@grader.misconception
def follows_an_old_recipe(model, weight_decay):
    """A recipe that is often copied: it goes by the name `bias`, so that the weights of norm layers
    decay, and it keeps frozen parameters. Ask `param.dim()` and `param.requires_grad`."""
    named = list(model.named_parameters())
    return [
        {"params": [p for n, p in named if "bias" not in n], "weight_decay": weight_decay},
        {"params": [p for n, p in named if "bias" in n], "weight_decay": 0.0},
    ]


def by_name(model, weight_decay, spared):
    trainable = [(name, param) for name, param in model.named_parameters() if param.requires_grad]
    decaying = [param for name, param in trainable if not spared(name)]
    others = [param for name, param in trainable if spared(name)]
    return [
        {"params": decaying, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0},
    ]


def by_set(model, weight_decay, spared):
    trainable = [param for param in model.parameters() if param.requires_grad]
    decaying = [param for param in trainable if param not in spared]
    others = [param for param in trainable if param in spared]
    return [
        {"params": decaying, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0},
    ]


@grader.misconception
def goes_by_the_kind_of_layer(model, weight_decay):
    """Biases and norm layers are spared whatever their shape, and other parameters with fewer than
    two dimensions decay, such as a single number. The shape alone counts: `param.dim() >= 2`."""
    norms = [m for m in model.modules() if isinstance(m, (nn.LayerNorm, nn.BatchNorm2d))]
    biases = {module.bias for module in model.modules() if hasattr(module, "bias")}
    return by_set(model, weight_decay, biases | {module.weight for module in norms})


@grader.misconception
def lets_only_linear_layers_decay(model, weight_decay):
    """The weight of a convolution does not decay, nor a matrix of a norm layer or of no layer, as
    where only `nn.Linear` was thought of. Each parameter with two or more dimensions should."""
    weights = {module.weight for module in model.modules() if type(module) is nn.Linear}
    return by_set(model, weight_decay, set(model.parameters()) - weights)


@grader.misconception
def lets_only_some_kinds_of_layers_decay(model, weight_decay):
    """A matrix of a norm layer, or of no layer at all, does not decay, as where only linear layers
    and convolutions were thought of. Go by the shape: `param.dim() >= 2`, wherever it is."""
    kinds = nn.Linear, nn.Conv1d, nn.Conv2d
    weights = {module.weight for module in model.modules() if isinstance(module, kinds)}
    return by_set(model, weight_decay, set(model.parameters()) - weights)


@grader.misconception(idea="parameters_outside_layers")
def misses_what_stands_in_no_layer(model, weight_decay):
    """A parameter may belong to the model itself and to no layer, and that one is missing here.
    `model.parameters()` finds all of them, each once."""
    inner = nn.ModuleList(model.children())
    return parameter_groups(inner, weight_decay)


@grader.misconception(**TAKES_A_SHARED_WEIGHT_TWICE)
def takes_a_shared_weight_twice(model, weight_decay):
    params = [p for module in model.modules() for p in module.parameters(recurse=False)]
    trainable = [param for param in params if param.requires_grad]
    return [
        {"params": [p for p in trainable if p.dim() >= 2], "weight_decay": weight_decay},
        {"params": [p for p in trainable if p.dim() < 2], "weight_decay": 0.0},
    ]


@grader.misconception
def sorts_the_state_dict(model, weight_decay):
    """`state_dict()` gives tensors that are cut off from the parameters and never get a gradient:
    nothing would be trained. Take `model.parameters()`."""
    tensors = model.state_dict().values()
    return [
        {"params": [t for t in tensors if t.dim() >= 2], "weight_decay": weight_decay},
        {"params": [t for t in tensors if t.dim() < 2], "weight_decay": 0.0},
    ]


grader.edits(
    "prepares_the_model",
    "The model came back in training mode, or without its old gradients. It is only to be read "
    "here: leave `train()` and `zero_grad()` to the training.",
    "trainable = [",
    ["model.train()\ntrainable = [", "model.zero_grad()\ntrainable = ["],
    idea="argument_changed",
)
grader.edit(
    "keeps_the_frozen_ones",
    "Frozen parameters, whose `requires_grad` is False, are to be left out of the groups.",
    old=" if param.requires_grad",
    new="",
)
grader.edit(
    "lets_everything_decay",
    "Everything decays here. Parameters with fewer than two dimensions should not: biases, and "
    "what norm layers scale by.",
    old='"weight_decay": 0.0',
    new='"weight_decay": weight_decay',
)
grader.edit(
    "lets_nothing_decay",
    "Nothing decays here. Parameters with two or more dimensions should, by `weight_decay`.",
    old='"weight_decay": weight_decay',
    new='"weight_decay": 0.0',
)
grader.edit(
    "swaps_the_groups",
    "The groups have changed places: parameters with two or more dimensions are to decay.",
    old="""
    decaying = [param for param in trainable if param.dim() >= 2]
    others = [param for param in trainable if param.dim() < 2]
    """,
    new="""
    others = [param for param in trainable if param.dim() >= 2]
    decaying = [param for param in trainable if param.dim() < 2]
    """,
)
grader.edit(
    "leaves_the_second_group_to_the_default",
    "A group that says nothing of its weight decay gets the optimizer's default, which is 0.01 for "
    'AdamW, and is whatever the caller gives. Say `"weight_decay": 0.0`.',
    old='"params": others, "weight_decay": 0.0',
    new='"params": others',
)
grader.edit(
    "leaves_the_first_group_to_the_default",
    "The group that decays says nothing of its weight decay, so it gets the optimizer's default: "
    'write `"weight_decay": weight_decay` into it.',
    old=', "weight_decay": weight_decay',
    new="",
)
grader.edit(
    "leaves_both_groups_to_the_default",
    "Neither group says what it decays by, so both get the optimizer's default. The setting is "
    'called `"weight_decay"`, and each group needs its own.',
    old="""
        {"params": decaying, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    """,
    new="""
        {"params": decaying},
        {"params": others},
    """,
)
grader.edit(
    "leaves_out_the_vectors",
    "What does not decay has to be trained as well, and is in no group here. Either it was left "
    "out, or it was looked for in a generator that was iterated before: that works only once.",
    old='{"params": others, "weight_decay": 0.0},',
    new="",
)
grader.edit(
    "freezes_the_vectors",
    "`requires_grad = False` stops all training of these parameters. They should learn, only "
    "without decay: a group with a weight decay of 0 does that.",
    old="return [",
    new="for param in others:\n    param.requires_grad = False\nreturn [",
)
grader.edit(
    "puts_the_vectors_into_both",
    "A parameter may be in one group only, and the group of all parameters holds those that are "
    "not to decay already. Leave them out of it.",
    old='"params": decaying',
    new='"params": trainable',
)
grader.edit(
    "asks_for_gradients",
    "Before the first `backward()` no parameter has a gradient yet, so this takes none of them for "
    "trained. Ask `param.requires_grad`.",
    old="param.requires_grad",
    new="param.grad is not None",
)
grader.edit(
    "takes_only_matrices_of_two_dimensions",
    "The weight of a convolution has four dimensions, and should decay like a matrix: take all "
    "with two or more.",
    old="""
    decaying = [param for param in trainable if param.dim() >= 2]
    others = [param for param in trainable if param.dim() < 2]
    """,
    new="""
    decaying = [param for param in trainable if param.dim() == 2]
    others = [param for param in trainable if param.dim() != 2]
    """,
)
grader.edit(
    "loses_what_has_four_dimensions",
    "The weight of a convolution has four dimensions, and is in no group here: take all with two "
    "or more.",
    old="param.dim() >= 2",
    new="param.dim() == 2",
)
grader.edit(
    "loses_single_numbers",
    "A single number has 0 dimensions, and is in no group here: take all with fewer than two.",
    old="param.dim() < 2",
    new="param.dim() == 1",
)
grader.edit(
    "counts_numbers_instead_of_dimensions",
    "`numel()` says how many numbers a parameter holds; a vector holds several as well. "
    "`param.dim()` says how many dimensions it has.",
    old="""
    decaying = [param for param in trainable if param.dim() >= 2]
    others = [param for param in trainable if param.dim() < 2]
    """,
    new="""
    decaying = [param for param in trainable if param.numel() > 1]
    others = [param for param in trainable if param.numel() < 2]
    """,
)
grader.edit(
    "looks_for_a_tensor_in_a_list",
    "`in` compares tensors number by number, which fails where the shapes differ. Ask for "
    "`param.dim()` again, or keep the parameters in a set.",
    old="if param.dim() < 2",
    new="if param not in decaying",
)
grader.edit(
    "returns_lists",
    'A group is a dict: `{"params": [...], "weight_decay": ...}`.',
    old="""
    return [
        {"params": decaying, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    """,
    new="""
    return [decaying, others]
    """,
)


@grader.misconception
def gives_names(model, weight_decay):
    """An optimizer takes a list of dicts, whose parameters are tensors. It finds strings if it is
    given the names of the parameters, or one dict alone."""
    trainable = [(name, param) for name, param in model.named_parameters() if param.requires_grad]
    return [
        {"params": [n for n, p in trainable if p.dim() >= 2], "weight_decay": weight_decay},
        {"params": [n for n, p in trainable if p.dim() < 2], "weight_decay": 0.0},
    ]


@grader.misconception
def returns_an_optimizer(model, weight_decay):
    """The groups are asked for, from which somebody else builds an optimizer. Return the list."""
    return torch.optim.AdamW(parameter_groups(model, weight_decay))


grader.edit(
    "lets_single_numbers_decay",
    "Vectors are spared, but a single number has even fewer dimensions, 0, and decays here. Decay "
    "where `param.dim() >= 2`.",
    old="""
    decaying = [param for param in trainable if param.dim() >= 2]
    others = [param for param in trainable if param.dim() < 2]
    """,
    new="""
    decaying = [param for param in trainable if param.dim() != 1]
    others = [param for param in trainable if param.dim() == 1]
    """,
)
grader.edit(
    "leaves_out_dimensions_of_one",
    "A weight of shape (1, 4) has two dimensions, however short one of them is, and should decay. "
    "Ask `param.dim()` without `squeeze()`.",
    old="""
    decaying = [param for param in trainable if param.dim() >= 2]
    others = [param for param in trainable if param.dim() < 2]
    """,
    new="""
    decaying = [param for param in trainable if param.squeeze().dim() >= 2]
    others = [param for param in trainable if param.squeeze().dim() < 2]
    """,
)


@grader.misconception
def spares_biases_of_any_shape(model, weight_decay):
    """Vectors and single numbers are spared, but a matrix that is called `bias` as well, as norm
    layers over two dimensions have it. The shape alone counts: `param.dim() >= 2`."""
    named = [(name, param) for name, param in model.named_parameters() if param.requires_grad]
    spared = {param for name, param in named if param.dim() < 2 or name.endswith(".bias")}
    return by_set(model, weight_decay, spared)


@grader.misconception
def spares_norm_layers_of_any_shape(model, weight_decay):
    """Norm layers are spared here whatever their shape, and some have parameters of two dimensions.
    The shape alone counts: `param.dim() >= 2`."""
    norms = [module for module in model.modules() if isinstance(module, nn.LayerNorm)]
    inside = {param for module in norms for param in module.parameters()}
    vectors = {param for param in model.parameters() if param.dim() < 2}
    return by_set(model, weight_decay, inside | vectors)


@grader.misconception
def looks_for_equal_numbers(model, weight_decay):
    """Two parameters may hold the same numbers, as fresh norm layers do, and still be two: one of
    them is missing here. `model.parameters()` gives each tensor once."""
    params = []
    for param in model.parameters():
        if param.requires_grad and not any(torch.equal(param, other) for other in params):
            params.append(param)
    return [
        {"params": [p for p in params if p.dim() >= 2], "weight_decay": weight_decay},
        {"params": [p for p in params if p.dim() < 2], "weight_decay": 0.0},
    ]


@grader.misconception
def leaves_out_half_frozen_layers(model, weight_decay):
    """A layer may have one frozen parameter and one that is trained, which is missing here. Ask
    each parameter: `param.requires_grad`."""
    params = {}
    for module in model.modules():
        own = list(module.parameters(recurse=False))
        if all(param.requires_grad for param in own):
            params |= dict.fromkeys(own)
    return [
        {"params": [p for p in params if p.dim() >= 2], "weight_decay": weight_decay},
        {"params": [p for p in params if p.dim() < 2], "weight_decay": 0.0},
    ]


grader.edit(
    "decays_from_three_dimensions_on",
    "A weight of two dimensions does not decay, as with `dim() > 2`. Two are enough: `dim() >= 2`.",
    old="""
    decaying = [param for param in trainable if param.dim() >= 2]
    others = [param for param in trainable if param.dim() < 2]
    """,
    new="""
    decaying = [param for param in trainable if param.dim() > 2]
    others = [param for param in trainable if param.dim() <= 2]
    """,
)


grader.equivalent(
    "others = [param for param in trainable if param.dim() < 2] moved",
    "the two lists do not depend on each other",
)

grader.edits(
    "sets_an_lr",
    "The groups are right, but they have an lr of their own, which is left to the optimizer: give "
    "each the parameters and the weight decay alone.",
    old='"weight_decay": weight_decay}',
    news=[f'"weight_decay": weight_decay, "lr": {lr}}}' for lr in ("1e-2", "1e-3", "3e-4", "1e-4")],
)

grader.edits(
    "names_the_parameters_otherwise",
    'A group has no key "params", and there the optimizer looks for its parameters: spell it so.',
    """
    {"params": decaying, "weight_decay": weight_decay},
    {"params": others, "weight_decay": 0.0},
    """,
    [
        f'''
    {{"{key}": decaying, "weight_decay": weight_decay}},
    {{"{key}": others, "weight_decay": 0.0}},
    '''
        for key in ("parameters", "param")
    ],
)


grader.not_here(
    "exception alone: puts_the_vectors_into_both",
    "exception alone: returns_lists",
    "exception alone: gives_names",
    "exception alone: returns_an_optimizer",
    reason="SGD refuses these groups in words of its own: twice, list, str, not iterable. "
    "Each sentence is about that.",
)

grader.not_here(
    "exception alone: names_the_parameters_otherwise",
    reason="Of a group without the key, whatever else it holds, the sentence is true.",
)
