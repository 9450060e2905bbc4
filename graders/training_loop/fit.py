import math
import random

import torch
from torch import nn

from torchkata import Grader, parts, snapshot

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/evaluate",),
    hints=(
        "Which epoch is the best so far? Keep its loss and its weights, beside the history.",
        "`model.state_dict()` holds the parameters themselves, and they go on being trained.",
        "`copy.deepcopy(model.state_dict())` copies them. nan is not smaller than any number, and "
        "no number is smaller than nan: with which value does the best loss begin?",
    ),
)


@grader.observe
def best_and_history(answer, model, losses, epochs):
    calls, states, losses = [], [], losses.tolist()

    def train(model):
        calls.append(f"train, in {mode_of(model)} mode")
        epoch = min(len(states), epochs - 1)
        with torch.no_grad():
            for tensor in model.state_dict().values():
                # Statistics of batch norm are tensors of the state, too, and one counts batches.
                tensor.add_(1 if tensor.dtype == torch.int64 else 0.1 + epoch / 8)
        model.train()
        states.append(snapshot(model.state_dict()))
        return losses[epoch][0]

    def validate(model):
        calls.append(f"validate, in {mode_of(model)} mode")
        model.eval()
        return losses[max(0, min(len(states), epochs) - 1)][1]

    seen = parts(answer(model, train, validate, epochs), "best_state", "history")
    seen |= {
        "model at the end": snapshot(model.state_dict()),
        "in evaluation mode at the end": not model.training,
    }
    # More training changes nothing of what was kept.
    train(model)
    seen["calls"] = calls[:-1]
    is_state = isinstance(seen["best_state"], dict)
    seen["best_state is"] = "a dict" if is_state else type(seen["best_state"]).__name__
    kept = snapshot(seen.pop("best_state"))
    return seen | ({"best_state": kept} if is_state else {})


def mode_of(model):
    """In which mode `train` and `validate` find a model."""
    return "training" if model.training else "evaluation"


def network(dtype=torch.float32):
    """A model with BatchNorm."""
    return nn.Sequential(nn.Linear(3, 4, dtype=dtype), nn.BatchNorm1d(4, dtype=dtype))


def with_losses(*validated, model=None):
    """Of as many epochs as there are validation losses; the losses of the training fall, and rise
    in the last epoch."""
    trained = [(2 + random.random()) / (epoch + 1) for epoch in range(len(validated))]
    trained[-1] += 0.5
    losses = torch.tensor([trained, validated], dtype=torch.float64).T
    return model or network(), losses, len(losses)


@grader.case
def overfits():
    """6 epochs; the validation loss is smallest after the third, and then rises."""
    a, b = random.random() / 4, random.random() / 4
    return with_losses(1.7 + a, 1.2 + b, 0.8 + a, 0.9 + a, 1.4 + b, 1.3 + a)


@grader.case
def equal_losses():
    """5 epochs in float64; the same smallest validation loss after the second and the fourth."""
    smallest = random.random()
    rest = [smallest + 0.2, smallest, smallest + 0.1, smallest, smallest + 0.3]
    return with_losses(*rest, model=network(torch.float64))


@grader.case
def not_a_number_first():
    """4 epochs; the validation loss is nan after the first and the third."""
    return with_losses(math.nan, 40 + random.random(), math.nan, 50 + random.random())


@grader.case
def negative():
    """4 epochs; validation losses below 0, as of the logarithms of densities; the last is best.
    The model comes in evaluation mode."""
    a = random.random()
    return with_losses(-3.5 - a, -5.0 - a, -4.5 - a, -6.0 - a, model=network().eval())


@grader.case
def first_is_best():
    """3 epochs that make it worse, with losses above a million."""
    a = random.random()
    return with_losses(2e6 + a, 3e6 + a, 2.5e6 + a)


@grader.case
def one_epoch():
    """A single epoch, and a huge validation loss."""
    return with_losses(1e300 * (1 + random.random()))


@grader.case
def as_in_the_docstring():
    """As the example of the docstring: 1, 0 and 1 after three epochs; a model without buffers."""
    return with_losses(1.0, 0.0, 1.0, model=nn.Linear(1, 1, bias=False))


from graders._shared import INDEPENDENT, RETURNS_AFTER_THE_FIRST_EPOCH

EPOCH = """
        train_loss = train(model)
        val_loss = validate(model)
        history.append((train_loss, val_loss))
"""
EPOCHS = """
    for _ in range(epochs):
        train_loss = train(model)
        val_loss = validate(model)
"""
BETTER = "if val_loss < best_loss:"
KEPT = "best_loss, best_state = val_loss, copy.deepcopy(model.state_dict())"
WHOLE = f"        {BETTER}\n            {KEPT}"
END = "return best_state, history"

grader.edits(
    "keeps_the_parameters_themselves",
    "What was kept has gone on being trained: it is the last state. `state_dict()` holds the "
    "parameters themselves, and a new dict of them holds the same ones: `copy.deepcopy` copies "
    "their numbers.",
    "copy.deepcopy(model.state_dict())",
    [
        "model.state_dict()",
        "copy.copy(model.state_dict())",
        "model.state_dict().copy()",
        "{name: tensor.detach() for name, tensor in model.state_dict().items()}",
    ],
    idea="alias_for_copy",
)
grader.edit(
    "returns_the_last_state",
    "This is the last epoch's state, as where `best_loss` never changes. Copy the state, and "
    "remember its loss, in the epoch that is the best so far.",
    END,
    "return copy.deepcopy(model.state_dict()), history",
    idea="last_one_only",
)
grader.edit(
    "chooses_by_the_training_loss",
    "The epoch with the smallest loss of the training was kept. That falls as long as the model "
    "learns by heart: choose by the validation loss.",
    WHOLE,
    WHOLE.replace("val_loss", "train_loss"),
    idea="training_for_validation",
)
grader.edit(
    "keeps_the_later_of_equal_ones",
    "Of two epochs with the same validation loss the later one was kept. Compare with `<`.",
    "val_loss < best_loss",
    "val_loss <= best_loss",
    idea="later_of_equal_ones",
)
grader.edit(
    "keeps_the_largest_loss",
    "The epoch with the largest validation loss was kept. A smaller loss is better: `<`. (Of an "
    "accuracy, the largest is the best.)",
    "val_loss < best_loss",
    "val_loss > best_loss",
    idea="sign_turned_over",
)
grader.edit(
    "compares_with_the_epoch_before",
    "What was kept is the last epoch that was better than the one before it, and not the best of "
    "all: change `best_loss` only where a new state is kept.",
    WHOLE,
    f"        {BETTER}\n            best_state = copy.deepcopy(model.state_dict())\n"
    "        best_loss = val_loss",
    idea="previous_for_best",
)
grader.edits(
    "begins_with_a_loss_that_is_too_small",
    "No epoch was better than the value that `best_loss` begins with, so the best of them is "
    "missing. Begin with `math.inf`.",
    "math.inf",
    ["0.0", "1.0", "10.0", "100.0", "1e9"],
    idea="best_begins_too_small",
)
grader.edit(
    "lets_nan_be_the_best",
    "The epoch with nan was kept, and no later one is smaller than nan: each comparison with it is "
    "False. Keep a new state where the loss is a number and smaller.",
    BETTER,
    "if best_state is None or val_loss < best_loss:",
    idea="nan_is_the_best",
)
grader.edit(
    "takes_nan_for_better",
    "An epoch with nan counts as better, as with `if not val_loss >= best_loss`: each comparison "
    "with nan is False. Ask for `val_loss < best_loss`.",
    "val_loss < best_loss",
    "not val_loss >= best_loss",
    idea="nan_is_the_best",
)
grader.edits(
    "leaves_buffers_out",
    "The statistics of BatchNorm are missing in what was kept, as where `named_parameters()` is "
    "copied: they are buffers. `state_dict()` has both.",
    "copy.deepcopy(model.state_dict())",
    [
        "{name: param.detach().clone() for name, param in model.named_parameters()}",
        "{n: p.clone().detach().requires_grad_(False) for n, p in model.named_parameters()}",
    ],
    idea="buffers_left_out",
)
grader.edits(
    "takes_0_for_no_loss",
    "The epoch after a loss of 0 was taken for a better one, as with `if not best_loss`: 0 counts "
    "as False, like None. Begin with `math.inf`, or ask `is None`.",
    BETTER,
    [
        "if best_state is None or not best_loss or val_loss < best_loss:",
        "if not math.isnan(val_loss) and (not best_loss or val_loss < best_loss):",
    ],
    idea="zero_is_false",
)
grader.edits(
    "sets_the_mode",
    "The model was put in another mode, as by `model.train()` or `model.eval()`. `train` and "
    "`validate` do that themselves where they need it: nothing else is to be done to the model.",
    EPOCHS,
    [
        EPOCHS.replace("train_loss", "model.train()\n        train_loss").replace(
            "val_loss =", "model.eval()\n        val_loss ="
        ),
        EPOCHS.replace("train_loss", "model.train()\n        train_loss", 1),
        EPOCHS.replace("val_loss =", "model.eval()\n        val_loss ="),
        f"    model.train()\n{EPOCHS[1:]}",
    ],
    idea="mode_changed",
)
grader.edit(
    "returns_a_model",
    "A whole model came back. Its `state_dict()` is asked for.",
    "copy.deepcopy(model.state_dict())",
    "copy.deepcopy(model)",
    idea="model_for_state",
)
grader.edit(
    "goes_back_to_the_best",
    "The model has the weights of the best epoch at the end, as by `load_state_dict`. Here it is "
    "left as the last epoch left it: who calls `fit` decides what to load.",
    END,
    f"model.load_state_dict(best_state)\n{END}",
    idea="best_state_loaded",
)
grader.edit(
    "trains_one_epoch_less",
    "One epoch is missing, as with `range(1, epochs)`: `range(epochs)` has as many numbers as "
    "`epochs` says.",
    "range(epochs)",
    "range(1, epochs)",
    idea="off_by_one",
)
grader.edit(
    "trains_one_epoch_more",
    "There is one epoch too many, as with `range(epochs + 1)`: `range(epochs)` has as many numbers "
    "as `epochs` says.",
    "range(epochs)",
    "range(epochs + 1)",
    idea="one_too_many",
)
grader.edit(
    "validates_before_training",
    "In each epoch, `validate` is called before `train`. It is to look at what the epoch has made "
    "of the model.",
    EPOCH,
    """
        val_loss = validate(model)
        train_loss = train(model)
        history.append((train_loss, val_loss))
    """,
    idea="validated_too_early",
)
grader.edit(
    "validates_twice",
    "`validate` is called twice in an epoch, which takes twice as long. Keep what it returned.",
    "history.append((train_loss, val_loss))",
    "history.append((train_loss, validate(model)))",
    idea="two_validations",
)
grader.edit(
    "keeps_the_state_before_the_epoch",
    "What was kept is the state before the best epoch. Copy it after `train`.",
    f"{EPOCH}{WHOLE}",
    f"""
        state = copy.deepcopy(model.state_dict())
        {EPOCH.strip()}
        {BETTER}
            best_loss, best_state = val_loss, state
    """,
    idea="state_before_the_epoch",
)
grader.edit(
    "returns_after_the_first_epoch",
    **RETURNS_AFTER_THE_FIRST_EPOCH,
    old=WHOLE,
    new=f"{WHOLE}\n        break",
)
grader.edit(
    "stops_when_it_gets_worse",
    "The training ends as soon as an epoch is no better than the best. It may get better again: "
    "train for all epochs.",
    WHOLE,
    f"{WHOLE}\n        else:\n            break",
    idea="unasked_early_stop",
)
grader.edit(
    "keeps_only_the_validation_losses",
    "The history holds numbers. Of each epoch a tuple (train_loss, val_loss) is asked for.",
    "history.append((train_loss, val_loss))",
    "history.append(val_loss)",
    idea="one_of_a_pair",
)
grader.edit(
    "puts_the_validation_loss_first",
    "The losses in the history are in the other order: first that of the training.",
    "history.append((train_loss, val_loss))",
    "history.append((val_loss, train_loss))",
    idea="swapped_pair",
)
grader.edit(
    "makes_a_list_for_each_loss",
    "The history is a pair of lists. A list with a tuple of each epoch is asked for.",
    END,
    "return best_state, tuple(map(list, zip(*history)))",
    idea="lists_for_pairs",
)
grader.edit(
    "makes_a_dict_of_lists",
    "The history is a dict, as Keras makes one. A list with a tuple of each epoch is asked for: "
    "`(train_loss, val_loss)`.",
    END,
    """
    losses, val_losses = map(list, zip(*history))
    return best_state, {"loss": losses, "val_loss": val_losses}
    """,
    idea="lists_for_pairs",
)
grader.edit(
    "makes_lists_of_pairs",
    "The history holds lists. Of each epoch a tuple is asked for: `(train_loss, val_loss)`.",
    "history.append((train_loss, val_loss))",
    "history.append([train_loss, val_loss])",
    idea="list_for_tuple",
)
grader.edit(
    "remembers_only_improvements",
    "The history lacks the epochs that were no better. Each epoch belongs into it.",
    f"{EPOCH}{WHOLE}",
    f"""
        train_loss = train(model)
        val_loss = validate(model)
        {BETTER}
            history.append((train_loss, val_loss))
            {KEPT}
    """,
)
grader.edit(
    "returns_the_loss_alone",
    "The best loss came back in place of the best state.",
    END,
    "return best_loss, history",
    idea="loss_for_state",
)
grader.edit(
    "returns_the_history_first",
    "Both are right, in the other order: first the state, then the history.",
    END,
    "return history, best_state",
    idea="swapped_pair",
)
grader.edit(
    "returns_the_state_alone",
    "Only the state came back. Return two things: `return best_state, history`.",
    END,
    "return best_state",
    idea="one_of_a_pair",
)

grader.equivalent("history.append((train_loss, val_loss)) moved", INDEPENDENT)
