import torch
from torch import nn

from torchkata import Grader, called, parts, snapshot, unchanged

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/predict_image",),
    start="squeezes_the_image",
    tolerance={"confidence": (2e-6, 1e-6)},
    hints=(
        "Print the shape of what the model gets. Which shape did it get in training?",
        'The documentation of nn.Conv2d names two shapes of inputs, below "Shape".',
        "`squeeze(0)` takes a dimension of size 1 away. What adds one?",
    ),
)


@grader.observe
def asked(answer, model, image):
    got, state = {"calls of the model": 0}, snapshot(model.state_dict())

    def look(model, inputs):
        batch = inputs[0]
        got["calls of the model"] += 1
        got["shape of what the model gets"] = batch.shape
        got["dtype of what the model gets"] = batch.dtype
        got["what the model gets"] = snapshot(batch)
        got["in evaluation mode inside"] = not any(part.training for part in model.modules())
        got["autograd records inside"] = torch.is_grad_enabled()

    looking = model.register_forward_pre_hook(look)
    returned, changes = called(answer, model=model, image=image)
    looking.remove()
    return (
        parts(returned, "label", "confidence")
        | got
        | {
            "in training mode afterwards": model.training,
            "autograd records afterwards": torch.is_grad_enabled(),
            "state of the model is unchanged": unchanged(state, model.state_dict()),
            **changes,
        }
    )


def image_of(height, width):
    """An image, of colours that differ in brightness."""
    return (torch.rand(height, width, 3) * torch.tensor([90, 170, 250])).to(torch.uint8)


def convolutions(classes):
    """A model without nn.Linear, in which class 0 has the smallest bias."""
    layers = nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, classes, 1)
    with torch.no_grad():
        layers[-1].bias.copy_(0.3 * torch.arange(classes))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


@grader.case
def convolutions_alone():
    """A wide image, for a model of convolutions with 6 classes, in training mode."""
    return convolutions(6), image_of(7, 10)


@grader.case
def batch_norm_and_dropout():
    """A model with BatchNorm and Dropout that ends in nn.Linear, in training mode; a square image
    that is a part of a larger one."""
    layers = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1)
    model = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.4), nn.Linear(8, 10))
    return model, image_of(9, 20)[:, 4:13]


@grader.case
def ends_in_a_linear_layer():
    """A model that ends in nn.Linear, in evaluation mode; a nearly black image of 3 x 3."""
    layers = nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(8, 3)).eval(), image_of(3, 3) % 2


@grader.case
def high_image():
    """A high image, for a model of convolutions with 2 classes, in evaluation mode."""
    return convolutions(2).eval(), image_of(12, 5)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: sums of red, green and blue."""
    channels = nn.Conv2d(3, 3, (1, 2), bias=False)
    nn.init.dirac_(channels.weight)
    with torch.no_grad():
        channels.weight += channels.weight.flip(-1)
    image = torch.tensor([[[0, 255, 0], [0, 255, 255]]], dtype=torch.uint8)
    return nn.Sequential(channels, nn.Flatten()), image


from graders._shared import (
    DIVIDES_BY_THE_BRIGHTEST,
    INDEPENDENT,
    SCALES_BRIGHT_IMAGES_ALONE,
    changed_in_place,
)
from graders.training_loop._shared import AS_PERCENT
from solutions.debugging.label_of_image import label_of_image

BATCH = "pixels.unsqueeze(0)"
PIXELS = "pixels = image.permute(2, 0, 1) / 255"
LABEL = "label = probabilities.argmax().item()"
END = "return label, probabilities[label].item()"
BODY = f"""
    {PIXELS}
    model.eval()
    with torch.no_grad():
        scores = model(pixels.unsqueeze(0))
    probabilities = scores.softmax(dim=1)[0]
    {LABEL}
"""
UNBATCHED = BODY.replace(".unsqueeze(0)", "")

grader.edit(
    "squeezes_the_image",
    "The model gets an image of shape (3, H, W), as with `squeeze(0)`, which takes a dimension "
    "away and adds none. Convolutions take it without complaint, and then the channels pass for "
    "the examples of a batch. `unsqueeze(0)` makes a batch of one.",
    "scores = model(pixels.unsqueeze(0))",
    "scores = model(pixels.squeeze(0))",
    idea="no_batch_dimension",
)
grader.edits(
    "repairs_the_scores",
    "The model still gets an image of shape (3, H, W), and what comes out was brought into another "
    "shape. Layers such as nn.Flatten and nn.Linear have already taken the channels for examples "
    "by then: give the model a batch of one, `pixels.unsqueeze(0)`.",
    BODY,
    [
        UNBATCHED.replace("scores.softmax", f"scores{repaired}.softmax")
        for repaired in (".T", ".unsqueeze(0).flatten(1)", ".reshape(1, -1)", ".flatten()[None]")
    ]
    + [UNBATCHED.replace("softmax(dim=1)[0]", "flatten().softmax(dim=0)")],
    idea="no_batch_dimension",
)
grader.edits(
    "adds_the_dimension_in_another_place",
    "What the model gets has four dimensions, and the one of size 1 is not the first. A batch of "
    "one image has the shape (1, 3, H, W): `unsqueeze(0)`.",
    BATCH,
    ["pixels.unsqueeze(1)", "pixels.unsqueeze(-1)"],
    idea="no_batch_dimension",
)
grader.edits(
    "repeats_the_image",
    "The model gets the image more than once, as where it is repeated to fill a batch. A batch of "
    "one is enough: `unsqueeze(0)`.",
    BATCH,
    ["pixels.repeat(2, 1, 1, 1)", "pixels.expand(8, -1, -1, -1)", "pixels.repeat(3, 1, 1, 1)"],
)
grader.edit(
    "leaves_the_colours_last",
    "The model gets the colours last, shape (1, H, W, 3). Layers for images want (N, 3, H, W): "
    "leave `permute(2, 0, 1)` as it was.",
    PIXELS,
    "pixels = image / 255",
    idea="channels_last",
)
grader.edits(
    "exchanges_rows_and_columns",
    "Rows and columns are exchanged, so the image is on its side: leave `permute(2, 0, 1)` as it "
    "was.",
    PIXELS,
    ["pixels = image.permute(2, 1, 0) / 255", "pixels = image.transpose(0, 2) / 255"],
    idea="swapped_dimensions",
)
grader.edits(
    "reshapes_for_permute",
    "The shape is right and the picture is not: `reshape` and `view` cut the same numbers into "
    "other rows. Leave `permute(2, 0, 1)` as it was, and add a dimension with `unsqueeze(0)`.",
    f"    {PIXELS}",
    [
        "    pixels = image.reshape(3, *image.shape[:2]) / 255",
        "    pixels = image.contiguous().view(3, *image.shape[:2]) / 255",
    ],
    idea="reshape_for_permute",
)
grader.edit(
    "leaves_255_out",
    "The model gets pixels up to 255: in training they went from 0 to 1.",
    PIXELS,
    "pixels = image.permute(2, 0, 1).float()",
    idea="unscaled_pixels",
)
grader.edit(
    "divides_by_the_brightest",
    **DIVIDES_BY_THE_BRIGHTEST,
    old=PIXELS,
    new="pixels = image.permute(2, 0, 1) / image.max()",
)
grader.edit(
    "scales_bright_images_alone",
    **SCALES_BRIGHT_IMAGES_ALONE,
    old=PIXELS,
    new="pixels = image.permute(2, 0, 1) / (255 if image.max() > 1 else 1)",
)
grader.edit(
    "applies_softmax_over_the_batch",
    "The confidence is always 1: softmax runs over the batch, which holds one image. It runs over "
    "the classes: `dim=1`.",
    "scores.softmax(dim=1)",
    "scores.softmax(dim=0)",
    idea="wrong_dim",
)
grader.edit(
    "asks_in_training_mode",
    "The model is called in training mode: Dropout drops units, and BatchNorm takes the statistics "
    "of this one image. Leave `model.eval()` as it was.",
    "model.eval()",
    "",
    idea="no_evaluation_mode",
)
grader.edit(
    "records_for_autograd",
    "Autograd records the call of the model, as for a `backward()` that never comes. Leave "
    "`with torch.no_grad():` as it was.",
    "    with torch.no_grad():\n        scores = model(pixels.unsqueeze(0))",
    "    scores = model(pixels.unsqueeze(0))",
    idea="autograd_left_on",
)
grader.edit(
    "returns_the_score",
    "The confidence is the largest raw score. Leave the softmax as it was.",
    "scores.softmax(dim=1)[0]",
    "scores[0]",
    idea="scores_for_probabilities",
)
grader.edit(
    "gives_percent",
    **AS_PERCENT,
    old=END,
    new="return label, 100 * probabilities[label].item()",
)
grader.edit(
    "returns_tensors",
    "Label and confidence are tensors. An int and a Python float are asked for, as `.item()` makes "
    "them.",
    f"{LABEL}\n    {END}",
    "label = probabilities.argmax()\n    return label, probabilities[label]",
    idea="tensor_for_float",
)


@grader.misconception(**changed_in_place("image"))
def inverts_the_image(model, image):
    answer = label_of_image(model, image)
    image.bitwise_not_()
    return answer


grader.equivalent(
    "probabilities = scores.softmax(dim=1)[0] -> probabilities = scores.softmax(dim=1)[-1]",
    "of a batch of one image, the first is the last",
)
grader.equivalent("model.eval() moved", INDEPENDENT)
