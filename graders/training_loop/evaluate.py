import random

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import torchkata
from torchkata import Grader, has_graph, parts, randn64, snapshot, unchanged, with_old_gradients

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/train_one_epoch",),
    # A share of a few examples is exact but for the last digits of float32.
    tolerance={"accuracy": (1e-6, 1e-6)},
    hints=(
        "Two switches are needed, and neither does the other's work: one for Dropout and "
        "BatchNorm, one for autograd.",
        "`with torch.no_grad():` around the loop. Which dimension of the scores are the classes?",
        "Add up three numbers over the batches: the loss times the size of its batch, how many "
        "examples are right, and how many there are. Divide at the end.",
    ),
)


@grader.observe
def measured(answer, model, loader, loss_fn):
    inside, state = [], snapshot(model.state_dict())
    gradients = {name: snapshot(param.grad) for name, param in model.named_parameters()}
    trained = [param.requires_grad for param in model.parameters()]

    def look(model, inputs):
        modes = {module.training for module in model.modules()}
        inside.append((modes, torch.is_grad_enabled()))

    model.register_forward_pre_hook(look)
    returned = parts(answer(model, loader, loss_fn), "loss", "accuracy")
    now = {name: param.grad for name, param in model.named_parameters()}
    return returned | {
        "the loss has a graph": has_graph(returned["loss"]),
        "calls of the model": len(inside),
        "in evaluation mode inside": all(modes == {False} for modes, _ in inside),
        "autograd records inside": any(recording for _, recording in inside),
        "in training mode afterwards": model.training,
        "autograd records afterwards": torch.is_grad_enabled(),
        "state of the model is unchanged": unchanged(state, model.state_dict()),
        "gradients are unchanged": unchanged(gradients, now),
        "which parameters are trained is unchanged": trained
        == [param.requires_grad for param in model.parameters()],
    }


def network(features, classes, dtype=torch.float32):
    """A model with BatchNorm and Dropout, in training mode, with old gradients."""
    hidden, output = nn.Linear(features, 8, dtype=dtype), nn.Linear(8, classes, dtype=dtype)
    norm = nn.BatchNorm1d(8, dtype=dtype)
    return with_old_gradients(nn.Sequential(hidden, norm, nn.Tanh(), nn.Dropout(0.4), output))


def mean_margin(scores, labels):
    """A loss function that is no module and names its arguments otherwise than torch does."""
    return F.multi_margin_loss(scores, labels)


@grader.case
def unequal_batches():
    """Batches of 8, 8 and 3 to 6 examples of 5 classes, for a model in training mode."""
    count = 16 + random.randint(3, 6)
    examples = TensorDataset(torch.randn(count, 4), torch.arange(count) % 5)
    return network(4, 5), DataLoader(examples, batch_size=8), nn.CrossEntropyLoss()


@grader.case
def digits():
    """53 handwritten digits in batches of 16, as images of 1 x 8 x 8 with pixels from 0 to 1; the
    model compares each with the mean of its class, and comes in evaluation mode."""
    stored = bytearray(torchkata.data("digits.bin").read_bytes())
    rows = torch.frombuffer(stored, dtype=torch.uint8).view(-1, 65)
    images, labels = rows[:, :64].view(-1, 1, 8, 8) / 16, rows[:, 64].long()
    means = torch.stack([images[labels == digit].mean(dim=0) for digit in range(10)])
    model = nn.Sequential(nn.Conv2d(1, 10, 8), nn.Flatten())
    with torch.no_grad():
        model[0].weight.copy_(means)
        model[0].bias.copy_(-means.square().sum(dim=(1, 2, 3)) / 2)
    chosen = torch.randperm(len(rows))[:53]
    loader = DataLoader(TensorDataset(images[chosen], labels[chosen]), batch_size=16)
    return model.eval(), loader, nn.CrossEntropyLoss()


@grader.case
def last_batch_of_one():
    """A list of batches of 3, 5 and 1 examples; two classes."""
    batches = [(torch.randn(size, 2, 3), torch.randint(2, (size,))) for size in (3, 5, 1)]
    model = nn.Sequential(nn.Flatten(), network(6, 2))
    return model, batches, nn.CrossEntropyLoss()


@grader.case
def own_loss():
    """Batches of 6 and 4 examples of 3 classes, in float64. The loss is a function of our own,
    `mean_margin(scores, labels)`; the first layer of the model is frozen."""
    batches = [(randn64(size, 4), torch.randint(3, (size,))) for size in (6, 4)]
    model = network(4, 3, torch.float64)
    model[0].requires_grad_(False)
    return model, batches, mean_margin


@grader.case
def one_batch():
    """A single batch of 7 examples of 7 classes, where a batch could hold 16."""
    examples = TensorDataset(torch.randn(7, 3), torch.randperm(7))
    return network(3, 7), DataLoader(examples, batch_size=16), nn.CrossEntropyLoss()


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a batch of two examples and a batch of one."""
    first = torch.tensor([[0.0, 1.0, 3.0], [0.0, 2.0, 1.0]]), torch.tensor([2, 2])
    second = torch.tensor([[1.0, 2.0, 0.0]]), torch.tensor([0])
    return nn.Identity(), [first, second], nn.MultiMarginLoss()


from graders._shared import (
    FLATTENS_THE_INPUTS,
    INDEPENDENT,
    SWITCHES_AUTOGRAD_OFF_FOR_GOOD,
)
from graders.training_loop._shared import AS_PERCENT

LOOP = """
    with torch.no_grad():
        for inputs, targets in loader:
            scores = model(inputs)
            total += loss_fn(scores, targets).item() * len(targets)
            right += (scores.argmax(dim=1) == targets).sum().item()
            examples += len(targets)
"""
LOSS = "total += loss_fn(scores, targets).item() * len(targets)"
RIGHT = "right += (scores.argmax(dim=1) == targets).sum().item()"
SUMS = f"""
            {LOSS}
            {RIGHT}
            examples += len(targets)
"""
END = "return total / examples, right / examples"

grader.edits(
    "measures_in_training_mode",
    "The model is called in training mode: Dropout drops units, so the numbers differ from call to "
    "call, and BatchNorm goes on learning from what it is tested on. `torch.no_grad()` does not "
    "prevent that. Call `model.eval()` before the loop.",
    "model.eval()",
    ["", "model.train()"],
    idea="no_evaluation_mode",
)
grader.edit(
    "goes_to_evaluation_mode_too_late",
    "The model is called in training mode, and is in evaluation mode only afterwards, as where "
    "`model.eval()` comes after the loop. Call it before: `torch.no_grad()` switches neither "
    "Dropout nor BatchNorm.",
    f"    model.eval()\n    total, right, examples = 0.0, 0, 0{LOOP}",
    f"    total, right, examples = 0.0, 0, 0{LOOP}    model.eval()\n",
    idea="no_evaluation_mode",
)
grader.edit(
    "records_for_autograd",
    "Autograd records each call of the model, as for a `backward()` that never comes: that takes "
    "time and memory. `model.eval()` does not switch it off: put `with torch.no_grad():` around "
    "the loop.",
    "with torch.no_grad():",
    "if True:",
    idea="autograd_left_on",
)
grader.edit(
    "switches_nothing",
    "The model is called in training mode, and autograd records it. Two switches are missing, and "
    "neither does the other's work: `model.eval()`, and `with torch.no_grad():` around the loop.",
    f"    model.eval()\n    total, right, examples = 0.0, 0, 0{LOOP}",
    f"    total, right, examples = 0.0, 0, 0{LOOP}".replace("with torch.no_grad():", "if True:"),
    idea="no_evaluation_mode",
)
grader.edit(
    "freezes_the_parameters",
    "No parameter is trained any more after this, as where `requires_grad_(False)` is used to keep "
    "autograd quiet: the next epoch learns nothing. `with torch.no_grad():` ends by itself.",
    "model.eval()",
    "model.eval().requires_grad_(False)",
    idea="parameters_frozen_for_good",
)
grader.edits(
    "thaws_frozen_parameters",
    "A layer that came frozen is trained from now on, as where `requires_grad_(True)` follows "
    "`requires_grad_(False)` for all parameters. Measuring needs neither: `with torch.no_grad():`.",
    "model.eval()",
    ["model.eval().requires_grad_(True)", "model.requires_grad_().eval()"],
    idea="frozen_parameters_thawed",
)
grader.edit(
    "switches_autograd_off_for_good",
    **SWITCHES_AUTOGRAD_OFF_FOR_GOOD,
    old="with torch.no_grad():",
    new="torch.set_grad_enabled(False)\nif True:",
)
grader.edit(
    "goes_back_to_training_mode",
    "The numbers are right, but the model is in training mode afterwards. Leave it in evaluation "
    "mode: the next epoch of training sets its mode by itself.",
    END,
    f"model.train()\n{END}",
    idea="mode_changed",
)
grader.edit(
    "puts_the_mode_back",
    "The numbers are right, but the model is in the mode in which it came, as where "
    "`model.training` is kept and put back. Leave it in evaluation mode.",
    f"    model.eval()\n    total, right, examples = 0.0, 0, 0{LOOP}    {END}",
    f"    mode = model.training\n    model.eval()\n    total, right, examples = 0.0, 0, 0{LOOP}"
    f"    model.train(mode)\n    {END}",
    idea="mode_changed",
)
grader.edit(
    "clears_the_gradients",
    "The gradients have changed, as by `zero_grad()`. Measuring has nothing to do with them: leave "
    "them as they are.",
    "model.eval()",
    "model.eval()\nmodel.zero_grad()",
    idea="gradient_changed",
)
grader.edit(
    "averages_the_means_of_the_batches",
    "Loss and accuracy are means of the batches' means, so an example of a small batch counts more "
    "than the others. Weigh each batch by its number of examples.",
    SUMS,
    """
            total += loss_fn(scores, targets).item()
            right += (scores.argmax(dim=1) == targets).double().mean().item()
            examples += 1
    """,
    idea="mean_of_means",
)
grader.edit(
    "averages_the_losses_of_the_batches",
    "The accuracy is right. The loss is the mean of the batches' losses, so an example of a small "
    "batch counts more than the others: weigh each loss by the size of its batch.",
    f"{LOOP}    {END}",
    LOOP.replace(" * len(targets)", "")
    .replace("with torch", "count = 0\n    with torch")
    .replace("            examples", "            count += 1\n            examples")
    + "    return total / count, right / examples",
    idea="mean_of_means",
)
grader.edit(
    "averages_the_accuracies_of_the_batches",
    "The loss is right. The accuracy is the mean of the batches' accuracies, so an example of a "
    "small batch counts more than the others: count the right ones over all batches, and divide "
    "once.",
    f"{LOOP}    {END}",
    LOOP.replace("sum().item()", "double().mean().item()")
    .replace("with torch", "count = 0\n    with torch")
    .replace("            examples", "            count += 1\n            examples")
    + "    return total / examples, right / count",
    idea="mean_of_means",
)
grader.edit(
    "divides_the_batch_losses_by_the_examples",
    "The loss of a batch is a mean already, and it was divided by the number of all examples once "
    "more. Multiply it by the size of its batch before you add it up.",
    "loss_fn(scores, targets).item() * len(targets)",
    "loss_fn(scores, targets).item()",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "takes_all_batches_for_full",
    "Both sums are divided by more examples than there are, as by the number of batches times the "
    "size of the first one. The last batch may be smaller: count the examples as they come.",
    f"{LOOP}    {END}",
    LOOP.replace("with torch", "size = len(next(iter(loader))[1])\n    with torch")
    + "    examples = size * len(loader)\n    return total / examples, right / examples",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "takes_the_first_size_for_every_batch",
    "A small last batch counts as much as the others in the loss, and the accuracy is divided by "
    "more examples than there are, as where the size of the first batch is taken for all. Each "
    "batch has its own: `len(targets)`.",
    f"{LOOP}    {END}",
    LOOP.replace("* len(targets)", "* size")
    .replace("examples += len(targets)", "examples += size")
    .replace("with torch", "size = len(next(iter(loader))[1])\n    with torch")
    + f"    {END}",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "divides_the_right_ones_by_the_batches",
    "The accuracy is the mean number of right examples in a batch. Divide by the number of "
    "examples, not by the number of batches.",
    "right / examples",
    "right / len(loader)",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "gives_percent",
    **AS_PERCENT,
    old="right / examples",
    new="100 * right / examples",
)
grader.edit(
    "counts_the_right_ones",
    "The accuracy is the number of examples that are right. Divide it by the number of all.",
    "right / examples",
    "float(right)",
    idea="sum_for_mean",
)
grader.edit(
    "counts_the_wrong_ones",
    "The accuracy is the share of examples that are wrong. Compare with `==`.",
    "scores.argmax(dim=1) == targets",
    "scores.argmax(dim=1) != targets",
    idea="error_rate_for_accuracy",
)
grader.edits(
    "looks_for_the_best_example",
    "For each class, the best example of the batch was looked for. `argmax` runs over the classes: "
    "`dim=1`, or `dim=-1`.",
    "(scores.argmax(dim=1) == targets).sum().item()",
    [
        "sum(int(a == b) for a, b in zip(scores.argmax(dim=0), targets))",
        "(scores.argmax(dim=0) == targets).sum().item()",
    ],
    idea="wrong_dim",
)
grader.edit(
    "applies_softmax_first",
    "The loss is that of probabilities, as where softmax is applied to the scores: `loss_fn` gets "
    "them as the model gives them. The accuracy is the same with and without.",
    "scores = model(inputs)",
    "scores = model(inputs).softmax(dim=1)",
    idea="double_softmax",
)
grader.edit(
    "returns_numbers_of_the_last_batch",
    "Both numbers are those of the last batch alone. Add up over all batches.",
    SUMS,
    """
            total = loss_fn(scores, targets).item() * len(targets)
            right = (scores.argmax(dim=1) == targets).sum().item()
            examples = len(targets)
    """,
    idea="last_one_only",
)
grader.edit(
    "returns_the_loss_of_the_last_batch",
    "The loss is that of the last batch alone, while the accuracy is that of all. Add the losses "
    "up, each times the number of its examples.",
    LOSS,
    "total = loss_fn(scores, targets).item() * sum(len(targets) for _, targets in loader)",
    idea="last_one_only",
)
grader.edit(
    "returns_after_the_first_batch",
    "Only the first batch was looked at, as where `return` is inside the loop: go through all of "
    "them, and return then.",
    "examples += len(targets)",
    "examples += len(targets)\nbreak",
    idea="return_in_the_loop",
)
grader.edit(
    "leaves_out_the_smaller_batch",
    "The last, smaller batch is left out, as with `drop_last`. Each example counts: measure it as "
    "well.",
    "scores = model(inputs)",
    "size = size if examples else len(targets)\n"
    "if len(targets) < size:\n"
    "    continue\n"
    "scores = model(inputs)",
    idea="last_batch_left_out",
)
grader.edit(
    "asks_the_model_twice",
    "The numbers are right, but the model was called twice for each batch, which takes twice as "
    "long. Keep its scores for both the loss and the accuracy.",
    "total += loss_fn(scores, targets)",
    "total += loss_fn(model(inputs), targets)",
    idea="two_forward_passes",
)
grader.edit(
    "returns_the_graph",
    "The loss comes back with its graph: autograd has recorded the whole evaluation. Put `with "
    "torch.no_grad():` around the loop, and add up `.item()`.",
    LOOP,
    LOOP.replace("with torch.no_grad():", "if True:").replace("targets).item()", "targets)"),
    idea="kept_graph",
)
grader.edit(
    "returns_tensors",
    "Loss and accuracy are tensors. Two Python floats are asked for: `.item()` makes one.",
    END,
    "return torch.tensor(total / examples), torch.tensor(right / examples)",
    idea="tensor_for_float",
)
grader.edit(
    "returns_the_loss_as_a_tensor",
    "The accuracy is a Python float and the loss a tensor: `.item()` makes a float of it.",
    END,
    "return torch.tensor(total / examples), right / examples",
    idea="tensor_for_float",
)
grader.edit(
    "returns_the_accuracy_as_a_tensor",
    "The loss is a Python float and the accuracy a tensor: `.item()` makes a float of it.",
    END,
    "return total / examples, torch.tensor(right / examples)",
    idea="tensor_for_float",
)
grader.edit(
    "returns_the_accuracy_first",
    "Both numbers are right, in the other order: first the loss, then the accuracy.",
    END,
    "return right / examples, total / examples",
    idea="swapped_pair",
)
grader.edit(
    "returns_the_loss_alone",
    "Only the loss came back. Return two numbers: `return loss, accuracy`.",
    END,
    "return total / examples",
    idea="one_of_a_pair",
)
grader.edit(
    "returns_a_list",
    "Both numbers are right, in a list. A tuple is asked for: `return loss, accuracy`.",
    END,
    "return [total / examples, right / examples]",
    idea="list_for_tuple",
)
grader.edits(
    "rounds_what_it_returns",
    "Loss and accuracy were rounded to a few digits. Return them as they are; rounding belongs "
    "where they are printed.",
    END,
    [f"return round(total / examples, {n}), round(right / examples, {n})" for n in (2, 3, 4)],
    idea="unasked_rounding",
)
grader.edit("flattens_the_inputs", **FLATTENS_THE_INPUTS)
grader.edit(
    "swaps_scores_and_targets",
    "`loss_fn` takes the scores first and the targets second.",
    "total += loss_fn(scores, targets)",
    "total += loss_fn(targets, scores)",
    idea="swapped_loss_arguments",
)
grader.edits(
    "computes_another_loss",
    "The loss is right only where `loss_fn` is cross entropy, as where `F.cross_entropy` is "
    "written in its place. Call the `loss_fn` that is given.",
    "total += loss_fn(scores, targets)",
    [
        "total += torch.nn.functional.cross_entropy(scores, targets)",
        "total += torch.nn.CrossEntropyLoss()(scores, targets)",
    ],
    idea="argument_not_used",
)
grader.edit(
    "names_the_arguments_of_the_loss",
    "`loss_fn` is called with `input=` and `target=`, and not every loss function calls its "
    "arguments so. Give them in their order: `loss_fn(scores, targets)`.",
    "total += loss_fn(scores, targets)",
    "total += loss_fn(input=scores, target=targets)",
    idea="named_loss_arguments",
)
grader.edits(
    "squeezes_the_scores",
    "A batch of one example has lost its dimension, as by `squeeze()`: its scores have the shape "
    "(C,). Leave them as the model gives them.",
    "scores = model(inputs)",
    ["scores = model(inputs).squeeze()", "scores = model(inputs).squeeze(0)"],
    idea="bare_squeeze",
)
grader.edit(
    "uses_the_data_set_of_the_loader",
    "A list of batches has no `dataset`: count the examples as they come.",
    END,
    "examples = len(loader.dataset)\nreturn total / examples, right / examples",
    idea="more_than_an_iterable",
)

for line in ("total, right, examples = (0.0, 0, 0)", RIGHT, "examples += len(targets)"):
    grader.equivalent(f"{line} moved", INDEPENDENT)
