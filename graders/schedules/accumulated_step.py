import torch
from torch import nn, optim

from torchkata import Grader, after_training, has_graph, with_old_gradients

grader = Grader(
    points=3,
    level=3,
    core=True,
    after=("schedules/clip_gradients", "training_loop/train_step"),
    hints=(
        "`backward()` adds to the gradients that are there. When do they have to be cleared, then?",
        "How many targets count in all micro-batches together? That is what each loss is divided "
        "by.",
        '`reduction="sum"` gives the sum over the targets of a micro-batch, and 0 where none '
        "counts.",
    ),
)


class Watched:
    """Counts the calls of a model, and how many of its graphs wait for their `backward()`."""

    def __init__(self, model, batches):
        self.calls = self.waiting = self.most = 0
        # Of a loss that no target counts in, nobody has to call backward.
        self.empty = {id(inputs) for inputs, targets in batches if (targets == -100).all()}
        self.handle = model.register_forward_hook(self.called)

    def called(self, model, arguments, output):
        self.calls += 1
        if has_graph(output) and id(arguments[0]) not in self.empty:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
            output.register_hook(self.gone_through)

    def gone_through(self, gradient):
        self.waiting -= 1


@grader.observe
def two_steps(answer, model, batches, optimizer, max_norm):
    seen, steps = {}, []
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    for step in (1, 2):
        watched = Watched(model, batches)
        loss = answer(model, list(batches), optimizer, max_norm)
        watched.handle.remove()
        seen |= after_training(model, loss, f"step {step}")
        seen[f"graphs at a time in step {step}"] = watched.most
        seen[f"more calls of the model than batches in step {step}"] = max(
            watched.calls - len(batches), 0
        )
    return seen | {"steps of the optimizer": len(steps)}


def tagger(dtype=torch.float32):
    """A model that gives each of 6 words scores for 4 classes, with old gradients."""
    layers = nn.Embedding(6, 5, dtype=dtype), nn.Tanh(), nn.Linear(5, 4, dtype=dtype)
    return with_old_gradients(nn.Sequential(*layers))


def portion(sequences, length, *counts):
    """A micro-batch of words, in which so many targets of each sequence count; all if none says."""
    words = torch.randint(6, (sequences, length))
    targets = torch.randint(4, (sequences, length))
    for row, count in enumerate(counts):
        targets[row, count:] = -100
    return words, targets


@grader.case
def unequal_portions():
    """Micro-batches of 5, 2 and 1 sequences of 3 words, without padding; the norm is not
    clipped."""
    model = tagger()
    batches = [portion(5, 3), portion(2, 3), portion(1, 3)]
    return model, batches, optim.SGD(model.parameters(), lr=0.5, momentum=0.9), 100.0


@grader.case
def much_padding():
    """2 sequences in each of three micro-batches, with 10, 3 and 4 targets that count; float64, and
    a model that comes in evaluation mode."""
    model = tagger(torch.float64).eval()
    batches = [portion(2, 6, 6, 4), portion(2, 4, 1, 2), portion(2, 7, 3, 1)]
    return model, batches, optim.SGD(model.parameters(), lr=0.4), 100.0


@grader.case
def nothing_counts_in_one():
    """In the second of three micro-batches, every target is padding."""
    model = tagger()
    batches = [portion(2, 3, 3, 1), portion(2, 2, 0, 0), portion(1, 5)]
    return model, batches, optim.SGD(model.parameters(), lr=0.3), 100.0


@grader.case
def clipped():
    """Two micro-batches without padding, and a norm that is clipped to 0.05."""
    model = tagger()
    batches = [portion(2, 3), portion(2, 2)]
    return model, batches, optim.SGD(model.parameters(), lr=2.0), 0.05


@grader.case
def equal_portions():
    """Four micro-batches of 2 sequences of 3 words, without padding."""
    model = tagger()
    batches = [portion(2, 3) for _ in range(4)]
    return model, batches, optim.SGD(model.parameters(), lr=0.5, weight_decay=0.1), 100.0


@grader.case
def single_portion():
    """One micro-batch of a single word, and AdamW."""
    model = tagger()
    return model, [portion(1, 1)], optim.AdamW(model.parameters(), lr=0.05), 0.1


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 1 target counts, then 3."""
    model = nn.Linear(1, 2, bias=False)
    nn.init.zeros_(model.weight)
    first = torch.ones(1, 2, 1), torch.tensor([[0, -100]])
    second = torch.ones(1, 3, 1), torch.tensor([[0, 1, 0]])
    return model, [first, second], optim.SGD(model.parameters(), lr=1.0), 1.0


from graders._shared import INDEPENDENT, STEPS_TWICE

SUM = 'F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum") / counted'
MEAN = "F.cross_entropy(logits.flatten(0, 1), targets.flatten())"
SKIPPING = "if (targets == -100).all():\n    continue\n"
CLIP = "torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)"

grader.edits(
    "adds_the_means",
    "The means of the micro-batches are added up, so that loss and gradients are about as many "
    "times too large as there are micro-batches. Divide each sum by the number of all targets.",
    f"loss = {SUM}",
    [f"loss = {MEAN}", f"{SKIPPING}loss = {MEAN}"],
    idea="accumulated_without_division",
)
grader.edits(
    "takes_the_mean_of_the_means",
    "This is the mean of the micro-batches' means: a target in a short micro-batch counts for more "
    "than one in a long one. Divide each *sum* by the number of all targets that count.",
    f"loss = {SUM}",
    [
        f"loss = {MEAN} / len(batches)",
        f"{SKIPPING}loss = {MEAN} / len(batches)",
        f"{SKIPPING}loss = {MEAN} / sum(bool((each != -100).any()) for _, each in batches)",
    ],
    idea="mean_of_means",
)
grader.edit(
    "adds_the_sums",
    "Loss and gradients are sums over all targets. Divide by how many count in all micro-batches "
    "together.",
    SUM,
    'F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum")',
    idea="sum_for_mean",
)
grader.edit(
    "counts_the_padding",
    "The sum is divided by the number of all places, padding too. Only targets that are not -100 "
    "count.",
    "int((targets != -100).sum())",
    "targets.numel()",
    idea="ignored_ones_counted",
)
grader.edits(
    "weighs_by_all_places",
    "Each mean counts by the number of places in its micro-batch, with the padding. Weigh it "
    "by the targets that count.",
    f"loss = {SUM}",
    [
        f"""places = sum(each.numel() for _, each in batches)
if (targets == -100).all():
    continue
loss = {MEAN} * targets.numel() / places""",
        f"loss = {MEAN} * targets.numel() / sum(each.numel() for _, each in batches)",
    ],
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "takes_class_0_for_padding",
    "The sum is divided by the number of targets above 0, so that those of class 0 do not count. "
    "Padding is -100, and 0 is a class.",
    "targets != -100",
    "targets > 0",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "weighs_by_the_sequences",
    "Each mean counts by the number of sequences in its micro-batch. Sequences have unequal "
    "numbers of targets that count: weigh by those.",
    SUM,
    f"{MEAN} * len(targets) / sum(len(t) for _, t in batches)",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "divides_by_the_sequences",
    "The sum is divided by the number of sequences. It is a mean over targets: divide by how many "
    "of them count.",
    "int((targets != -100).sum())",
    "len(targets)",
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "makes_nan",
    "A micro-batch in which no target counts gives nan, since its mean is 0 / 0, and times 0 it is "
    'nan still. Take the sum, which is 0 there: `reduction="sum"`.',
    SUM,
    f"{MEAN} * (targets != -100).sum() / counted",
    idea="nan_times_0",
)
grader.edit(
    "clears_for_each_portion",
    "The gradients are cleared for each micro-batch, so that only those of the last one are left "
    "for the step. Clear once, before the loop.",
    """
    optimizer.zero_grad()
    for inputs, targets in batches:
    """,
    """
    for inputs, targets in batches:
        optimizer.zero_grad()
    """,
    idea="cleared_while_accumulating",
)
grader.edit(
    "keeps_the_old_gradients",
    "Old gradients go into the step: those from before the call, and in the next call those of "
    "this one. Call `optimizer.zero_grad()` before the loop.",
    "optimizer.zero_grad()",
    "",
    idea="no_zero_grad",
)
grader.edit(
    "clears_after_the_step",
    "Cleared after the step, the gradients are clean for the next call, but not for the first. "
    "Clear before the loop.",
    """
    optimizer.zero_grad()
    for inputs, targets in batches:
        logits = model(inputs)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum") / counted
        loss.backward()
        mean += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    """,
    """
    for inputs, targets in batches:
        logits = model(inputs)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum") / counted
        loss.backward()
        mean += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    optimizer.zero_grad()
    """,
    idea="zero_grad_too_late",
)
grader.edit(
    "clips_each_portion",
    "The gradients are clipped after each micro-batch, before those of the next ones are added. "
    "Clip once, after the loop, and before the step.",
    """
        mean += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    """,
    """
        mean += loss.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    """,
    idea="clipped_while_accumulating",
)
grader.edit(
    "clips_before_it_divides",
    "The gradients are clipped as long as they are those of a sum, and divided after that, so that "
    "they end up far shorter than `max_norm`. Divide first.",
    """
        loss.backward()
        mean += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    """,
    """
        (loss * counted).backward()
        mean += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    for param in model.parameters():
        param.grad /= counted
    """,
    idea="clipped_while_accumulating",
)
grader.edit(
    "never_clips",
    "The gradients are not clipped, or only after the step, which has used them by then. Clip "
    "between the loop and the step.",
    CLIP,
    "",
    idea="not_clipped",
)
grader.edit(
    "clips_the_numbers",
    "Each number was cut off at `max_norm`, as `clip_grad_value_` does. All gradients together are "
    "to have that norm: `clip_grad_norm_`.",
    CLIP,
    "torch.nn.utils.clip_grad_value_(model.parameters(), max_norm)",
    idea="value_for_norm",
)
grader.edit(
    "clips_each_parameter",
    "The gradient of each parameter was clipped by itself, as where `clip_grad_norm_` is called "
    "for one after the other: together they may be longer than `max_norm`, and their direction has "
    "changed. Give it all parameters at once.",
    CLIP,
    "for param in model.parameters():\n    torch.nn.utils.clip_grad_norm_(param, max_norm)",
    idea="clipped_one_by_one",
)
grader.edits(
    "changes_the_mode",
    "The model is left in another mode than the one in which it came, as by `model.train()` or "
    "`model.eval()`. The mode makes no difference to the numbers here: leave it alone.",
    "mean = 0.0",
    ["mean = 0.0\nmodel.train()", "mean = 0.0\nmodel.eval()"],
    idea="mode_changed",
)
grader.edit(
    "steps_for_each_portion",
    "The optimizer takes a step for each micro-batch. They are one batch: take one step, after the "
    "loop.",
    """
        mean += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    """,
    """
        mean += loss.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        optimizer.step()
    """,
)
grader.edit("steps_twice", **STEPS_TWICE)
grader.edit(
    "never_steps",
    "The optimizer takes no step, and the weights never move. Call `optimizer.step()` once, after "
    "the loop.",
    "optimizer.step()",
    "",
    idea="nothing_moves",
)
grader.edit(
    "keeps_all_graphs",
    "The numbers are right, but the graphs of several micro-batches are in memory at once, which "
    "micro-batches are to avoid. Call `backward()` inside the loop, for each one.",
    """
        loss.backward()
        mean += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    """,
    """
        mean = mean + loss
    mean.backward()
    mean = mean.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    """,
    idea="kept_graph",
)
grader.edit(
    "returns_the_last_loss",
    "The step is right, and the loss is that of the last micro-batch alone. Add up the losses of "
    "all.",
    "return mean",
    "return loss.item()",
    idea="last_one_only",
)
grader.edit(
    "returns_the_loss_after_the_step",
    "The step is right, and the loss that comes back is that after it, for which the model was "
    "called once more. Add up the losses while you go through the micro-batches.",
    "return mean",
    """with torch.no_grad():
    return sum(
        F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
        for x, y in batches
    ) / counted""",
    idea="loss_after_the_step",
)
grader.edit(
    "fills_the_targets",
    "The first step is right, and in the second one padding counts as a class: the -100 in the "
    "targets were exchanged for 0 in place. Leave `targets` as they are, or change a copy.",
    """
    counted = sum(int((targets != -100).sum()) for _, targets in batches)
    mean = 0.0
    optimizer.zero_grad()
    for inputs, targets in batches:
        logits = model(inputs)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum") / counted
    """,
    """
    counted = sum(int((targets != -100).sum()) for _, targets in batches)
    mean = 0.0
    optimizer.zero_grad()
    for inputs, targets in batches:
        logits = model(inputs)
        counts = targets != -100
        targets[~counts] = 0
        losses = F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
        loss = (losses * counts).sum() / counted
    """,
    idea="argument_changed",
)
grader.edit(
    "returns_the_loss_undivided",
    "The step is right, and the loss that comes back is a sum over the targets. Divide it by how "
    "many count.",
    "return mean",
    "return mean * counted",
    idea="sum_for_mean",
)
grader.edit(
    "divides_the_loss_again",
    "The step is right, and the loss that comes back was divided by the number of micro-batches. "
    "It is a mean already: return it as it is.",
    "return mean",
    "return mean / len(batches)",
    idea="mean_counted_again",
)
grader.edit(
    "returns_a_tensor",
    "The loss is a tensor. Asked for is a Python float: add up `loss.item()`.",
    "loss.item()",
    "loss.detach()",
    idea="tensor_for_float",
)
grader.edit(
    "returns_the_graph",
    "The loss that comes back still has its graph, which keeps the memory of all micro-batches. "
    "Add up `loss.item()`.",
    "loss.item()",
    "loss",
    idea="kept_graph",
)
grader.edit(
    "reshapes_the_logits",
    "Scores of different places are mixed, as where `view` or `reshape` makes (N, C, T) of logits "
    "of shape (N, T, C). Use `transpose(1, 2)`, or flatten the first two dimensions.",
    "F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ",
    "F.cross_entropy(logits.reshape(len(logits), logits.shape[2], -1), targets, ",
    idea="reshape_for_permute",
)
grader.edit(
    "leaves_the_classes_last",
    "`F.cross_entropy` wants the classes in dimension 1, and logits of shape (N, T, C) have them "
    "last. Use `transpose(1, 2)`, or flatten the first two dimensions of the logits.",
    "F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ",
    "F.cross_entropy(logits, targets, ",
    idea="classes_given_last",
)


@grader.misconception
def makes_one_batch(model, batches, optimizer, max_norm):
    """The micro-batches were put together with `torch.cat`: that is the large batch that does not
    fit into memory, and it fails where their lengths differ. Go through them one by one."""
    inputs = torch.cat([inputs for inputs, _ in batches])
    targets = torch.cat([targets for _, targets in batches])
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(inputs).transpose(1, 2), targets)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    optimizer.step()
    return loss.item()


grader.equivalent(
    "counted = sum((int((targets != -100).sum()) for _, targets in batches)) -> "
    "counted = sum((int((targets > -100).sum()) for _, targets in batches))",
    "no target is below -100",
)
for change in ("optimizer.zero_grad() moved", "mean += loss.item() moved"):
    grader.equivalent(change, INDEPENDENT)
grader.not_here(
    "sign not drawn: batches, below 0", reason="Words are integers; only the example has floats."
)
