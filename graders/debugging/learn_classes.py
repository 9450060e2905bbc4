import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

from torchkata import Grader, SteadyDropout, called, randn64, snapshot, with_old_gradients

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("cross_entropy/cross_entropy", "training_loop/train_one_epoch"),
    start="compares_the_examples",
    hints=(
        "1.0986 is the logarithm of 3: the loss of three equal scores.",
        "Print `scores` for a batch of one example before and after each line that changes it.",
        "What of softmax does F.cross_entropy do by itself? Read its page.",
    ),
)


@grader.observe
def losses_and_model(answer, model, loader, optimizer, epochs):
    batches = loader if isinstance(loader, list) else []

    def call(batches):
        return answer(model, batches or loader, optimizer, epochs)

    losses, changes = called(call, loader=batches)
    return {
        "losses": losses,
        "model at the end": snapshot(model.state_dict()),
        "in training mode afterwards": model.training,
        **changes,
    }


def network(classes, *inner, dtype=torch.float32):
    """A small network in evaluation mode, with old gradients."""
    first = nn.Linear(3, 6, bias=False, dtype=dtype)
    layers = first, *inner, nn.Tanh(), nn.Linear(6, classes, dtype=dtype)
    return with_old_gradients(nn.Sequential(*layers).eval())


def batches_of(classes, *sizes, dtype=torch.float64):
    return [(randn64(n, 3).to(dtype), torch.randint(classes, (n,))) for n in sizes]


@grader.case
def with_batch_norm():
    """3 epochs of three batches of unequal size of 4 classes, a model with BatchNorm in evaluation
    mode."""
    model = network(4, nn.BatchNorm1d(6))
    optimizer = optim.SGD(model.parameters(), lr=0.3, momentum=0.5)
    return model, batches_of(4, 6, 6, 3, dtype=torch.float32), optimizer, 3


@grader.case
def with_dropout():
    """2 epochs of two batches of 3 classes, a model with Dropout in float64, Adam."""
    model = network(3, SteadyDropout(0.3), dtype=torch.float64)
    return model, batches_of(3, 5, 8), optim.Adam(model.parameters(), lr=0.05), 2


@grader.case
def from_a_loader():
    """One epoch of a DataLoader with 9 examples of 5 classes, 4 in a batch, so that the last batch
    has a single one."""
    model = network(5)
    examples = TensorDataset(torch.randn(9, 3), torch.arange(9) % 5)
    return model, DataLoader(examples, 4), optim.SGD(model.parameters(), lr=0.5), 1


@grader.case
def single_examples():
    """2 epochs of three batches of one image of shape (2, 2, 3) each, in float64; 3 classes."""
    layers = nn.Flatten(), nn.Linear(12, 3, dtype=torch.float64)
    model = with_old_gradients(nn.Sequential(*layers))
    batches = [(randn64(1, 2, 2, 3), torch.randint(3, (1,))) for _ in range(3)]
    return model, batches, optim.SGD(model.parameters(), lr=0.2), 2


@grader.case
def sure_and_wrong():
    """One step from scores that are 200 apart, for the wrong class of 3."""
    model = nn.Linear(3, 3, bias=False)
    model.weight.data.copy_(200 * torch.eye(3))
    order = torch.randperm(3)
    batch = torch.eye(3)[order] + torch.rand(3, 1) / 10, (order + 1) % 3
    return with_old_gradients(model), [batch], optim.SGD(model.parameters(), lr=1.0), 1


@grader.case
def as_in_the_docstring():
    """The example of the docstring."""
    model = nn.Linear(1, 2, bias=False)
    nn.init.zeros_(model.weight)
    batch = torch.tensor([[2.0], [-1.0]]), torch.tensor([0, 1])
    return model, [batch], optim.SGD(model.parameters(), lr=1.0), 2


from graders._shared import CLEARED_LATER, INDEPENDENT, RETURNS_AFTER_THE_FIRST_EPOCH, STEPS_TWICE
from graders.debugging._shared import (
    AVERAGES_THE_BATCHES,
    ENDS_IN_EVALUATION_MODE,
    KEEPS_OLD_GRADIENTS,
    PUTS_THE_MODE_BACK,
    REPORTS_THE_LAST_BATCH,
    TRAINS_IN_EVALUATION_MODE,
    clears_after_the_step,
    clears_before_a_loop,
    reports_losses_after_a_step,
    steps_once_an_epoch,
)
from solutions.debugging.learn_classes import learn_classes

SCORES = "scores = model(inputs)"
LOSS = "F.cross_entropy(scores, targets)"
TRAINS = "model.train()"
MOVES = "            loss.backward()\n            optimizer.step()\n"
TOTAL = "            total += loss.item() * len(targets)\n"
APPENDS = "losses.append(total / count)"

grader.edit(
    "compares_the_examples",
    "The examples of a batch were compared with one another: softmax over `dim=0` makes the scores "
    "of a class add up to 1 over the batch, and a batch of one example is all ones. "
    "F.cross_entropy takes raw scores, so no softmax is needed at all.",
    "scores = model(inputs)",
    "scores = model(inputs).softmax(dim=0)",
    idea="wrong_dim",
)
grader.edits(
    "applies_softmax_twice",
    "Now softmax runs over the classes, but it is applied twice: F.cross_entropy does it by "
    "itself. For probabilities its loss cannot come near 0, and the gradients are too small. Give "
    "it the raw scores.",
    SCORES,
    [f"{SCORES}.softmax(dim={dim})" for dim in (1, -1)],
    idea="double_softmax",
)
BOTH = f"            {SCORES}\n            loss = {LOSS}\n"
grader.edits(
    "takes_the_logarithm_over_the_batch",
    "log_softmax over `dim=0` still compares the examples of a batch. Over the classes it is "
    "`dim=1`, and F.cross_entropy does that by itself.",
    BOTH,
    [
        BOTH.replace(SCORES, f"{SCORES}.log_softmax(dim=0)"),
        BOTH.replace(SCORES, f"{SCORES}.log_softmax(dim=0)").replace(
            LOSS, "F.nll_loss(scores, targets)"
        ),
    ],
    idea="wrong_dim",
)
grader.edits(
    "takes_the_logarithm_of_softmax",
    "Right for most scores, but the logarithm of a softmax is -inf, or the logarithm of a small "
    "constant, where a score is far below the others. Give F.cross_entropy the raw scores.",
    SCORES,
    [
        f"scores = torch.log(model(inputs).softmax(dim=1){small})"
        for small in ("", " + 1e-8", " + 1e-7", " + 1e-9", " + 1e-12")
    ],
    idea="log_of_softmax",
)
grader.edit(
    "takes_the_likelihood_of_probabilities",
    "The loss is below 0: `nll_loss` expects logarithms, and got probabilities.",
    LOSS,
    "F.nll_loss(scores.softmax(dim=1), targets)",
    idea="nll_loss_without_log_softmax",
)
grader.edit(
    "takes_the_likelihood_of_scores",
    "`nll_loss` expects logarithms of probabilities, and got raw scores: its loss falls without "
    "end. `F.cross_entropy` was right.",
    LOSS,
    "F.nll_loss(scores, targets)",
    idea="nll_loss_without_log_softmax",
)
grader.edits(
    "asks_yes_or_no_of_each_class",
    "This is binary cross-entropy, which asks yes or no of each class by itself, and is a mean "
    "over all scores. Here each example has exactly one class: F.cross_entropy was right.",
    LOSS,
    [
        f"F.binary_cross_entropy{given}, F.one_hot(targets, scores.shape[1]).to(scores.dtype))"
        for given in ("_with_logits(scores", "(scores.sigmoid()", "(scores.softmax(dim=1)")
    ],
)
grader.edit(
    "applies_a_sigmoid",
    "A sigmoid was applied to the scores. It is for classes that do not exclude one another, and "
    "F.cross_entropy takes raw scores.",
    SCORES,
    f"{SCORES}.sigmoid()",
)
grader.edits(
    "smooths_the_targets",
    "A part of each target was spread over all classes, as by `label_smoothing`, so that the loss "
    "cannot come to 0. Leave it out: it was no part of the bug.",
    LOSS,
    [f"F.cross_entropy(scores, targets, label_smoothing={part})" for part in (0.1, 0.05, 0.2)],
)
grader.edits(
    "raises_the_learning_rate",
    "The learning rate was changed. The steps were short because of the loss that they follow, and "
    "not because of the learning rate.",
    TRAINS,
    [
        f'{TRAINS}\nfor group in optimizer.param_groups:\n    group["lr"] *= {factor}'
        for factor in (0.1, 10, 100)
    ],
    idea="lr_for_a_bug",
)
grader.edits(
    "scales_the_scores",
    "The scores were multiplied by a number, which makes the model surer than it is. "
    "F.cross_entropy takes them as they are.",
    SCORES,
    [f"{SCORES} * {factor}" for factor in (2, 10, 100)],
)
grader.edits(
    "adds_up_the_batch",
    "The steps are too long: the loss of a batch is the sum over its examples. The mean is asked "
    "for.",
    f"            loss = {LOSS}\n{MOVES}{TOTAL}",
    [
        f'            loss = F.cross_entropy(scores, targets, reduction="sum")\n{MOVES}{total}'
        for total in (TOTAL, "            total += loss.item()\n")
    ],
    idea="sum_for_mean",
)
grader.edit(
    "averages_the_batches",
    **AVERAGES_THE_BATCHES,
    old="            total += loss.item() * len(targets)\n            count += len(targets)\n",
    new="            total += loss.item()\n            count += 1\n",
)
grader.edit("keeps_old_gradients", **KEEPS_OLD_GRADIENTS)
grader.edit("steps_twice", **STEPS_TWICE)
grader.edit("trains_in_evaluation_mode", **TRAINS_IN_EVALUATION_MODE)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old=APPENDS,
    new=f"{APPENDS}\nreturn losses",
)

HEAD = "        for inputs, targets in loader:\n            optimizer.zero_grad()\n"
REPORT = (
    "            total += loss.item() * len(targets)\n"
    "            count += len(targets)\n"
    "        losses.append(total / count)\n"
)
grader.edits(
    "clears_before_a_loop",
    **clears_before_a_loop(f"    for _ in range(epochs):\n        total, count = 0.0, 0\n{HEAD}"),
)
grader.edit(
    "clears_after_the_step",
    **clears_after_the_step(f"            optimizer.zero_grad()\n{BOTH}{MOVES}"),
)
grader.edits(
    "steps_once_an_epoch",
    **steps_once_an_epoch(
        HEAD + BOTH + MOVES + REPORT, "len(targets)", "sum(len(batch[1]) for batch in loader)"
    ),
)
grader.edits(
    "reports_losses_after_a_step",
    **reports_losses_after_a_step(
        REPORT,
        "inputs, targets",
        'F.cross_entropy(model(inputs), targets, reduction="sum").item()',
    ),
)
grader.edit("reports_the_last_batch", **REPORTS_THE_LAST_BATCH)
grader.edit("ends_in_evaluation_mode", **ENDS_IN_EVALUATION_MODE)


@grader.misconception(**PUTS_THE_MODE_BACK)
def puts_the_mode_back(model, loader, optimizer, epochs):
    came, losses = model.training, learn_classes(model, loader, optimizer, epochs)
    model.train(came)
    return losses


for change in (
    "losses = [] moved",
    "total += loss.item() * len(targets) moved",
    "count += len(targets) moved",
):
    grader.equivalent(change, INDEPENDENT)
grader.equivalent("scores = model(inputs) moved", CLEARED_LATER)
