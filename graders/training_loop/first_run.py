import math
import random

import torch
from torch import nn

import torchkata
from torchkata import Grader, called, snapshot, unchanged

grader = Grader(
    points=3,
    level=2,
    core=True,
    after=("training_loop/evaluate", "data_and_models/data_loaders"),
    hints=(
        "In this order: prepare both sets, make the loader and the optimizer, train for some "
        "epochs, measure. You have written each part before.",
        "A TensorDataset of images (N, 1, 8, 8), divided by 16, and of labels as int64; a "
        "DataLoader with `shuffle=True`; `nn.CrossEntropyLoss()`; Adam with lr 0.01.",
        "`model.train()` in each epoch; `model.eval()` and `with torch.no_grad():` before you "
        "count how many validation digits are right.",
    ),
)


@grader.observe
def what_the_model_sees(answer, model, train_images, train_labels, val_images, val_labels, digits):
    calls, state = [], snapshot(model)

    def look(model, inputs):
        mode = "training" if model.training else "evaluation"
        calls.append((mode, torch.is_grad_enabled(), inputs[0].detach().clone()))

    looking, mixed = model.register_forward_pre_hook(look), gradients_of_other_batches(model)
    accuracy, changes = called(
        answer,
        model=model,
        train_images=train_images,
        train_labels=train_labels,
        val_images=val_images,
        val_labels=val_labels,
    )
    looking.remove()
    with torch.no_grad():
        best = model.eval()(val_images.unsqueeze(1) / 16).argmax(dim=1)
    seen = {
        "returned": type(accuracy).__name__,
        "steps with gradients of other batches": any(mixed),
        "some parameter has moved": not all(unchanged(state, model).values()),
        "modes, and whether autograd records": sorted({call[:2] for call in calls}),
        "largest pixels": {mode: largest(calls, mode) for mode in ("training", "evaluation")},
        "shapes of an image": sorted({tuple(images.shape[1:]) for _, _, images in calls}),
        **of_training(calls, train_images),
        **changes,
    }
    ink = {"training": inked(train_images), "evaluation": inked(val_images)}
    if not as_asked(seen, ink):
        # Chance decides what was learned then.
        return seen
    return seen | {
        "accuracy is": kind_of(accuracy, best == val_labels, calls),
        "knows 50 of 100 digits": (best == digits).double().mean().item() >= 0.5,
    }


def inked(images):
    """The largest pixel of a set as the model should get it."""
    return round(images.max().item() / 16, 3)


def as_asked(seen, ink):
    """Whether it was trained and measured in the modes, and on the pixels, that are asked for."""
    return (
        seen["largest pixels"] == ink
        and ("evaluation", True) not in seen["modes, and whether autograd records"]
        and not seen["steps with gradients of other batches"]
        and seen["trained on no others"]
    )


def gradients_of_other_batches(model):
    """A list that gets, for each call of `backward()`, whether old gradients were still there."""
    param, new, mixed = [*model.parameters()][-1], [], []
    param.register_hook(lambda grad: new.append(grad.clone()))

    def compare(param):
        mixed.append(not torch.equal(param.grad, new.pop()))

    param.register_post_accumulate_grad_hook(compare)
    return mixed


def kind_of(accuracy, hits, calls):
    """What a number is, beside which of the validation digits are right."""
    right, count = hits.sum().item(), len(hits)
    number = accuracy.tolist() if isinstance(accuracy, torch.Tensor) else accuracy
    if not isinstance(number, (int, float)):
        return "no number"
    kinds = {
        "the share of right ones": right / count,
        "in percent": 100 * right / count,
        "how many are right": right,
        "the share of wrong ones": 1 - right / count,
        "the mean of the batches' shares": mean_of_batches(hits, calls),
    }
    return next((kind for kind, value in kinds.items() if abs(number - value) < 1e-4), "another")


def mean_of_batches(hits, calls):
    """The mean of the shares of hits in the last batches; nan where these are of other digits."""
    sizes = []
    for _, _, images in reversed(calls):
        if sum(sizes) < len(hits):
            sizes.insert(0, len(images))
    if sum(sizes) != len(hits):
        return math.nan
    return sum(part.double().mean().item() for part in hits.split(sizes)) / len(sizes)


def largest(calls, mode):
    """The largest pixel that the model gets in a mode, up to three digits."""
    return round(
        max((images.max().item() for called, _, images in calls if called == mode), default=0), 3
    )


def of_training(calls, train_images):
    """Which digits are trained on, and in which order."""
    batches = [images for mode, records, images in calls if mode == "training" and records]
    seen = [key for batch in batches for key in keys(batch)]
    wanted, count = set(keys(train_images)), len(train_images)
    return {
        "batches of at most 64": all(len(batch) <= 64 for batch in batches),
        "different training digits": len(wanted & set(seen)),
        "trained on no others": set(seen) <= wanted,
        "two epochs or more": len(seen) >= 2 * count,
        "another order in each epoch": seen[:count] != seen[count : 2 * count],
        "the first order is another than that of the digits": seen[:count] != keys(train_images),
    }


def keys(images):
    """A name for each image, whether its pixels go up to 1 or to 16."""
    scaled = images.float() * (16 if images.max() <= 1 else 1)
    return [
        bytes(image) for image in scaled.round().clamp(0, 255).flatten(1).to(torch.uint8).tolist()
    ]


def network(*layers):
    """A model with BatchNorm and Dropout; `layers` make 64 numbers of an image."""
    hidden = nn.LazyLinear(32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.1)
    model = nn.Sequential(*layers, nn.Flatten(), *hidden, nn.Linear(32, 10))
    model.eval()(torch.zeros(1, 1, 8, 8))
    return model


def stored_digits():
    """Of each digit 64 pixels and its label, shape (1797, 65)."""
    stored = bytearray(torchkata.data("digits.bin").read_bytes())
    return torch.frombuffer(stored, dtype=torch.uint8).view(-1, 65)


def some_digits(model, train, validation, mistaken=0.0):
    """Of digits that are all different; a share of the validation labels is one too large."""
    rows = stored_digits()
    rows = rows[torch.randperm(len(rows))][: train + validation]
    images, labels = rows[:, :64].reshape(-1, 8, 8), rows[:, 64]
    given = labels[train:].clone()
    wrong = torch.rand(validation) < mistaken
    given[wrong] = (given[wrong] + 1) % 10
    sets = images[:train], labels[:train], images[train:], given
    return model, *(part.clone() for part in sets), labels[train:].clone()


# A last batch of one cannot be trained on with BatchNorm, and one of two, or even of seven, spoils
# what it learned: of these counts no usual size leaves so few.
COUNTS = (216, 218, 219, 220)


@grader.case
def linear_layers():
    """216 to 220 training digits and 70 to 90 others; a model of two linear layers."""
    return some_digits(network(), random.choice(COUNTS), random.randint(70, 90))


@grader.case
def wrong_labels():
    """216 to 220 training digits and 101 others, of which more than half have a wrong label, and
    whose largest pixel is 15; a model with a convolution."""
    layers = nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2)
    model, *train, images, labels, digits = some_digits(
        network(*layers), random.choice(COUNTS), 101, mistaken=0.6
    )
    return model, *train, images.clamp(max=15), labels, digits


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 200 training digits and 100 others, and a model that comes in
    training mode."""
    torch.manual_seed(0)
    rows = stored_digits()[:300]
    images, labels = rows[:, :64].reshape(-1, 8, 8), rows[:, 64]
    layers = nn.Flatten(), nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.1)
    model = nn.Sequential(*layers, nn.Linear(32, 10))
    return model, images[:200], labels[:200], images[200:], labels[200:], labels[200:].clone()


from graders._shared import INDEPENDENT, changed_in_place
from graders.training_loop._shared import AS_PERCENT

TRAIN_SET = "train_set = TensorDataset(train_images.unsqueeze(1) / 16, train_labels.long())"
VAL_SET = "val_set = TensorDataset(val_images.unsqueeze(1) / 16, val_labels.long())"
SETS = f"{TRAIN_SET}\n    {VAL_SET}"
LOADER = "loader = DataLoader(train_set, batch_size=32, shuffle=True)"
EPOCHS = """
    for _ in range(10):
        model.train()
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss_fn(model(inputs), targets).backward()
            optimizer.step()
    """
END = "return right / len(val_set)"
MEASURED = f"""
    right = 0
    with torch.no_grad():
        for inputs, targets in DataLoader(val_set, batch_size=64):
            right += (model(inputs).argmax(dim=1) == targets).sum().item()
    {END}
"""

grader.edit(
    "forgets_to_scale",
    "The model gets pixels up to 16. They are to go from 0 to 1: divide by 16, in both sets.",
    f"    {SETS}",
    f"    {SETS}".replace(" / 16", ".float()"),
    idea="unscaled_pixels",
)
grader.edit(
    "divides_by_255",
    "The largest pixel is 16 / 255, as where the images are divided by 255. These go up to 16 "
    "only: look at the data before you train.",
    f"    {SETS}",
    f"    {SETS}".replace(" / 16", " / 255"),
    idea="unscaled_pixels",
)
grader.edit(
    "scales_only_the_training_digits",
    "The model is measured on pixels up to 16, and was trained on pixels from 0 to 1. Prepare both "
    "sets in the same way.",
    VAL_SET,
    VAL_SET.replace(" / 16", ".float()"),
    idea="other_preprocessing",
)
grader.edit(
    "scales_each_set_by_its_own",
    "The two sets are on different scales, as where each is divided by its own largest pixel: the "
    "same ink is another number in the other set. Divide both by the same number, that of the "
    "darkest ink.",
    f"    {SETS}",
    f"    {SETS}".replace(
        "train_images.unsqueeze(1) / 16", "train_images.unsqueeze(1) / train_images.max()"
    ).replace("val_images.unsqueeze(1) / 16", "val_images.unsqueeze(1) / val_images.max()"),
    idea="own_statistics",
)
grader.edit(
    "makes_no_channel",
    "The model gets images of shape (N, 8, 8), without a dimension for the channel: "
    "`unsqueeze(1)`.",
    f"    {SETS}",
    f"    {SETS}".replace(".unsqueeze(1)", ""),
    idea="no_channel_dimension",
)
grader.edit(
    "never_shuffles",
    "The training digits come in the same order in each epoch, as where `shuffle=True` is missing.",
    LOADER,
    LOADER.replace(", shuffle=True", ""),
    idea="unshuffled_training",
)
grader.edit(
    "shuffles_once",
    "The training digits come in the same order in each epoch, and not in that in which they were "
    "given: they were shuffled once, before the epochs. `shuffle=True` draws a new order each "
    "time.",
    LOADER,
    "places = torch.randperm(len(train_set))\n"
    "loader = DataLoader(TensorDataset(*train_set[places]), batch_size=32)",
    idea="shuffled_once",
)
grader.edit(
    "shuffles_images_and_labels_apart",
    "The parameters move, and the model does not learn what the digits are, as where images and "
    "labels are shuffled by different orders, or where the learning rate is far too small.",
    TRAIN_SET,
    f"{TRAIN_SET}\ntrain_set = TensorDataset(train_set.tensors[0], "
    "train_set.tensors[1][torch.randperm(len(train_labels))])",
    idea="rows_beside_other_targets",
)
grader.edit(
    "trains_on_the_validation_digits",
    "The model was trained on the validation digits, so what is measured is how well it knows them "
    "by heart. They are for measuring alone.",
    LOADER,
    LOADER.replace("train_set", "val_set"),
    idea="leakage",
)
grader.edit(
    "trains_on_all_digits",
    "The model was trained on the training digits and on the validation digits too, so it has seen "
    "what it is measured on. They are for measuring alone.",
    LOADER,
    LOADER.replace("train_set", "torch.utils.data.ConcatDataset([train_set, val_set])"),
    idea="leakage",
)
grader.edit(
    "leaves_digits_out",
    "Some training digits are never trained on, as where a part is cut off and not used. Train on "
    "all of them.",
    TRAIN_SET,
    f"{TRAIN_SET}\ntrain_set = torch.utils.data.Subset(train_set, range(150))",
)
grader.edit(
    "trains_one_epoch",
    "There is one epoch only. Put the loop over the batches into a loop over epochs.",
    "range(10)",
    "range(1)",
    idea="off_by_one",
)
grader.edit(
    "trains_on_one_large_batch",
    "All training digits are in one batch, so an epoch is a single step. Take batches of at most "
    "64.",
    LOADER,
    LOADER.replace("32", "1024"),
)
grader.edit(
    "never_steps",
    "No parameter has moved: `backward()` only computes the gradients. Call `optimizer.step()` for "
    "each batch.",
    "        optimizer.step()\n",
    "",
    idea="nothing_moves",
)
grader.edits(
    "trains_in_evaluation_mode",
    "The model is trained in evaluation mode, in which Dropout drops nothing and BatchNorm learns "
    "no statistics: it may come in this mode. Call `model.train()` in each epoch.",
    "        model.train()\n",
    ["        model.eval()\n", ""],
    idea="eval_mode_kept",
)
grader.edit(
    "trains_later_epochs_in_evaluation_mode",
    "From some epoch on the model is trained in evaluation mode, as where `model.train()` is "
    "called before the loop over epochs and `model.eval()` in it. Call `model.train()` in each "
    "epoch.",
    EPOCHS,
    "    model.train()"
    + EPOCHS.replace("\n        model.train()", "")
    + """    model.eval()
        with torch.no_grad():
            model(val_set.tensors[0])
    """,
    idea="eval_mode_kept",
)
grader.edit(
    "measures_in_training_mode",
    "The model is measured in training mode: Dropout drops units, and BatchNorm takes the "
    "statistics of the batch. Call `model.eval()` before.",
    "model.eval()",
    "",
    idea="no_evaluation_mode",
)
grader.edit(
    "records_for_autograd",
    "Autograd records the measuring, as for a `backward()` that never comes. `model.eval()` does "
    "not switch it off: `with torch.no_grad():`.",
    "with torch.no_grad():",
    "if True:",
    idea="autograd_left_on",
)
grader.edit(
    "switches_nothing",
    "The model is measured in training mode, and autograd records it. Two switches are missing: "
    "`model.eval()`, and `with torch.no_grad():`.",
    "    model.eval()\n    right = 0\n    with torch.no_grad():",
    "    right = 0\n    if True:",
    idea="no_evaluation_mode",
)
grader.edit(
    "measures_the_training_digits",
    "What came back is not the accuracy on the validation digits, as where the training digits are "
    "measured, or where an earlier epoch's accuracy is returned: measure the trained model on the "
    "validation digits.",
    "        for inputs, targets in DataLoader(val_set, batch_size=64):\n"
    "            right += (model(inputs).argmax(dim=1) == targets).sum().item()\n"
    f"    {END}",
    "        for inputs, targets in DataLoader(train_set, batch_size=64):\n"
    "            right += (model(inputs).argmax(dim=1) == targets).sum().item()\n"
    "    return right / len(train_set)",
    idea="validated_on_training_data",
)
grader.edits(
    "averages_the_accuracies_of_the_batches",
    "This is the mean of the batches' accuracies, so that a digit of a smaller batch counts more "
    "than the others. Count the right ones over all batches, and divide once.",
    MEASURED,
    [
        f"""
    shares = []
    with torch.no_grad():
        for inputs, targets in DataLoader(val_set, batch_size={size}):
            shares.append((model(inputs).argmax(dim=1) == targets).double().mean().item())
    return sum(shares) / len(shares)
"""
        for size in (64, 50)
    ],
    idea="mean_of_means",
)
grader.edit(
    "gives_percent",
    **AS_PERCENT,
    old=END,
    new="return 100 * right / len(val_set)",
)
grader.edit(
    "counts_the_right_ones",
    "This is how many validation digits are right. Divide by how many there are.",
    END,
    "return float(right)",
    idea="sum_for_mean",
)
grader.edit(
    "counts_the_wrong_ones",
    "This is the share of digits that are wrong. Compare with `==`.",
    "== targets",
    "!= targets",
    idea="error_rate_for_accuracy",
)
grader.edit(
    "returns_a_tensor",
    "The accuracy is a tensor. A Python float is asked for: `.item()` makes one.",
    END,
    "return torch.tensor(right / len(val_set))",
    idea="tensor_for_float",
)
grader.edit(
    "returns_the_model_too",
    "A tuple came back. The accuracy alone is asked for: the model is trained in place.",
    END,
    "return model, right / len(val_set)",
)
grader.edit(
    "changes_the_labels",
    **changed_in_place("val_labels"),
    old=VAL_SET,
    new=f"{VAL_SET}\nval_labels.fill_(0)",
)

grader.edits(
    "keeps_the_old_gradients",
    "Steps are taken with gradients of earlier batches, too: `backward()` adds to those that are "
    "there. Call `optimizer.zero_grad()` for each batch.",
    """
        for inputs, targets in loader:
            optimizer.zero_grad()
    """,
    [
        """
        for inputs, targets in loader:
        """,
        """
        optimizer.zero_grad()
        for inputs, targets in loader:
        """,
    ],
    idea="no_zero_grad",
)

for line in (VAL_SET, "right = 0"):
    grader.equivalent(f"{line} moved", INDEPENDENT)
for size in (31, 33):
    new = LOADER.replace("32", str(size))
    grader.equivalent(f"{LOADER} -> {new}", "the size of the batches is free")
MEASURE = "for inputs, targets in DataLoader(val_set, batch_size=64):"
for size in (", batch_size=63", ", batch_size=65", ""):
    new = MEASURE.replace(", batch_size=64", size)
    grader.equivalent(f"{MEASURE} -> {new}", "the size of the batches is free")
for epochs in (9, 11):
    change = f"for _ in range(10): -> for _ in range({epochs}):"
    grader.equivalent(change, "the number of epochs is free")
ADAM = "optimizer = torch.optim.Adam(model.parameters(), lr=0.01)"
grader.equivalent(f"{ADAM} -> {ADAM.replace(', lr=0.01', '')}", "the learning rate is free")
