import random

import torch
from torch import nn

import torchkata
from torchkata import Grader, called, parts, snapshot, unchanged

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/evaluate", "tensors/image_batch", "probabilities/prediction"),
    # What is rounded to four digits is told from what is not.
    tolerance={"confidence": (2e-6, 1e-6)},
    hints=(
        "What did each training image go through, and in which order? This one goes through the "
        "same.",
        "(H, W, 3) becomes (3, H, W), and that (1, 3, H, W). Which methods move and add "
        "dimensions?",
        "Remember `model.training` before `model.eval()`; `model.train(mode)` takes True or False.",
    ),
)


@grader.observe
def asked(answer, model, image, mean, std):
    got, state, mode = {"calls of the model": 0}, snapshot(model.state_dict()), model.training

    def look(model, inputs):
        batch = inputs[0]
        got["calls of the model"] += 1
        got["shape of what the model gets"] = batch.shape
        got["dtype of what the model gets"] = batch.dtype
        got["what the model gets"] = snapshot(batch)
        got["in evaluation mode inside"] = not any(part.training for part in model.modules())
        got["autograd records inside"] = torch.is_grad_enabled()

    looking = model.register_forward_pre_hook(look)
    returned, changes = called(answer, model=model, image=image, mean=mean, std=std)
    looking.remove()
    modes = {part.training for part in model.modules()}
    return (
        parts(returned, "label", "confidence")
        | got
        | {
            "in the mode in which it came": modes == {mode},
            "autograd records afterwards": torch.is_grad_enabled(),
            "state of the model is unchanged": unchanged(state, model.state_dict()),
            **changes,
        }
    )


def network(classes):
    """A model with BatchNorm and Dropout, for images of any size."""
    layers = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(2)
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.4), nn.Linear(32, classes))


def image_of(height, width):
    """An image, of colours that differ in brightness."""
    return (torch.rand(height, width, 3) * torch.tensor([90, 170, 250])).to(torch.uint8)


def statistics():
    """The mean and the standard deviation of each channel."""
    return 0.2 + 0.6 * torch.rand(3), 0.1 + 0.4 * torch.rand(3)


@grader.case
def in_training_mode():
    """A wide image, for a model with BatchNorm and Dropout that comes in training mode."""
    return network(6), image_of(9, 14), *statistics()


@grader.case
def in_evaluation_mode():
    """A square image, for a model that comes in evaluation mode."""
    return network(3).eval(), image_of(11, 11), *statistics()


@grader.case
def digit():
    """A handwritten digit, black on white; the model compares it with the mean of each class."""
    stored = bytearray(torchkata.data("digits.bin").read_bytes())
    rows = torch.frombuffer(stored, dtype=torch.uint8).view(-1, 65)
    images = (255 - rows[:, :64].float() * 255 / 16).round().view(-1, 8, 8, 1).expand(-1, -1, -1, 3)
    mean, std = (images / 255).mean(dim=(0, 1, 2)), (images / 255).std(dim=(0, 1, 2))
    prepared = ((images / 255 - mean) / std).permute(0, 3, 1, 2)
    means = torch.stack([prepared[rows[:, 64] == digit].mean(dim=0) for digit in range(10)])
    model = nn.Sequential(nn.Conv2d(3, 10, 8), nn.Flatten())
    with torch.no_grad():
        model[0].weight.copy_(means / 40)
        model[0].bias.copy_(-means.square().sum(dim=(1, 2, 3)) / 80)
    return model, images[random.randrange(len(images))].to(torch.uint8), mean, std


@grader.case
def two_classes():
    """A high image whose rows are a part of a larger one; the model can tell two classes apart."""
    return network(2), image_of(13, 20)[2:, 3:9], *statistics()


@grader.case
def without_a_batch():
    """A nearly black image of 3 x 3, for a model of convolutions that takes (3, H, W) without
    complaint."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(start_dim=-3))
    mean, std = torch.tensor([0.0, 0.5, 1.0]), torch.tensor([0.11, 0.2, 0.5])
    return model, image_of(3, 3) % 2, mean, std


@grader.case
def as_in_the_docstring():
    """The example of the docstring: one green pixel."""
    image = torch.tensor([[[0, 255, 0]]], dtype=torch.uint8)
    return nn.Flatten(), image, torch.full((3,), 0.5), torch.full((3,), 0.25)


from graders._shared import (
    DIVIDES_BY_THE_BRIGHTEST,
    INDEPENDENT,
    SCALES_BRIGHT_IMAGES_ALONE,
    SWITCHES_AUTOGRAD_OFF_FOR_GOOD,
)
from graders.training_loop._shared import AS_PERCENT

PIXELS = "pixels = (image / 255 - mean) / std"
BATCH = "batch = pixels.permute(2, 0, 1).unsqueeze(0)"
ASKED = """
    was_training = model.training
    model.eval()
    with torch.no_grad():
        probabilities = model(batch).softmax(dim=1)
    model.train(was_training)
"""
BEST = "confidence, label = probabilities.max(dim=1)"
END = "return label.item(), confidence.item()"

grader.edit(
    "forgets_to_divide",
    "The model gets pixels up to 255, as where `/ 255` is missing: in training they went from 0 to "
    "1. It answers all the same, and its answer means nothing.",
    PIXELS,
    "pixels = (image - mean) / std",
    idea="unscaled_pixels",
)
grader.edit(
    "standardises_before_it_divides",
    "The mean was subtracted from pixels up to 255, and then all was divided by 255. `mean` and "
    "`std` belong to pixels from 0 to 1: divide by 255 first.",
    PIXELS,
    "pixels = (image - mean) / std / 255",
    idea="transform_before_scaling",
)
grader.edit(
    "leaves_mean_and_std_out",
    "The model gets pixels from 0 to 1. In training, each channel also lost its mean and was "
    "divided by its standard deviation.",
    PIXELS,
    "pixels = image / 255",
    idea="other_preprocessing",
)
grader.edit(
    "takes_statistics_of_the_image",
    "The image was standardised by its own mean and standard deviation, so that a dark image looks "
    "like a bright one. Use those of the training images, `mean` and `std`.",
    PIXELS,
    "pixels = image / 255\npixels = (pixels - pixels.mean(dim=(0, 1))) / pixels.std(dim=(0, 1))",
    idea="own_statistics",
)
grader.edit(
    "subtracts_without_dividing",
    "The mean was subtracted, and nothing was divided by `std`.",
    PIXELS,
    "pixels = image / 255 - mean",
    idea="other_preprocessing",
)
grader.edit(
    "divides_before_it_subtracts",
    "The pixels were divided by `std` before `mean` was subtracted. Subtract first.",
    PIXELS,
    "pixels = image / 255 / std - mean",
    idea="other_preprocessing",
)
grader.edit(
    "undoes_the_standardisation",
    "Each channel was multiplied by its `std`, and its `mean` was added. That is the way back, "
    "from what a model gets to pixels: subtract `mean` first, then divide by `std`.",
    PIXELS,
    "pixels = image / 255 * std + mean",
    idea="inverse_transform",
)
grader.edit(
    "divides_by_the_variance",
    "The pixels were divided by the square of `std`. It is a standard deviation, not a variance.",
    PIXELS,
    "pixels = (image / 255 - mean) / std**2",
    idea="variance_for_standard_deviation",
)
grader.edit(
    "turns_the_colours_around",
    "The model gets blue first and red last, as images are that OpenCV reads. This one is in the "
    "order red, green, blue already.",
    PIXELS,
    "pixels = (image.flip(-1) / 255 - mean) / std",
    idea="colours_turned_around",
)
grader.edit(
    "divides_by_256",
    "White becomes a little less than 1, as where the pixels are divided by 256. The largest is "
    "255.",
    PIXELS,
    "pixels = (image / 256 - mean) / std",
    idea="unscaled_pixels",
)
grader.edit(
    "divides_by_the_brightest",
    **DIVIDES_BY_THE_BRIGHTEST,
    old=PIXELS,
    new="pixels = (image / image.max() - mean) / std",
)
grader.edit(
    "scales_bright_images_alone",
    **SCALES_BRIGHT_IMAGES_ALONE,
    old=PIXELS,
    new="pixels = (image / (255 if image.max() > 1 else 1) - mean) / std",
)
grader.edits(
    "reshapes_for_permute",
    "The shape is right and the picture is not: `reshape` and `view` cut the same numbers into "
    "other rows. `permute(2, 0, 1)` moves dimensions.",
    f"    {PIXELS}\n    {BATCH}",
    [
        f"    {PIXELS}\n    batch = pixels.reshape(1, 3, *image.shape[:2])",
        "    pixels = image.reshape(1, 3, *image.shape[:2]) / 255\n"
        "    batch = (pixels - mean.view(3, 1, 1)) / std.view(3, 1, 1)",
    ],
    idea="reshape_for_permute",
)
grader.edits(
    "exchanges_rows_and_columns",
    "Rows and columns are exchanged, so the image is on its side: `permute(2, 0, 1)` keeps their "
    "order.",
    BATCH,
    ["batch = pixels.permute(2, 1, 0).unsqueeze(0)", "batch = pixels.transpose(0, 2).unsqueeze(0)"],
    idea="swapped_dimensions",
)
grader.edit(
    "leaves_the_colours_last",
    "The model gets the colours last, shape (1, H, W, 3). Layers for images want (N, 3, H, W).",
    BATCH,
    "batch = pixels.unsqueeze(0)",
    idea="channels_last",
)
grader.edits(
    "makes_no_batch",
    "The model gets an image of shape (3, H, W) in place of a batch of one, as with `squeeze(0)` "
    "or without `unsqueeze(0)`. Convolutions take it without complaint, and what comes after them "
    "takes the channels for examples.",
    f"    {BATCH}{ASKED}    {BEST}",
    [
        f"    {BATCH}{ASKED}    {BEST}".replace(".unsqueeze(0)", ".squeeze(0)"),
        f"    {BATCH}{ASKED}    {BEST}".replace(".unsqueeze(0)", "").replace("dim=1", "dim=-1"),
    ],
    idea="no_batch_dimension",
)
grader.edit(
    "asks_in_training_mode",
    "The model is called in training mode: Dropout drops units, and BatchNorm takes the statistics "
    "of this one image. Call `model.eval()` first.",
    "model.eval()",
    "",
    idea="no_evaluation_mode",
)
grader.edit(
    "records_for_autograd",
    "Autograd records the call of the model, as for a `backward()` that never comes. "
    "`model.eval()` does not switch it off: put `with torch.no_grad():` around the call.",
    "with torch.no_grad():",
    "if True:",
    idea="autograd_left_on",
)
grader.edit(
    "switches_nothing",
    "The model is called in training mode, and autograd records it. Two switches are missing, and "
    "neither does the other's work: `model.eval()`, and `with torch.no_grad():` around the call.",
    ASKED,
    "probabilities = model(batch).softmax(dim=1)",
    idea="no_evaluation_mode",
)
grader.edit(
    "switches_autograd_off_for_good",
    **SWITCHES_AUTOGRAD_OFF_FOR_GOOD,
    old="with torch.no_grad():",
    new="torch.set_grad_enabled(False)\nif True:",
)
grader.edit(
    "stays_in_evaluation_mode",
    "A model that came in training mode is in evaluation mode afterwards. Remember "
    "`model.training` before `model.eval()`, and go back to it.",
    "model.train(was_training)",
    "",
    idea="mode_changed",
)
grader.edit(
    "goes_to_training_mode",
    "A model that came in evaluation mode is in training mode afterwards. Remember "
    "`model.training` before `model.eval()`, and go back to it.",
    "model.train(was_training)",
    "model.train()",
    idea="mode_changed",
)
grader.edits(
    "applies_softmax_over_the_batch",
    "The confidence is always 1: softmax runs over the batch, which holds one image. It runs over "
    "the classes: `dim=1`.",
    f"{ASKED}    {BEST}",
    [
        f"{ASKED}    {BEST}".replace("dim=1", "dim=0", 1),
        f"{ASKED}    label = probabilities.argmax(dim=1)\n".replace(
            "probabilities = model(batch).softmax(dim=1)", "probabilities = model(batch)"
        )
        + "    confidence = probabilities.softmax(dim=0)[:, label]",
    ],
    idea="wrong_dim",
)
grader.edit(
    "returns_the_score",
    "The confidence is the largest raw score. Softmax over the classes makes probabilities.",
    "model(batch).softmax(dim=1)",
    "model(batch)",
    idea="scores_for_probabilities",
)
grader.edit(
    "applies_sigmoid",
    "The confidence is the sigmoid of the largest score, as if each class were a question of its "
    "own. The classes exclude each other: softmax.",
    "model(batch).softmax(dim=1)",
    "model(batch).sigmoid()",
    idea="classes_one_by_one",
)
grader.edit(
    "applies_softmax_twice",
    "Softmax was applied twice, which makes the model look less sure than it is.",
    "model(batch).softmax(dim=1)",
    "model(batch).softmax(dim=1).softmax(dim=1)",
    idea="double_softmax",
)
grader.edit(
    "returns_the_logarithm",
    "The confidence is the logarithm of a probability, below 0. `softmax` gives the probability.",
    "model(batch).softmax(dim=1)",
    "model(batch).log_softmax(dim=1)",
    idea="logarithms_for_probabilities",
)
grader.edit(
    "gives_percent",
    **AS_PERCENT,
    old=END,
    new="return label.item(), 100 * confidence.item()",
)
grader.edit(
    "returns_tensors",
    "Label and confidence are tensors. An int and a Python float are asked for: `.item()` makes "
    "them.",
    END,
    "return label, confidence",
    idea="tensor_for_float",
)
grader.edit(
    "returns_tensors_without_dimensions",
    "Label and confidence are tensors of shape (). An int and a Python float are asked for: "
    "`.item()` makes them.",
    END,
    "return label[0], confidence[0]",
    idea="tensor_for_float",
)
grader.edit(
    "returns_the_confidence_first",
    "Both are right, in the other order: first the label, then the confidence.",
    END,
    "return confidence.item(), label.item()",
    idea="swapped_pair",
)
grader.edit(
    "returns_the_label_alone",
    "Only the label came back. Return two things: `return label, confidence`.",
    END,
    "return label.item()",
    idea="one_of_a_pair",
)
grader.edit(
    "counts_classes_from_1",
    "The label is one too large. Classes are counted from 0, as `argmax` gives them.",
    END,
    "return label.item() + 1, confidence.item()",
    idea="index_from_1",
)
grader.edit(
    "names_the_least_likely",
    "This is the class with the smallest score, and its probability. Take the largest.",
    "probabilities.max(dim=1)",
    "probabilities.min(dim=1)",
    idea="sign_turned_over",
)
grader.edits(
    "rounds_the_confidence",
    "The confidence was rounded to a few digits. Return it as it is; rounding belongs where it is "
    "printed.",
    END,
    [f"return label.item(), round(confidence.item(), {digits})" for digits in (2, 3, 4)],
    idea="unasked_rounding",
)
grader.edit(
    "asks_twice",
    "The model was called twice, for the label and for the confidence. Keep its scores.",
    "model(batch).softmax(dim=1)",
    "model(batch) * 0 + model(batch).softmax(dim=1)",
    idea="two_forward_passes",
)
grader.edit(
    "changes_the_mean",
    "What you return is right, but `mean` has changed in place, as by `/=` or a method ending in "
    "`_`: the caller still needs it as it was. Make a new tensor.",
    PIXELS,
    "mean *= 255\nstd = std * 255\npixels = (image - mean) / std",
    idea="argument_changed",
)

grader.equivalent(f"{BEST} moved", INDEPENDENT)
