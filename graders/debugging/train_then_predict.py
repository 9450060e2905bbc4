import torch
from torch import nn, optim

import torchkata
from torchkata import Grader, SteadyDropout, called, snapshot, with_old_gradients

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/first_run", "training_loop/predict_image"),
    start="predicts_from_bytes",
    hints=(
        "Print the smallest and the largest number of what the model gets in training, and of what "
        "it gets for its predictions.",
        "What happened to `images` before the first epoch? What happened to `new_images`?",
        "The model learned from pixels from -1 to 1.",
    ),
)


@grader.observe
def trained_and_asked(answer, model, optimizer, images, labels, epochs, new_images):
    training, asked = [], []

    def look(model, inputs):
        (training if model.training else asked).append(inputs[0])
        if not model.training:
            recording.append(torch.is_grad_enabled())

    recording, looking = [], model.register_forward_pre_hook(look)
    arguments = {"images": images, "labels": labels, "epochs": epochs, "new_images": new_images}

    def call(images, labels, epochs, new_images):
        return answer(model, optimizer, images, labels, epochs, new_images)

    returned, changes = called(call, **arguments)
    looking.remove()
    return {
        "labels": returned,
        "calls in training mode": len(training),
        "calls in evaluation mode": len(asked),
        "what the model learns from": training[0] if training else None,
        "what it gets to predict": asked[0] if asked else None,
        "autograd records predictions": any(recording),
        "model afterwards": snapshot(model.state_dict()),
        "in training mode afterwards": model.training,
        "autograd records afterwards": torch.is_grad_enabled(),
        **changes,
    }


def images_of(count, height, width):
    """Dark images and bright ones, in turn."""
    pixels = 256 * torch.rand(count, 1, height, width)
    pixels[::2] /= 2
    return pixels.to(torch.uint8)


def network(pixels, classes, *between):
    """With old gradients."""
    layers = nn.Flatten(), nn.Linear(pixels, 8), *between, nn.Tanh(), nn.Linear(8, classes)
    return with_old_gradients(nn.Sequential(*layers))


@grader.case
def digits():
    """300 handwritten digits, and 140 others to classify; Adam, 6 epochs."""
    stored = bytearray(torchkata.data("digits.bin").read_bytes())
    rows = torch.frombuffer(stored, dtype=torch.uint8).view(-1, 65)[torch.randperm(1797)[:440]]
    images = (rows[:, :64].float() * 255 / 16).to(torch.uint8).view(-1, 1, 8, 8)
    model, labels = network(64, 10), rows[:, 64].long()
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    return model, optimizer, images[:300], labels[:300], 6, images[300:]


@grader.case
def batch_norm_and_dropout():
    """A model with BatchNorm and Dropout that comes in evaluation mode; 12 images of 2 x 3 pixels
    of 3 classes, 4 epochs."""
    model = network(6, 3, nn.BatchNorm1d(8), SteadyDropout(0.3)).eval()
    optimizer = optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    return model, optimizer, images_of(12, 2, 3), torch.arange(12) % 3, 4, images_of(9, 2, 3)


@grader.case
def one_epoch():
    """A single epoch and a single image to classify, nearly black: its pixels are 0 and 1; two
    images to learn from."""
    model = network(4, 2)
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    nearly_black = (torch.randperm(4) % 2).to(torch.uint8).view(1, 1, 1, 4)
    return model, optimizer, images_of(2, 1, 4), torch.randperm(2), 1, nearly_black


@grader.case
def convolutions():
    """A small CNN, 9 images of 4 x 5 pixels to learn from and 7 of 6 x 4 to classify."""
    layers = nn.Conv2d(1, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 4)
    model = nn.Sequential(*layers)
    optimizer = optim.AdamW(model.parameters(), lr=0.02)
    return model, optimizer, images_of(9, 4, 5), torch.arange(9) % 4, 3, images_of(7, 6, 4)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: images of one pixel."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(1, 2))
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([[0.0], [1.0]]))
        model[1].bias.copy_(torch.tensor([0.5, 0.0]))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    images, new_images = (
        torch.tensor(pixels, dtype=torch.uint8).view(2, 1, 1, 1) for pixels in ([0, 255], [40, 230])
    )
    return model, optimizer, images, torch.tensor([0, 1]), 2, new_images


from graders._shared import (
    CLEARED_LATER,
    INDEPENDENT,
    SCALES_BRIGHT_IMAGES_ALONE,
    STEPS_TWICE,
)
from graders.training_loop._shared import KEEPS_THE_OLD_GRADIENTS

LEARNED = "inputs = images.float() / 127.5 - 1"
NEW = "new_images.float() / 127.5 - 1"
STEP = """
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
"""[1:]

grader.edit(
    "predicts_from_bytes",
    "For its predictions the model gets pixels from 0 to 255, and it learned from pixels from -1 "
    "to 1. It answers all the same, and its answers mean nothing: prepare `new_images` as `images` "
    "were.",
    "scores = model(new_images.float() / 127.5 - 1)",
    "scores = model(new_images.float())",
    idea="other_preprocessing",
)
grader.edit(
    "learns_from_bytes",
    "Training and predictions agree, but the model learns from pixels from 0 to 255 now, which "
    "make its outputs and gradients far too large. Leave the training as it was, and prepare "
    "`new_images` like `images`.",
    f"    {LEARNED}",
    "    inputs, new_images = images.float(), (new_images + 1) * 127.5",
    idea="unscaled_pixels",
)
grader.edits(
    "scales_to_0_and_1",
    "For its predictions the model gets pixels from 0 to 1, and it learned from pixels from -1 to "
    "1. Prepare `new_images` as `images` were.",
    NEW,
    ["new_images.float() / 255", "new_images.float() / 256", "(new_images / 127.5).clamp(0, 1)"],
    idea="other_preprocessing",
)
grader.edits(
    "divides_without_subtracting",
    "For its predictions the model gets pixels from 0 to 2, and it learned from pixels from -1 to "
    "1. The 1 is missing: black is -1.",
    NEW,
    ["new_images.float() / 127.5", "new_images / 127.5"],
    idea="other_preprocessing",
)
grader.edits(
    "rounds_the_middle",
    "White is not quite 1 in what the model gets for its predictions, as where the pixels are "
    "divided by 128 or 127. Prepare `new_images` as `images` were, by 127.5.",
    NEW,
    ["new_images.float() / 128 - 1", "new_images.float() / 127 - 1", "new_images / 256 * 2 - 1"],
    idea="other_preprocessing",
)
grader.edits(
    "scales_by_the_new_images",
    "The new images were scaled by their own numbers, such as their largest pixel or their mean, "
    "so that dark images look like bright ones. Prepare them by the same numbers as in training.",
    NEW,
    [
        "new_images.float() / new_images.float().max().clamp(min=1) * 2 - 1",
        "new_images.float() / new_images.float().max().clamp(min=1)",
        "(new_images - new_images.min()).float()"
        " / (new_images.max() - new_images.min()).clamp(min=1) * 2 - 1",
        "(new_images - new_images.min()).float()"
        " / (new_images.max() - new_images.min()).clamp(min=1)",
        *(
            f"(new_images.float() - new_images.float().mean()) / new_images.float().std({kind})"
            for kind in ("unbiased=False", "")
        ),
    ],
    idea="own_statistics",
)
grader.edits(
    "standardises_by_other_numbers",
    "The new images were prepared by the mean and the standard deviation of a well-known data set, "
    "as many programs do. The model learned from pixels from -1 to 1: prepare them as `images` "
    "were.",
    NEW,
    [
        "(new_images / 255 - 0.1307) / 0.3081",
        "(new_images / 255 - 0.2860) / 0.3530",
        "(new_images / 255 - 0.485) / 0.229",
    ],
    idea="other_preprocessing",
)
grader.edit(
    "prepares_twice",
    "The new images were prepared twice, so that all of them are nearly black. Once is enough.",
    NEW,
    "(new_images.float() / 127.5 - 1) / 127.5 - 1",
    idea="other_preprocessing",
)
grader.edit(
    "divides_whole_numbers",
    "The pixels are whole numbers in what the model gets for its predictions, as `//` makes them, "
    "which rounds down. Divide with `/`.",
    NEW,
    "(new_images // 127.5).float() - 1",
    idea="integers_for_floats",
)
grader.edits(
    "scales_bright_images_alone",
    **SCALES_BRIGHT_IMAGES_ALONE,
    old=NEW,
    news=[
        "new_images.float() / (127.5 if new_images.max() > 1 else 0.5) - 1",
        "new_images.float() / (127.5 if new_images.max() > 1 else 1) - 1",
        "new_images.float() / (127.5 if new_images.max() > 1 else 1) - (new_images.max() > 1)",
    ],
)
grader.edits(
    "learns_from_0_to_1",
    "Training and predictions agree, but the model gets pixels from 0 to 1 in both. Leave the "
    "training as it was, from -1 to 1, and prepare `new_images` like `images`.",
    f"    {LEARNED}",
    [
        f"    inputs, new_images = images / {most}, (new_images / {most} + 1) * 127.5"
        for most in ("255", "256")
    ],
    idea="unscaled_pixels",
)
grader.edits(
    "wraps_around",
    "The new images were computed with in uint8, as by `-=` or with whole numbers, where numbers "
    "below 0 become large ones: black is as bright as white. Make floats first, `.float()`.",
    NEW,
    [
        "(new_images * 2 - 255).float() / 255",
        "(new_images - 128) / 127.5",
        "(new_images - 128) / 128",
        "(new_images - 127) / 127.5",
        "(new_images - 127) / 127",
        "(new_images - 127) / 128",
    ],
)
grader.edit(
    "predicts_for_the_training_images",
    "These are the labels of `images`. Those of `new_images` are asked for.",
    NEW,
    "images.float() / 127.5 - 1",
)
grader.edit(
    "predicts_in_training_mode",
    "The predictions are made in training mode: Dropout drops units, and BatchNorm takes the "
    "statistics of the new images. Leave `model.eval()` before them.",
    "model.eval()",
    "",
    idea="no_evaluation_mode",
)
grader.edit(
    "trains_in_evaluation_mode",
    "A model that comes in evaluation mode is trained in it. Leave `model.train()` as it was.",
    "model.train()",
    "",
    idea="eval_mode_kept",
)
grader.edit(
    "leaves_it_in_training_mode",
    "The labels are right, and the model is in training mode afterwards, as where `model.train()` "
    "follows the predictions. Leave it in evaluation mode.",
    "return scores",
    "model.train()\nreturn scores",
    idea="mode_changed",
)
grader.edits(
    "learns_in_batches",
    "The model gets the images to learn from in batches, and takes more steps than there are "
    "epochs. How it trains was right: all at once.",
    STEP,
    [
        "        for part, named in zip(inputs.split(n), labels.split(n)):\n".replace("n)", f"{n})")
        + STEP.replace("inputs", "part").replace("labels", "named").replace("    " * 2, "    " * 3)
        for n in (1, 8, 10, 16, 20, 32, 50, 64, 100, 128, 256)
    ],
    idea="unasked_batches",
)
grader.edits(
    "predicts_in_batches",
    "For its predictions the model gets the new images in batches, or one by one. The labels are "
    "the same, but it is to get all of them at once.",
    f"model({NEW})",
    [
        f"torch.cat([model(part) for part in ({NEW}).split({n})])"
        for n in (1, 8, 10, 16, 20, 32, 50, 64, 100, 128)
    ],
    idea="unasked_batches",
)
grader.edit(
    "records_for_autograd",
    "Autograd records the predictions, as for a `backward()` that never comes. Leave the "
    "predictions inside `with torch.no_grad():`.",
    """
    with torch.no_grad():
        scores = model(new_images.float() / 127.5 - 1)
    """,
    "scores = model(new_images.float() / 127.5 - 1)",
    idea="autograd_left_on",
)
grader.edit("keeps_the_old_gradients", **KEEPS_THE_OLD_GRADIENTS)
grader.edit("steps_twice", **STEPS_TWICE)
grader.edit(
    "trains_one_epoch_more",
    "There is one epoch too many. How it trains was right: leave it as it was.",
    "range(epochs)",
    "range(epochs + 1)",
    idea="one_too_many",
)
grader.edit(
    "returns_the_scores",
    "These are the scores. The index of the largest is asked for: `argmax(dim=1)`.",
    "return scores.argmax(dim=1)",
    "return scores",
    idea="scores_for_probabilities",
)
grader.edit(
    "squeezes_the_labels",
    "The label of a single image has shape () in place of (1,), as `squeeze()` makes it: "
    "`argmax(dim=1)` alone gives shape (M,).",
    "scores.argmax(dim=1)",
    "scores.argmax(dim=1).squeeze()",
    idea="bare_squeeze",
)
grader.edit(
    "looks_for_the_best_image",
    "For each class, the best image was looked for. `argmax` runs over the classes: `dim=1`.",
    "scores.argmax(dim=1)",
    "scores.argmax(dim=0)",
    idea="wrong_dim",
)
grader.edit(
    "divides_the_images_in_place",
    "`images` has other numbers afterwards, as where it was divided in place. Make a new tensor.",
    LEARNED,
    f"{LEARNED}\nimages //= 128",
    idea="argument_changed",
)

grader.equivalent("model.train() moved", INDEPENDENT)
grader.equivalent(
    "loss = nn.functional.cross_entropy(model(inputs), labels) moved",
    CLEARED_LATER,
)
