import torch

from torchkata import Grader, called, changed_entries, set_by_size, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("data_and_models/small_cnn",),
    hints=(
        "Print `len(list(model.parameters()))` and `model.state_dict().keys()`. What is missing?",
        "A module finds the modules and parameters that are its attributes. It does not look into "
        "lists, unless they are an `nn.ModuleList`; and a plain tensor is neither of them.",
        "`nn.Parameter` is for a tensor that is trained, `register_buffer` for one that is not: "
        "`self.register_buffer('mean', mean.clone())`.",
    ),
)


# What is looked at where all parameters were found.
FOUND = ["outputs", "entries changed in x", "gradient"]
FOUND += ["sizes of the gradients", "outputs of the second"]


@grader.observe
def what_reaches_its_parts(answer, features, width, depth, mean, x):
    given, other = mean.clone(), mean + 1
    model = answer(features, width, depth, given).to(x)
    second = answer(features, width, depth, other).to(x)
    params = [*model.parameters()]
    seen = {
        "shapes of the parameters": sorted(list(param.shape) for param in params),
        "shapes of the buffers": sorted(list(buffer.shape) for buffer in model.buffers()),
        "shapes in the state_dict": sorted(list(v.shape) for v in model.state_dict().values()),
        "numbers at first": [param.item() for param in params if param.dim() == 0],
        "a second model shares parameters": bool({*params} & {*second.parameters()}),
    } | dict.fromkeys(FOUND)
    # A parameter that is not found keeps the random numbers with which it began.
    if len(params) == 2 * depth + 3:
        set_by_size(params)
        seen |= value_and_gradient(model, "outputs", x=x)
        sizes = [param.grad.norm().item() for param in params if param.grad is not None]
        second.load_state_dict(model.state_dict())
        # Without a gradient too: some change x only where autograd would not complain.
        with torch.no_grad():
            again, changes = called(second, x=x.detach())
        changed = max(*changes.values(), seen["entries changed in x"])
        seen |= {"outputs of the second": again, "entries changed in x": changed}
        seen["sizes of the gradients"] = sorted(sizes)
    changes = changed_entries(mean, given) + changed_entries(mean + 1, other)
    return seen | {"entries changed in mean": changes}


def arguments(features, width, depth, dtype=torch.float32, count=5):
    """Sizes, a mean of halves, which any dtype can hold, and some inputs."""
    mean = torch.randint(-6, 7, (features,)) / 2
    return features, width, depth, mean, mean + 2 * torch.randn(count, features, dtype=dtype)


@grader.case
def deep():
    """4 hidden layers of 7 numbers, for 3 features."""
    return arguments(3, 7, 4)


@grader.case
def one_hidden_layer():
    """A single hidden layer of 6 numbers, for 4 features, and a single input."""
    return arguments(4, 6, 1, count=1)


@grader.case
def double():
    """After `.double()`: 3 hidden layers of 5 numbers, for 2 features."""
    return arguments(2, 5, 3, torch.float64)


@grader.case
def square():
    """2 hidden layers that are as wide as the input: 6 numbers."""
    return arguments(6, 6, 2)


@grader.case
def narrow():
    """3 hidden layers of a single number, for a single feature."""
    return arguments(1, 1, 3, count=8)


@grader.case
def as_in_the_docstring():
    """The model of the docstring's example."""
    inputs = torch.cat([torch.zeros(6, 2), 4 * torch.randn(3, 2)])
    return 2, 4, 3, torch.tensor([5.0, 7.0]), inputs


from graders._shared import changed_in_place

grader.edits(
    "keeps_its_layers_in_a_list",
    "The hidden layers are not among the parameters, as where they are in a plain list, tuple or "
    "dict: nothing trains them, moves them or saves them. Put them into an `nn.ModuleList`.",
    "nn.ModuleList(nn.Linear(size, width) for size in inputs)",
    [
        "[nn.Linear(size, width) for size in inputs]",
        "tuple(nn.Linear(size, width) for size in inputs)",
    ],
    idea="modules_in_a_list",
)
MEAN = 'self.register_buffer("mean", mean.clone())'
SCALE = "self.scale = nn.Parameter(torch.ones(()))"
LAYERS = "self.hidden = nn.ModuleList(nn.Linear(size, width) for size in inputs)"
RETURNED = "return self.scale * self.last(x)"
grader.edits(
    "has_the_scale_as_a_tensor",
    "`scale` is not among the parameters: a tensor that is an attribute of the model is no "
    "`nn.Parameter`, not even with `requires_grad=True`, so no optimizer and no file gets it.",
    SCALE,
    [
        "self.scale = torch.ones((), requires_grad=True)",
        "self.scale = torch.tensor(1.0)",
        "self.scale = 1.0",
    ],
    idea="tensor_for_parameter",
)
grader.edit(
    "has_the_scale_as_a_buffer",
    "`scale` is a buffer, which is saved and moved and never trained. Make it an `nn.Parameter`.",
    SCALE,
    'self.register_buffer("scale", torch.ones(()))',
    idea="buffer_for_parameter",
)
grader.edit(
    "has_a_scale_of_one_dimension",
    "`scale` has the shape (1,). It is to have the shape (), as of `torch.ones(())`.",
    SCALE,
    "self.scale = nn.Parameter(torch.ones(1))",
)
grader.edits(
    "has_the_mean_as_a_tensor",
    "`mean` is no buffer, so `state_dict()` leaves it out, and `model.to(...)` leaves it where "
    "it is: a plain tensor is an attribute like any other. Register it as a buffer.",
    MEAN,
    ["self.mean = mean.clone()", "self.mean = mean"],
    idea="tensor_for_buffer",
)
grader.edits(
    "has_the_mean_as_a_parameter",
    "`mean` is among the parameters, where every optimizer finds it, and weight decay shrinks what "
    "has a gradient. It is not to be trained: register it as a buffer.",
    MEAN,
    [
        "self.mean = nn.Parameter(mean.clone())",
        "self.mean = nn.Parameter(mean.clone(), requires_grad=False)",
    ],
    idea="parameter_for_buffer",
)
grader.edit(
    "does_not_save_the_mean",
    "`mean` is a buffer, but not in the `state_dict()`, as `persistent=False` has it: a model that "
    "is loaded would subtract another mean. Leave that out.",
    MEAN,
    'self.register_buffer("mean", mean.clone(), persistent=False)',
)
grader.edit(
    "keeps_the_mean_of_the_caller",
    "The model holds the tensor `mean` itself, not a copy, so loading other numbers into the "
    "model changes the caller's tensor. Register `mean.clone()`.",
    MEAN,
    'self.register_buffer("mean", mean)',
    idea="alias_for_copy",
)
grader.edits(
    "has_one_layer_many_times",
    "Several hidden layers are the same one, as `[layer] * n` has it: they share their weights. "
    "Call `nn.Linear` once for each.",
    LAYERS,
    [
        "first, other = nn.Linear(features, width), nn.Linear(width, width)\n"
        "self.hidden = nn.ModuleList([first, *[other] * (depth - 1)])",
        "first = nn.Linear(features, width)\n"
        "self.hidden = nn.ModuleList([first] + [nn.Linear(width, width)] * (depth - 1))",
    ],
    idea="one_module_many_times",
)
grader.edit(
    "has_a_layer_too_many",
    "There is one hidden layer too many: the first one counts, too.",
    "(depth - 1)",
    "depth",
    idea="off_by_one",
)
grader.edit(
    "has_a_layer_too_few",
    "There is one hidden layer too few where `depth` is 2 or more: the last one, which gives a "
    "single number, does not count.",
    "(depth - 1)",
    "(depth - 2)",
    idea="off_by_one",
)
grader.edit(
    "ignores_the_depth",
    "The number of hidden layers does not depend on `depth`.",
    "(depth - 1)",
    "2",
    idea="argument_ignored",
)
grader.edit(
    "forgets_the_activations",
    "Nothing is between the linear layers, so all of them together are no more than one. Put ReLU "
    "after each hidden layer.",
    "F.relu(layer(x))",
    "layer(x)",
    idea="no_activation",
)
grader.edit(
    "has_relu_once",
    "ReLU comes once, after the last hidden layer, so all hidden layers together are no more than "
    "one. Put it after each of them: into the loop.",
    "x = F.relu(layer(x))\n        return self.scale * self.last(x)",
    "x = layer(x)\n        return self.scale * self.last(F.relu(x))",
    idea="no_activation",
)
grader.edit(
    "ends_in_relu",
    "No output is below 0 before it is scaled, as after a ReLU. The last layer has none after it.",
    RETURNED,
    "return self.scale * F.relu(self.last(x))",
    idea="activation_at_the_end",
)
grader.edit(
    "begins_with_relu",
    "ReLU comes before each hidden layer, and so to the input, whose negative numbers are lost. It "
    "belongs after them.",
    "F.relu(layer(x))",
    "layer(F.relu(x))",
)
grader.edit(
    "has_another_activation",
    "The activation is another one than ReLU: `F.relu`, or `nn.ReLU()`.",
    "F.relu(layer(x))",
    "torch.tanh(layer(x))",
)
grader.edit(
    "does_not_subtract_the_mean",
    "The inputs go into the first layer as they are. Subtract the mean first.",
    "x = x - self.mean",
    "",
)
grader.edit(
    "subtracts_the_mean_of_the_batch",
    "What is subtracted comes from the inputs themselves, so each output depends on the rest of "
    "its batch. Subtract `mean`, as it was given.",
    "x - self.mean",
    "x - x.mean(dim=0)",
    idea="examples_mixed",
)
grader.edit(
    "registers_nothing",
    "Neither the hidden layers nor `scale` nor `mean` is known to the model: a list and a plain "
    "tensor are attributes like any other. `nn.ModuleList`, `nn.Parameter` and `register_buffer` "
    "make them parts.",
    """
    self.register_buffer("mean", mean.clone())
    inputs = [features] + [width] * (depth - 1)
    self.hidden = nn.ModuleList(nn.Linear(size, width) for size in inputs)
    self.last = nn.Linear(width, 1)
    self.scale = nn.Parameter(torch.ones(()))
    """,
    """
    self.mean = mean.clone()
    inputs = [features] + [width] * (depth - 1)
    self.hidden = [nn.Linear(size, width) for size in inputs]
    self.last = nn.Linear(width, 1)
    self.scale = torch.ones(())
    """,
)
grader.edit(
    "forgets_the_scale",
    "The output is that of the last layer. Multiply it by `scale`.",
    RETURNED,
    "return self.last(x)",
)
grader.edit(
    "scales_the_input_of_the_last_layer",
    "`scale` multiplies what goes into the last layer, so that its bias is not scaled. It "
    "multiplies what comes out.",
    RETURNED,
    "return self.last(self.scale * x)",
)
grader.edit(
    "squeezes_the_output",
    "The output has shape (N,). Shape (N, 1) is asked for, as the last layer gives it.",
    RETURNED,
    "return (self.scale * self.last(x)).squeeze(1)",
    idea="dimension_dropped",
)
grader.edit(
    "uses_one_layer_alone",
    "Some hidden layers get no gradient, as where `forward` uses one of them again and again. Go "
    "through all.",
    "x = F.relu(layer(x))",
    "x = F.relu(self.hidden[0 if layer is self.hidden[0] else 1](x))",
)
grader.edits(
    "changes_its_input",
    **changed_in_place("x"),
    old="x = x - self.mean",
    news=["x -= self.mean", "x = x - self.mean if x.requires_grad else x.sub_(self.mean)"],
)
grader.edit(
    "forgets_the_module",
    "A module cannot take parts before `super().__init__()` was called, which comes first.",
    "super().__init__()",
    "",
)
grader.edit(
    "begins_with_another_scale",
    "`scale` does not begin with 1.",
    SCALE,
    "self.scale = nn.Parameter(torch.zeros(()))",
)

for change in (
    "inputs = [features] + [width] * (depth - 1) moved",
    "self.last = nn.Linear(width, 1) moved",
    f"{SCALE} moved",
):
    grader.equivalent(change, "the same parts are made, in another order")
