import random

from torchkata import Grader, called, parts

grader = Grader(
    points=2,
    level=2,
    after=("tensors/image_batch",),
    hints=(
        "Which of these layers has something to learn? Look at `list(layer.parameters())` of each.",
        "A convolution has one kernel for each pair of an input and an output channel (in its "
        "group), and one bias for each output channel.",
        "Batch norm has a weight and a bias for each channel; beside them it keeps a mean, a "
        "variance, and one number that counts its batches. And it subtracts the mean: what becomes "
        "of a bias that was added right before?",
    ),
)


@grader.observe
def numbers(answer, layers):
    returned, changes = called(answer, layers=layers)
    return parts(returned, "trained", "saved", "useless") | changes


RELU = {"layer": "relu"}


def linear(**settings):
    sizes = {"in_features": random.randint(5, 40), "out_features": random.randint(41, 90)}
    return {"layer": "linear"} | sizes | settings


def conv(groups=1, **settings):
    """A convolution, with groups if there are several."""
    sizes = {"in_channels": groups * random.randint(2, 9), "kernel_size": random.randint(2, 5)}
    sizes |= {"out_channels": groups * random.randint(10, 20)}
    return {"layer": "conv"} | sizes | settings | ({"groups": groups} if groups > 1 else {})


def batch_norm(layer):
    """The layer, and a batch norm after it."""
    size = layer.get("out_channels") or layer["out_features"]
    return [layer, {"layer": "batch_norm", "num_features": size}]


def without_parameters():
    dropout = {"layer": "dropout", "p": random.choice([0.2, 0.5, 0.75])}
    return random.sample([RELU, dropout, {"layer": "max_pool", "kernel_size": 2}], 3)


@grader.case
def linear_layers():
    """Linear layers, one of them without a bias, and with dropout and ReLU after them."""
    dropout = {"layer": "dropout", "p": 0.5}
    others = without_parameters()
    return ([linear(), dropout, linear(bias=False), *others, linear(bias=True)],)


@grader.case
def convolutions():
    """Convolutions, one without a bias and one with groups, and what has no parameters."""
    layers = [conv(), conv(bias=False), conv(random.randint(2, 4))]
    return ([*layers, *without_parameters(), conv(random.randint(2, 4), bias=False)],)


@grader.case
def batch_norms():
    """Batch norm after a convolution, after one without a bias, and after a linear layer."""
    first, second, third = batch_norm(conv()), batch_norm(conv(bias=False)), batch_norm(linear())
    return ([*first, RELU, *second, RELU, *third],)


@grader.case
def batch_norm_behind_relu():
    """Batch norm after ReLU: there a bias does make a difference."""
    layer, norm = batch_norm(conv())
    other = batch_norm(linear())
    return ([layer, RELU, norm, *without_parameters(), *other],)


@grader.case
def words():
    """An embedding, layer norm after a linear layer, and dropout."""
    words, size = random.randint(50, 90), random.randint(5, 40)
    embedding = {"layer": "embedding", "num_embeddings": words, "embedding_dim": size}
    layer = linear()
    norm = {"layer": "layer_norm", "normalized_shape": layer["out_features"]}
    return ([embedding, layer, norm, *without_parameters(), *batch_norm(linear())],)


@grader.case
def one_of_each_size():
    """A single layer, whose sizes are all 1."""
    return ([{"layer": "conv", "in_channels": 1, "out_channels": 1, "kernel_size": 1}],)


@grader.case
def as_in_the_docstring():
    """The example of the docstring."""
    return ([{"layer": "linear", "in_features": 4, "out_features": 3}, RELU],)


grader.edit(
    "counts_no_bias_of_a_linear_layer",
    "A linear layer has a bias for each of its outputs, unless it is told `bias=False`.",
    'bias = layer["out_features"] * layer.get("bias", True)',
    "",
    idea="bias_not_counted",
)

from graders._shared import INDEPENDENT
from graders.data_and_models._shared import CHANGES_THE_LAYERS, ONE_STRING

LINEAR = 'layer["in_features"] * layer["out_features"]'
CONV = 'layer["out_channels"] * inputs * layer["kernel_size"] ** 2'
LINEAR_BIAS = 'bias = layer["out_features"] * layer.get("bias", True)'
CONV_BIAS = 'bias = layer["out_channels"] * layer.get("bias", True)'
WITH_WEIGHTS = f"""
            case "linear":
                weight = {LINEAR}
                {LINEAR_BIAS}
            case "conv":
                inputs = layer["in_channels"] // layer.get("groups", 1)
                weight = {CONV}
                {CONV_BIAS}
"""
NORM = 'weight = bias = layer["num_features"]'
BUFFERS = 'buffers = 2 * layer["num_features"] + 1'
TRAINED = "trained.append(weight + bias)"
USELESS = 'bias if following == "batch_norm" else 0'
RETURNED = "return trained, saved, useless"
grader.edit(
    "has_a_bias_for_each_input",
    "A linear layer has a bias for each output, and here is one for each input.",
    'bias = layer["out_features"] *',
    'bias = layer["in_features"] *',
)
grader.edit(
    "adds_the_sizes_of_a_linear_layer",
    "A linear layer has a weight for each pair of an input and an output: their numbers are "
    "multiplied, and not added.",
    LINEAR,
    'layer["in_features"] + layer["out_features"]',
)
grader.edit(
    "counts_no_bias_of_a_convolution",
    "A convolution has a bias for each of its output channels, unless it is told `bias=False`.",
    CONV_BIAS,
    "",
    idea="bias_not_counted",
)
grader.edits(
    "counts_a_bias_that_is_not_there",
    "A layer with `bias=False` has no bias, and here one is counted.",
    WITH_WEIGHTS,
    [
        WITH_WEIGHTS.replace(CONV_BIAS, 'bias = layer["out_channels"]'),
        WITH_WEIGHTS.replace(LINEAR_BIAS, 'bias = layer["out_features"]'),
        WITH_WEIGHTS.replace(' * layer.get("bias", True)', ""),
    ],
)
grader.edit(
    "has_one_kernel_for_each_output",
    "A convolution has a kernel for each pair of an input and an output channel, and not only for "
    "each output channel: it looks at all channels that come in.",
    CONV,
    'layer["out_channels"] * layer["kernel_size"] ** 2',
)
grader.edit(
    "takes_a_kernel_for_a_row",
    "A kernel of 3 has 3 x 3 numbers.",
    'layer["kernel_size"] ** 2',
    'layer["kernel_size"]',
)
grader.edit(
    "ignores_the_groups",
    "With groups, an output channel looks only at the input channels of its own group: "
    "`in_channels // groups` of them.",
    'layer["in_channels"] // layer.get("groups", 1)',
    'layer["in_channels"]',
)
grader.edit(
    "takes_the_groups_twice",
    "The groups were divided by twice. Each of the output channels is in one group, and all of "
    "them count; only their input channels are fewer.",
    'layer["in_channels"] // layer.get("groups", 1)',
    'layer["in_channels"] // layer.get("groups", 1) ** 2',
)
grader.edit(
    "has_nothing_to_train_in_batch_norm",
    "Batch norm does learn: a factor (weight) and a bias for each channel.",
    NORM,
    "",
)
grader.edit(
    "has_a_factor_alone_in_batch_norm",
    "Batch norm learns two numbers for each channel, a factor (weight) and a bias.",
    NORM,
    'weight = layer["num_features"]',
)
grader.edit(
    "trains_the_running_statistics",
    "The running mean and variance of a batch norm are no parameters: they are measured, and no "
    "optimizer gets them. They are saved.",
    TRAINED,
    "trained.append(weight + bias + buffers)",
    idea="buffer_for_parameter",
)
grader.edit(
    "trains_the_mean_and_the_variance",
    "A batch norm has a running mean and variance, but no optimizer gets them: they are measured, "
    "and saved.",
    TRAINED,
    "trained.append(weight + bias + 2 * (buffers // 2))",
    idea="buffer_for_parameter",
)
grader.edit(
    "saves_parameters_alone",
    "What is saved of a batch norm is more than what is trained: the running mean and variance, "
    "without which it could not be used, and a count.",
    BUFFERS,
    "",
)
grader.edit(
    "forgets_the_count_of_batches",
    "One number is missing in what is saved of a batch norm: `num_batches_tracked`. Look at the "
    "keys of its state_dict().",
    BUFFERS,
    'buffers = 2 * layer["num_features"]',
)
grader.edit(
    "has_nothing_to_train_in_layer_norm",
    "Layer norm does learn: a factor (weight) and a bias for each number.",
    'weight = bias = layer["normalized_shape"]',
    "pass",
)
grader.edit(
    "keeps_statistics_in_layer_norm",
    "Layer norm computes its mean and variance from each example, in evaluation, too, and saves "
    "none of them.",
    'weight = bias = layer["normalized_shape"]',
    'weight = bias = layer["normalized_shape"]\nbuffers = 2 * weight + 1',
)
grader.edit(
    "has_a_bias_in_an_embedding",
    "An embedding is a table and nothing else: a row for each word.",
    'layer["num_embeddings"] * layer["embedding_dim"]',
    '(layer["num_embeddings"] + 1) * layer["embedding_dim"]',
)
grader.edit(
    "leaves_out_what_is_dropped",
    "Dropout has no parameters and takes none away: it sets other units to 0 in each step, and all "
    "weights are trained.",
    TRAINED,
    'share = layers[len(saved) + 1].get("p", 0) if following == "dropout" else 0\n'
    "trained.append(round((weight + bias) * (1 - share)))",
    idea="dropout_takes_parameters",
)
grader.edit(
    "has_a_parameter_in_dropout",
    "Dropout has no parameters: p is a setting, and nothing trains it.",
    TRAINED,
    'trained.append(weight + bias + (layer["layer"] == "dropout"))',
)
grader.edit(
    "finds_a_use_for_every_bias",
    "Batch norm subtracts the mean of each channel, and with it any bias that was added right "
    "before: those are of no use.",
    "useless += " + USELESS,
    "",
    idea="bias_before_norm",
)
grader.edit(
    "finds_no_use_behind_relu",
    "Where ReLU is between a layer and the batch norm, its bias decides what ReLU sets to 0, and "
    "is of use.",
    'layer["layer"] for layer in layers[1:]] + [""]',
    '[*(kind for kind in (later["layer"] for later in layers[place:]) if kind != "relu"), ""][0]\n'
    "    for place in range(1, len(layers) + 1)]",
)
grader.edit(
    "counts_layers_with_a_useless_bias",
    "Of what is useless, layers were counted, and numbers are asked for: a bias has one for each "
    "output of its layer.",
    USELESS,
    'bool(bias) if following == "batch_norm" else 0',
)
grader.edit(
    "finds_no_use_for_weights",
    "The weights before a batch norm are of use. It subtracts what is the same for all examples: "
    "the bias.",
    USELESS,
    'weight + bias if following == "batch_norm" else 0',
)
grader.edit(
    "finds_no_use_before_layer_norm",
    "Layer norm subtracts the mean over the numbers of one example. The biases of these differ, so "
    "they do not cancel out.",
    USELESS,
    'bias if following in ("batch_norm", "layer_norm") else 0',
)
grader.edit(
    "finds_no_use_for_the_bias_of_batch_norm",
    "It is the layer before the batch norm whose bias is of no use. Its own is added after the "
    "mean was subtracted.",
    USELESS,
    'bias if layer["layer"] == "batch_norm" else 0',
)
grader.edit(
    "gives_sums",
    "One number for the whole model is given, and a list with a number for each layer is asked "
    "for.",
    RETURNED,
    "return sum(trained), sum(saved), useless",
)
grader.edits(
    "changes_the_layers",
    **CHANGES_THE_LAYERS,
    old=WITH_WEIGHTS,
    news=[
        WITH_WEIGHTS.replace('layer.get("groups', 'layer.setdefault("groups'),
        WITH_WEIGHTS.replace('layer.get("bias', 'layer.setdefault("bias'),
        WITH_WEIGHTS.replace("layer.get(", "layer.setdefault("),
    ],
)

FOLLOWED = "useless += bias if following == 'batch_norm' else 0"
WALK = "for layer, following in zip(layers, after, strict=True):"
SPELLED = "buffers = 2 * layer['num_features'] + 1"
for other in ("|", "^"):
    grader.equivalent(f"{SPELLED} -> {SPELLED.replace('+', other)}", "an even number, and 1")
grader.equivalent(
    f"{FOLLOWED} -> {FOLLOWED.replace('==', 'is')}",
    ONE_STRING,
)
for less in (", strict=False", ""):
    grader.equivalent(f"{WALK} -> {WALK.replace(', strict=True', less)}", "both are equally long")
for line in (
    "saved.append(weight + bias + buffers)",
    FOLLOWED,
    "bias = layer['out_features'] * layer.get('bias', True)",
    "bias = layer['out_channels'] * layer.get('bias', True)",
    SPELLED,
):
    grader.equivalent(f"{line} moved", INDEPENDENT)
