import torch
from torch import nn

from torchkata import Grader, snapshot

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("optimizers/sgd",),
    hints=(
        "Two of the names differ by one letter, and by what they do with the weight decay.",
        "Build one optimizer only: a generator of parameters can be iterated once.",
        "`match name:`, one `case` for each of the five, and `raise ValueError(...)` at the end.",
    ),
)


@grader.observe
def five_steps(answer, name, params, lr, weight_decay, gradients, kind="list"):
    groups = [{"params": [params[0]], "lr": 0.02}, {"params": params[1:], "weight_decay": 0.0}]
    given = {"list": list(params), "generator": (param for param in params), "groups": groups}
    optimizer = answer(name, given[kind], lr=lr, weight_decay=weight_decay)
    seen = {}
    for step, grads in enumerate(gradients, start=1):
        for group in optimizer.param_groups if step == 4 else ():
            group["lr"] = group["lr"] / 5
        for param, grad in zip(params, grads, strict=True):
            param.grad = grad.clone()
        optimizer.step()
        seen[f"params after step {step}"] = snapshot(params)
    return seen


def arguments(name, lr, weight_decay, dtype=torch.float32):
    """A matrix and a vector, and their gradients in 5 steps, the later ones the smaller."""
    params = [nn.Parameter(torch.randn(shape, dtype=dtype)) for shape in ((3, 2), (4,))]
    gradients = [[torch.randn_like(param) / step for param in params] for step in range(1, 6)]
    return name, params, lr, weight_decay, gradients


@grader.case
def sgd():
    """5 steps of "sgd" with two groups: one has an lr of its own, the other decays by 0."""
    return *arguments("sgd", lr=0.1, weight_decay=0.3), "groups"


@grader.case
def adagrad():
    """5 steps of "adagrad" with lr 0.2, weight decay 0.5, and parameters from a generator."""
    return *arguments("adagrad", lr=0.2, weight_decay=0.5), "generator"


@grader.case
def rmsprop():
    """5 steps of "rmsprop" with two groups, lr 0.01 and weight decay 0.4, in float64."""
    return *arguments("rmsprop", lr=0.01, weight_decay=0.4, dtype=torch.float64), "groups"


@grader.case
def adam():
    """5 steps of "adam" with lr 0.05 and weight decay 0.6, in float64; the first gradient is by far
    the largest."""
    *drawn, gradients = arguments("adam", lr=0.05, weight_decay=0.6, dtype=torch.float64)
    return *drawn, [[100 * gradient for gradient in gradients[0]], *gradients[1:]]


@grader.case
def adamw():
    """5 steps of "adamw" with lr 0.05, weight decay 0.6, and parameters from a generator."""
    return *arguments("adamw", lr=0.05, weight_decay=0.6), "generator"


@grader.case
def adamw_without_decay():
    """5 steps of "adamw" with lr 0.2 and weight decay 0."""
    return arguments("adamw", lr=0.2, weight_decay=0.0)


@grader.case(raises=ValueError)
def unknown_name():
    """The name is "rmsprob", which is none of the five."""
    return arguments("rmsprob", lr=0.1, weight_decay=0.1)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: "adagrad", one parameter, and the same gradient 5 times."""
    gradients = [[torch.tensor([4.0, -0.5])]] * 5
    return "adagrad", [nn.Parameter(torch.tensor([1.0, 1.0]))], 0.25, 0.0, gradients


@grader.case(raises=ValueError)
def another_of_torch_optim():
    """The name is "adamax", which torch.optim has, but which is none of the five."""
    return arguments("adamax", lr=0.1, weight_decay=0.1)


from graders.optimizers._shared import SWITCHES_NESTEROV_ON

grader.edit(
    "builds_adam_for_rmsprop",
    'This builds Adam under the name "rmsprop". RMSprop has no momentum, and does not correct its '
    "average for the first steps: build torch.optim.RMSprop.",
    old="torch.optim.RMSprop",
    new="torch.optim.Adam",
)
grader.edit(
    "builds_adam_for_adamw",
    'This gives Adam for "adamw" as well. Adam adds the weight decay to the gradient, which it '
    "then divides by its size; AdamW shrinks the parameters beside it: build torch.optim.AdamW.",
    old="torch.optim.AdamW",
    new="torch.optim.Adam",
)
grader.edit(
    "builds_adamw_for_adam",
    'This gives AdamW for "adam" as well: the weight decay shrinks the parameters beside the '
    "gradient, not through it. Build torch.optim.Adam for that name.",
    old="torch.optim.Adam(",
    new="torch.optim.AdamW(",
)
grader.edit(
    "swaps_adam_and_adamw",
    "Adam and AdamW have changed places.",
    old="""
    case "adam":
        return torch.optim.Adam(params, **settings)
    case "adamw":
        return torch.optim.AdamW(params, **settings)
    """,
    new="""
    case "adam":
        return torch.optim.AdamW(params, **settings)
    case "adamw":
        return torch.optim.Adam(params, **settings)
    """,
)
grader.edit(
    "swaps_adagrad_and_rmsprop",
    "Adagrad and RMSprop have changed places. Adagrad adds up all squared gradients; RMSprop keeps "
    "an average that forgets the old ones.",
    old="""
    case "adagrad":
        return torch.optim.Adagrad(params, **settings)
    case "rmsprop":
        return torch.optim.RMSprop(params, **settings)
    """,
    new="""
    case "adagrad":
        return torch.optim.RMSprop(params, **settings)
    case "rmsprop":
        return torch.optim.Adagrad(params, **settings)
    """,
)
grader.edit(
    "builds_adadelta_for_adagrad",
    "Adadelta and Adagrad are two optimizers: build torch.optim.Adagrad.",
    old="torch.optim.Adagrad",
    new="torch.optim.Adadelta",
)
grader.edit(
    "forgets_the_momentum_of_sgd",
    "SGD takes no momentum unless it is told to: give it `momentum=0.9`.",
    old="momentum=0.9, ",
    new="",
    idea="no_momentum",
)
grader.edit(
    "gives_nesterov_momentum",
    **SWITCHES_NESTEROV_ON,
    old="momentum=0.9",
    new="momentum=0.9, nesterov=True",
)
grader.edit(
    "gives_rmsprop_a_momentum_too",
    "The momentum of 0.9 is asked for with SGD only. RMSprop could take one, but has none by "
    "default.",
    old="RMSprop(params",
    new="RMSprop(params, momentum=0.9",
)
grader.edits(
    "lets_rmsprop_forget_faster",
    "RMSprop forgets old gradients faster than by default, as where `alpha` is what Keras or a "
    "paper calls its default. All settings but the momentum of SGD stay as torch.optim has them.",
    old="RMSprop(params",
    news=[f"RMSprop(params, alpha={alpha}" for alpha in (0.9, 0.95)],
    idea="default_of_another_library",
)
grader.edit(
    "gives_adagrad_its_decay_by_place",
    'With "adagrad" the weight decay is missing, and the learning rate shrinks from step to step, '
    "as where the third argument is meant for the weight decay: it is Adagrad's `lr_decay`. Give "
    "`weight_decay` by its name.",
    old="Adagrad(params, **settings)",
    new="Adagrad(params, lr, weight_decay)",
    idea="settings_by_place",
)
grader.edit(
    "loses_the_first_parameter",
    "The first parameter that a generator gives does not move, as where `next` or a loop has "
    "looked at it before: it is then gone. Hand `params` on untouched, or make a list of it first.",
    old='settings = {"lr": lr, "weight_decay": weight_decay}',
    new='next(iter(params), None); settings = {"lr": lr, "weight_decay": weight_decay}',
    idea="generator_used_up",
)
grader.edit(
    "gives_momentum_to_all",
    "Not every optimizer of torch.optim has a setting called `momentum`, and here only SGD is to "
    "get one.",
    old='settings = {"lr": lr, "weight_decay": weight_decay}',
    new="""
    settings = {"lr": lr, "weight_decay": weight_decay}
    if name != "sgd":
        settings["momentum"] = 0.9
    """,
)
grader.edit(
    "forgets_the_weight_decay",
    "The weight decay is not passed on, so each optimizer takes its default: 0, and 0.01 for "
    "AdamW. Give it `weight_decay=weight_decay`.",
    old=', "weight_decay": weight_decay}',
    new="}",
    idea="no_weight_decay",
)
grader.edit(
    "takes_0_for_not_given",
    "A weight decay of 0 was asked for and is not passed on, and AdamW decays by 0.01 unless it is "
    "told otherwise. Pass `weight_decay` on in any case.",
    old='settings = {"lr": lr, "weight_decay": weight_decay}',
    new="""
    settings = {"lr": lr}
    if weight_decay:
        settings["weight_decay"] = weight_decay
    """,
    idea="zero_for_not_given",
)
grader.edit(
    "forgets_the_learning_rate",
    "The learning rate is not passed on, so each optimizer takes its default. Give it `lr=lr`.",
    old='"lr": lr, ',
    new="",
)
grader.edit(
    "swaps_lr_and_weight_decay",
    "The learning rate and the weight decay have changed places: give each by its own name.",
    old='{"lr": lr, "weight_decay": weight_decay}',
    new='{"lr": weight_decay, "weight_decay": lr}',
    idea="settings_by_place",
)
grader.edit(
    "multiplies_the_weight_decay_by_lr",
    "The weight decay is passed on multiplied by the learning rate, which the optimizer does by "
    "itself: give it `weight_decay` as it is.",
    old='"weight_decay": weight_decay',
    new='"weight_decay": lr * weight_decay',
    idea="weight_decay_times_lr",
)
grader.edit(
    "falls_back_to_adam",
    "An unknown name gets an optimizer here, so a misspelt one would never be noticed. Raise a "
    "ValueError where the name is none of the five.",
    old="""
    raise ValueError(f"no optimizer is called {name!r}; take sgd, adagrad, rmsprop, adam or adamw")
    """,
    new="""
    return torch.optim.Adam(params, **settings)
    """,
)
grader.edit(
    "returns_the_error",
    "For an unknown name a ValueError is returned, as if it were an optimizer: `raise` it.",
    old="raise ValueError",
    new="return ValueError",
)

from solutions.optimizers.optimizer_by_name import optimizer_by_name

CLASSES = {
    "sgd": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


@grader.misconception
def returns_none_for_unknown_names(name, params, lr, weight_decay):
    """For an unknown name nothing is returned, and the mistake shows only later, at another place:
    end the function with `raise ValueError(...)`."""
    known = name in CLASSES
    return optimizer_by_name(name, params, lr, weight_decay) if known else None


@grader.misconception
def lets_the_dict_complain(name, params, lr, weight_decay):
    """A dict raises a KeyError where it does not know a key. A ValueError is asked for: look
    whether the name is in the dict, and raise it where it is not."""
    more = {"momentum": 0.9} if name == "sgd" else {}
    return CLASSES[name](params, lr=lr, weight_decay=weight_decay, **more)


@grader.misconception(idea="generator_used_up")
def builds_all_of_them(name, params, lr, weight_decay):
    """All five optimizers are built here, and one is picked. The first one uses a generator of
    parameters up, so the others are given none: pick first, and build that one only."""
    optimizers = {key: optimizer_by_name(key, params, lr, weight_decay) for key in CLASSES}
    if name not in optimizers:
        raise ValueError(name)
    return optimizers[name]


@grader.misconception(idea="settings_by_place")
def gives_the_settings_by_place(name, params, lr, weight_decay):
    """The third argument differs between the optimizers: it is the momentum of SGD, and the betas
    of Adam. Give `weight_decay` by its name."""
    if name not in CLASSES:
        raise ValueError(name)
    return CLASSES[name](params, lr, weight_decay)


@grader.misconception
def calls_a_module(name, params, lr, weight_decay):
    """In small letters, `torch.optim.adam` is the module in which the class `torch.optim.Adam` is
    written, and cannot be called. The class has capitals of its own."""
    if name not in CLASSES:
        raise ValueError(name)
    return getattr(torch.optim, name)(params, lr=lr, weight_decay=weight_decay)


@grader.misconception
def returns_the_class(name, params, lr, weight_decay):
    """This returns the class of the optimizer and no optimizer: call it, with `params`, `lr` and
    `weight_decay`, and return what comes back."""
    if name not in CLASSES:
        raise ValueError(name)
    return CLASSES[name]


@grader.misconception
def puts_all_into_one_group(name, params, lr, weight_decay):
    """The groups' own settings are lost: unpacked, or overwritten afterwards. torch.optim takes
    groups as they are: hand `params` on, with `lr` and `weight_decay`."""
    entries = list(params)
    if isinstance(entries[0], dict):
        entries = [param for entry in entries for param in entry["params"]]
    return optimizer_by_name(name, entries, lr, weight_decay)


@grader.misconception
def expects_parameters_only(name, params, lr, weight_decay):
    """`params` may be a list of dicts, one for each group, and a dict has no `requires_grad`.
    torch.optim takes it as it is: hand `params` on."""
    kept = [param for param in params if param.requires_grad]
    return optimizer_by_name(name, kept, lr, weight_decay)


@grader.misconception
def looks_in_torch_optim(name, params, lr, weight_decay):
    """torch.optim has other optimizers too, and this one is built although its name is none of the
    five. Look the name up in a table of the five, and raise a ValueError otherwise."""
    for known in dir(torch.optim):
        if known.lower() == name and isinstance(getattr(torch.optim, known), type):
            more = {"momentum": 0.9} if name == "sgd" else {}
            return getattr(torch.optim, known)(params, lr=lr, weight_decay=weight_decay, **more)
    raise ValueError(name)


@grader.misconception
def looks_for_a_part_of_the_name(name, params, lr, weight_decay):
    """ "adam" is a part of other names too, such as "adamax", which is none of the five: compare
    whole names."""
    found = [known for known in ("sgd", "adagrad", "rmsprop", "adamw", "adam") if known in name]
    return optimizer_by_name(found[0] if found else name, params, lr, weight_decay)


@grader.misconception
def builds_all_of_them_from_a_list(name, params, lr, weight_decay):
    """All five are built here, and each writes its own defaults into the dicts of the groups, where
    the next one takes them for settings: SGD's momentum reaches RMSprop. Build one only."""
    params = list(params)
    optimizers = {key: optimizer_by_name(key, params, lr, weight_decay) for key in CLASSES}
    if name not in optimizers:
        raise ValueError(name)
    return optimizers[name]


@grader.misconception
def gives_amsgrad(name, params, lr, weight_decay):
    """`amsgrad=True` lets Adam remember the largest average of the squares. All settings but the
    momentum of SGD are to be at their defaults."""
    if name == "adam":
        return torch.optim.Adam(params, lr=lr, weight_decay=weight_decay, amsgrad=True)
    return optimizer_by_name(name, params, lr, weight_decay)


@grader.misconception(idea="generator_used_up")
def builds_a_dict_of_them(name, params, lr, weight_decay):
    """All five optimizers are built here, and one is picked. The first one uses a generator of
    parameters up, so the others are given none: keep classes in the dict, and build one only."""
    return {key: optimizer_by_name(key, params, lr, weight_decay) for key in CLASSES}[name]


@grader.misconception
def compares_with_or(name, params, lr, weight_decay):
    """Any name but three gets Adam, as where `if name == "adam" or "adamw":` is written: a string
    that is not empty counts as true, so that `or` needs a whole comparison on either side."""
    if name == "sgd":
        return torch.optim.SGD(params, lr=lr, momentum=0.9, weight_decay=weight_decay)
    kinds = {"adagrad": torch.optim.Adagrad, "rmsprop": torch.optim.RMSprop}
    return kinds.get(name, torch.optim.Adam)(params, lr=lr, weight_decay=weight_decay)


grader.not_here(
    "exception alone: returns_the_error",
    "exception alone: returns_none_for_unknown_names",
    reason="Only for an unknown name is there no `step`, and the message has the type of "
    "what came back.",
)

grader.not_here(
    "exception alone: returns_the_class",
    reason="`step()` of a class finds no object; whatever has a `step` of its own fails otherwise.",
)
