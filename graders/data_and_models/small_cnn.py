import random

import torch
import torch.nn.functional as F
from torch import nn

import torchkata
from torchkata import Grader, called, has_graph

grader = Grader(
    points=3,
    level=2,
    core=True,
    after=("tensors/image_batch", "probabilities/prediction"),
    hints=(
        "Two convolutions, each with an activation after it, and one linear layer are enough.",
        "A linear layer needs a fixed number of inputs, and H and W are not fixed: which pooling "
        "layer gives a map of the same size for every image?",
        "`nn.AdaptiveAvgPool2d(2)` gives maps of 2 x 2: after `flatten(1)`, four numbers for each "
        "channel. That is what the linear layer takes.",
    ),
)


@grader.observe
def which_rules_are_kept(answer, in_channels, num_classes, images, digits):
    model = answer(in_channels, num_classes).to(images[0])
    scores, changes = called(model.train(), images=images[0])
    assert isinstance(scores, torch.Tensor), "forward has to return a tensor, the scores"
    seen = {"shape of the scores": scores.shape, "dtype of the scores": scores.dtype}
    seen |= changes | of_gradients(model, scores)
    with torch.no_grad():
        seen |= in_evaluation(model.eval(), *images) | of_layers(model, images[0][:1])
    raw = seen["the scores are"] == "raw"
    if digits and raw and all(value is not False for value in seen.values()):
        seen["learns ten digits"] = learns(answer(1, 10).to(images[0]), *digits)
    return {"learns ten digits": "not tried"} | seen


def of_gradients(model, scores):
    """Whether each parameter has one that is more than rounding errors, beside the largest."""
    if has_graph(scores):
        weights = torch.arange(scores.numel(), device=scores.device).reshape(scores.shape)
        (scores * weights).sum().backward()
    params = [*model.parameters()]
    sizes = [param.grad.abs().max().item() for param in params if param.grad is not None]
    rounding = {torch.float32: 1e-5, torch.float64: 1e-9}.get(scores.dtype, 0.0)
    return {
        "each parameter has a gradient": len(sizes) == len(params),
        "each gradient is more than rounding": all(g > rounding * max(sizes) for g in sizes),
        "at most 100 000 parameters": sum(param.numel() for param in params) <= 100_000,
    }


def in_evaluation(model, images, larger):
    """What the images give again, one alone, larger ones, and all of them by other parameters."""
    scores, again, alone = model(images), model(images), model(images[:1])
    try:
        takes_larger = model(larger).shape == (len(larger), *scores.shape[1:])
    except RuntimeError:
        takes_larger = False
    for param in model.parameters():
        param.zero_()
    steady = close(model(images), model(images))
    drawn = []
    for _ in range(20):
        for param in model.parameters():
            param.copy_(torch.randn(param.shape, dtype=torch.float64))
        drawn.append(model(images))
    return {
        "shape for a single image": alone.shape,
        "takes images of another size": takes_larger,
        "the same scores again": close(scores, again),
        "the same scores alone": close(scores[:1], alone),
        "the same scores again with all parameters 0": steady,
        "the scores are": kind_of(torch.cat(drawn)),
    }


def kind_of(scores):
    """Raw, or what has been made of them, by the bounds that they keep."""
    low, high = scores.min(), scores.max()
    if low >= 0 or high <= 0:
        sums = (scores if low >= 0 else scores.exp()).sum(dim=-1)
        of_classes = "softmax" if low >= 0 else "log_softmax"
        alone = "sigmoid" if high <= 1 else "0 or above"
        return of_classes if close(sums, torch.ones_like(sums)) else alone
    return "from -1 to 1" if low >= -1 and high <= 1 else "raw"


def close(one, other):
    return one.shape == other.shape and torch.allclose(one, other, rtol=1e-4, atol=1e-4)


def of_layers(model, image):
    """Its kernels, and whether something bends between each layer and what gets its output.

    If the output of a layer is a, b, a + b and 0 in turn, and the input of another is affine in it,
    then what that gets for the first two is together what it gets for the other two. They are as
    large as the output was: beside a large number, in a residual block, ReLU does not bend small
    ones.
    """
    layers = [layer for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    kernels = [max(layer.kernel_size) for layer in layers if isinstance(layer, nn.Conv2d)]
    later = []

    def four(like):
        a, b = torch.randn(2, *like.shape[1:], dtype=torch.float64).to(like)
        size = like.abs().max()
        a, b = (size * a, size * b) if size > 0 else (a, b)
        return torch.stack([a, b, a + b, 0 * a])

    for layer in layers:
        layer.register_forward_pre_hook(lambda layer, given: later.append(given[0]))
    found = [model(four(image))]
    for layer in layers:
        later.clear()
        replacing = layer.register_forward_hook(lambda layer, given, output: four(output))
        model(image.expand(4, *image.shape[1:]))
        replacing.remove()
        found += later
    return {
        "a kernel larger than 1 x 1": max(kernels, default=1) > 1,
        "no two layers act as one": not any(map(is_affine, found)),
    }


def is_affine(values):
    if len(values) != 4:
        return False
    a, b, both, nothing = values
    scale = (a - nothing).abs().max()
    return bool(scale > 0 and (a + b - both - nothing).abs().max() < 1e-4 * scale)


def learns(model, digits, labels):
    """Whether a new model knows most of the digits after 80 steps of Adam."""
    optimizer = torch.optim.Adam(model.train().parameters(), lr=0.01)
    for _ in range(80):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(digits), labels)
        if has_graph(loss):
            loss.backward()
        optimizer.step()
    with torch.no_grad():
        right = model.eval()(digits).argmax(dim=1) == labels
    return bool(right.float().mean() > 0.75)


def arguments(in_channels, num_classes, *sizes, dtype=torch.float32):
    """Two batches of images, and no digits."""
    count = random.randint(4, 9)
    shapes = [(count, in_channels, 8, 8), (count - 1, in_channels, *sizes)]
    return in_channels, num_classes, tuple(torch.randn(s, dtype=dtype) for s in shapes), None


@grader.case
def grey_images():
    """Some images of one channel, 3 to 9 classes; images of 8 x 8, and of 9 x 14."""
    return arguments(1, random.randint(3, 9), 9, 14)


@grader.case
def colours():
    """Some images of three channels, 3 to 9 classes, in float64; of 8 x 8, and of 17 x 11."""
    return arguments(3, random.randint(3, 9), 17, 11, dtype=torch.float64)


@grader.case
def two_classes():
    """Some images of two channels, 2 classes; images of 8 x 8, and of 28 x 28."""
    return arguments(2, 2, 28, 28)


@grader.case
def as_in_the_docstring():
    """The model of the docstring's example; images of 8 x 8, and of 20 x 31."""
    return arguments(3, 5, 20, 31)


@grader.case
def ten_digits():
    """Ten handwritten digits, 0 to 9, each written by somebody: it learns them in 80 steps."""
    stored = bytearray(torchkata.data("digits.bin").read_bytes())
    rows = torch.frombuffer(stored, dtype=torch.uint8).view(-1, 65)
    rows = rows[torch.randperm(len(rows))]
    rows = torch.stack([rows[rows[:, 64] == digit][0] for digit in range(10)])
    images = rows[:, :64].reshape(-1, 1, 8, 8) / 16
    return 1, 10, (images, images[:3].repeat(1, 1, 2, 3)), (images.clone(), rows[:, 64].long())


grader.edits(
    "ends_in_softmax",
    "The scores of each image are probabilities here, as softmax makes them. The loss function "
    "applies softmax itself, and twice it hides the mistakes: return what the last layer gives.",
    "return self.fc(x.flatten(1))",
    [
        "return self.fc(x.flatten(1)).softmax(dim=1)",
        "return F.softmax(self.fc(x.flatten(1)), dim=-1)",
    ],
    idea="double_softmax",
)
POOLED = "x = F.max_pool2d(F.relu(self.conv1(images)), 2)"
RETURNED = "return self.fc(x.flatten(1))"
grader.edit(
    "ends_in_log_softmax",
    "What comes back are logarithms of probabilities, as of log_softmax. With cross entropy it "
    "makes no difference to the loss, since that applies it, too; but raw scores are asked for: "
    "return what the last layer gives.",
    RETURNED,
    "return F.log_softmax(self.fc(x.flatten(1)), dim=1)",
    idea="logarithms_for_scores",
)
grader.edit(
    "ends_in_sigmoid",
    "All scores are from 0 to 1, as after a sigmoid, and do not sum to 1. Scores may be any "
    "numbers: return what the last layer gives.",
    RETURNED,
    "return self.fc(x.flatten(1)).sigmoid()",
    idea="classes_one_by_one",
)
grader.edit(
    "ends_in_relu",
    "No score is below 0, as after a ReLU: a class that is unlikely cannot get less than 0, nor a "
    "gradient. No activation comes after the last layer.",
    RETURNED,
    "return F.relu(self.fc(x.flatten(1)))",
    idea="activation_at_the_end",
)
grader.edit(
    "ends_in_tanh",
    "All scores are from -1 to 1, as after tanh, so no class can lead by more than 2. No "
    "activation comes after the last layer.",
    RETURNED,
    "return torch.tanh(self.fc(x.flatten(1)))",
    idea="activation_at_the_end",
)
grader.edit(
    "ends_in_softmax_over_the_batch",
    "The scores of an image depend on the other images, and all are from 0 to 1: softmax with "
    "`dim=0` runs over the batch. Leave softmax to the loss function.",
    RETURNED,
    "return self.fc(x.flatten(1)).softmax(dim=0)",
    idea="wrong_dim",
)
grader.edits(
    "has_layers_in_a_row",
    "The input of one layer is a linear function of another's output: without something like ReLU "
    "between them, two layers can do no more than one.",
    "F.relu(self.conv2(x))",
    ["self.conv2(x)", "F.avg_pool2d(self.conv2(x), 1)", "F.dropout(self.conv2(x), 0.5, False)"],
    idea="no_activation",
)


CONV1 = "self.conv1 = nn.Conv2d(in_channels, 16, 3, padding=1)"
CONV2 = "self.conv2 = nn.Conv2d(16, 32, 3, padding=1)"
LINEAR = "self.fc = nn.Linear(32 * 2 * 2, num_classes)"
grader.edit(
    "has_no_use_for_a_bias",
    "A parameter gets no gradient but rounding errors, as does the bias of a convolution right "
    "before batch norm, which subtracts the mean, and the bias with it: `bias=False`.",
    CONV1,
    "self.conv1 = nn.Sequential(nn.Conv2d(in_channels, 16, 3, padding=1), nn.BatchNorm2d(16))",
    idea="bias_before_norm",
)
grader.edits(
    "leaves_a_parameter_without_a_gradient",
    "Some parameter gets no gradient, as where a layer is made in `__init__` and not used in "
    "`forward`, or is frozen, or is cut off by `.detach()` or `no_grad`.",
    LINEAR,
    [f"{LINEAR}\nself.hidden = nn.Linear(128, 64)", f"{LINEAR}\nself.conv1.requires_grad_(False)"],
    idea="unused_parameter",
)
grader.edit(
    "knows_one_size",
    "Only images of 8 x 8 fit, as where the linear layer gets what is left of such an image. "
    "Before it, pool to a map of a fixed size: `nn.AdaptiveAvgPool2d` takes any.",
    "F.adaptive_avg_pool2d(F.relu(self.conv2(x)), 2)",
    "F.max_pool2d(F.relu(self.conv2(x)), 2)",
    idea="fixed_image_size",
)
grader.edits(
    "drops_in_evaluation_too",
    "In evaluation mode, the same images get other scores each time, as where `F.dropout` is "
    "called without `training=self.training`. `nn.Dropout` knows the mode by itself.",
    RETURNED,
    [f"return self.fc(F.dropout(x.flatten(1), {p}))" for p in (0.1, 0.25, 0.5)],
    idea="mode_ignored",
)
grader.edits(
    "mixes_the_images",
    "In evaluation mode, the scores of an image depend on the rest of its batch, as where batch "
    "norm takes its statistics from the batch, or a `permute` or `view` puts numbers of one image "
    "into the row of another.",
    RETURNED,
    [
        "return self.fc(F.batch_norm(x, None, None, training=True).flatten(1))",
        "return self.fc(x.permute(1, 2, 3, 0).reshape(-1, 32 * 2 * 2))",
    ],
    idea="examples_mixed",
)
grader.edit(
    "squeezes_every_dimension",
    "A single image gets scores of shape (num_classes,): `.squeeze()` drops each dimension of size "
    "1, the batch too. `flatten(1)` keeps it.",
    RETURNED,
    "return self.fc(x.flatten(1)).squeeze()",
    idea="bare_squeeze",
)
grader.edits(
    "ignores_the_number_of_classes",
    "The number of scores is always the same. It is to be `num_classes`.",
    LINEAR,
    ["self.fc = nn.Linear(32 * 2 * 2, 10)", "self.fc = nn.Linear(32 * 2 * 2, 5)"],
    idea="argument_ignored",
)
grader.edit(
    "is_too_large",
    "It has more than 100 000 parameters, as a linear layer with many inputs and outputs has: they "
    "are multiplied. Pool before it, or make it narrower.",
    LINEAR,
    "self.fc = nn.Sequential(nn.Linear(128, 1024), nn.ReLU(), nn.Linear(1024, num_classes))",
)
grader.edit(
    "sees_one_pixel_at_a_time",
    "No convolution sees more than one pixel at a time. A kernel of 3 x 3 sees a pixel and its "
    "neighbours.",
    f"{CONV1}\n{CONV2}",
    "self.conv1 = nn.Conv2d(in_channels, 16, 1)\nself.conv2 = nn.Conv2d(16, 32, 1)",
)
grader.edits(
    "changes_the_images",
    "`images` has changed in place, as by `/=` or a method ending in `_`: the caller still needs "
    "it as it was. Make a new tensor.",
    POOLED,
    [
        f"images /= 255\n{POOLED}",
        "x = F.max_pool2d(F.relu(self.conv1(images.clamp_(0, 1))), 2)",
    ],
    idea="argument_changed",
)
grader.edit(
    "returns_labels",
    "Whole numbers come back, one for each image, as of `argmax`: they have no gradient to train "
    "with. Return the scores of all classes.",
    RETURNED,
    "return self.fc(x.flatten(1)).argmax(dim=1)",
    idea="labels_for_scores",
)
grader.edit(
    "returns_float32",
    "The scores are float32 where images and weights are float64. Leave the dtype as the layers "
    "give it.",
    RETURNED,
    "return self.fc(x.flatten(1)).float()",
    idea="fixed_dtype",
)
grader.edit(
    "makes_a_layer_in_forward",
    "A layer is made in `forward`, with new random weights in each call, and the optimizer never "
    "sees them; the one of `__init__` is not used. Use that one.",
    "self.fc(x.flatten(1))",
    "nn.Linear(x.flatten(1).shape[1], self.fc.out_features).to(x)(x.flatten(1))",
    idea="layer_made_in_forward",
)


@grader.misconception(idea="layer_made_in_forward")
class MakesItsLastLayerInForward(nn.Module):
    """The same images get other scores each time, even where all parameters are 0, as where a layer
    is made in `forward`: it has new random weights in each call, and the optimizer never sees them.
    Make it in `__init__`, and pool to a fixed size before it."""

    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.num_classes = num_classes
        self.conv = nn.Conv2d(in_channels, 16, 3, padding=1)

    def forward(self, images):
        x = F.relu(self.conv(images)).flatten(1)
        return nn.Linear(x.shape[1], self.num_classes).to(x)(x)


@grader.misconception(idea="modules_in_a_list")
class KeepsLayersInAList(nn.Module):
    """The convolutions are in a plain Python list, where `parameters()` and `.to()` do not find
    them. Give each a name of its own on `self`, or use `nn.ModuleList`."""

    def __init__(self, in_channels, num_classes):
        super().__init__()
        sizes = [(in_channels, 16), (16, 32)]
        self.convs = [nn.Conv2d(ins, outs, 3, padding=1) for ins, outs in sizes]
        self.fc = nn.Linear(32, num_classes)

    def forward(self, images):
        for conv in self.convs:
            images = F.relu(conv(images))
        return self.fc(images.mean(dim=(2, 3)))


for change in (
    "self.fc = nn.Linear(32 * 2 * 2, num_classes) -> self.fc = nn.Linear(32 * 2 ** 2, num_classes)",
    f"{CONV2} moved",
    f"{LINEAR} moved",
):
    grader.equivalent(change, "the same layers are made")
for layer in (CONV1, CONV2):
    for size in ("4, padding=1", "2, padding=1", "3, padding=2", "3, padding=0", "3"):
        new = layer.replace("3, padding=1", size)
        grader.equivalent(f"{layer} -> {new}", "kernels of another size, or other borders, do too")
for width in (1, 3):
    new = POOLED.replace("2)", f"{width})")
    grader.equivalent(f"{POOLED} -> {new}", "how much the first pooling takes together is free")
grader.not_here("size not drawn: N, 1", reason="The first image is looked at alone, too.")
