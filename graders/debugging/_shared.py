"""Sentences that graders of this module share, each with the idea behind it."""

# Of what was no part of the bug.
KEEPS_OLD_GRADIENTS = {
    "text": "Gradients of earlier steps stay and add up. `optimizer.zero_grad()` was no part of "
    "the bug.",
    "old": "optimizer.zero_grad()",
    "new": "",
    "idea": "no_zero_grad",
}
TAKES_ANOTHER_OPTIMIZER = {
    "text": "These are not the steps of SGD, as of another class of torch.optim. The optimizer was "
    "no part of the bug.",
    "idea": "another_optimizer",
}
LOSES_THE_MOMENTUM = {
    "text": "The steps have no momentum any more. Leave `momentum=0.9` as it was.",
    "idea": "no_momentum",
}
# Why a file can be read with `weights_only` or without.
OWN_FILES = "its own files hold plain data, which is read in either way"
# Of a loop over epochs that keeps the best one.
COMPARES_WITH_THE_EPOCH_BEFORE = {
    "text": "The last epoch that was better than the one before it was kept, and not the best of "
    "all: change the best value only where an epoch is better than it.",
    "idea": "previous_for_best",
}
KEEPS_THE_LATER_OF_EQUAL_ONES = {
    "text": "Of two epochs with the same accuracy the later one was kept. Compare with `>`.",
    "idea": "later_of_equal_ones",
}
STOPS_WHEN_IT_GETS_WORSE = {
    "text": "The training ends as soon as an epoch is no better than the best. It may get better "
    "again: go through all epochs.",
    "idea": "unasked_early_stop",
}
TRAINS_ONE_EPOCH_LESS = {
    "text": "One epoch is missing: `range(1, epochs)` ends before `epochs`, and `range(epochs)` "
    "has as many numbers as `epochs` says.",
    "old": "range(epochs)",
    "new": "range(1, epochs)",
    "idea": "off_by_one",
}
# Of a loop over epochs and batches.
TRAINS_IN_EVALUATION_MODE = {
    "text": "A model that comes in evaluation mode is trained in it. Leave `model.train()` as it "
    "was.",
    "old": "model.train()",
    "new": "",
    "idea": "eval_mode_kept",
}
AVERAGES_THE_BATCHES = {
    "text": "The loss of an epoch is the mean of its batches' losses, in which a small batch "
    "counts as much as a large one. The mean over the examples was right.",
    "idea": "mean_of_means",
}
CLEARS = "            optimizer.zero_grad()\n"
PUTS_THE_MODE_BACK = {
    "text": "The model is left in the mode in which it came, as where `model.training` is kept and "
    "put back. At the end it should be in training mode.",
    "idea": "mode_changed",
}
ENDS_IN_EVALUATION_MODE = {
    "text": "The training is right, and then the model is left in evaluation mode. At the end it "
    "should be in training mode: leave out `model.eval()`.",
    "old": "return losses",
    "new": "model.eval()\nreturn losses",
    "idea": "eval_mode_kept",
}
REPORTS_THE_LAST_BATCH = {
    "text": "The loss of an epoch is that of its last batch alone. The mean over all examples of "
    "the epoch was right.",
    "old": "losses.append(total / count)",
    "new": "losses.append(loss.item())",
    "idea": "last_one_only",
}


def clears_after_the_step(batch):
    """The edit of `batch`, the text from `zero_grad` to the step."""
    return {
        "text": "Gradients of before the call go into the first step, as where "
        "`optimizer.zero_grad()` comes after `optimizer.step()`. Where it was, it was right.",
        "old": batch,
        "new": batch.replace(CLEARS, "").replace(
            "optimizer.step()", "optimizer.step(); optimizer.zero_grad()"
        ),
        "idea": "zero_grad_too_late",
    }


def clears_before_a_loop(epochs):
    """The family of edits of `epochs`, the text from the loop over epochs to `zero_grad`."""
    without = epochs.replace(CLEARS, "")
    return {
        "text": "The gradients of earlier batches stay and add up, as where "
        "`optimizer.zero_grad()` is called before a loop and not for each batch. Where it was, it "
        "was right.",
        "old": epochs,
        "news": [
            f"    optimizer.zero_grad()\n{without}",
            without.replace("        for", "        optimizer.zero_grad()\n        for"),
        ],
        "idea": "no_zero_grad",
    }


def steps_once_an_epoch(epoch, count, whole):
    """The family of edits of `epoch`, the text from the loop over batches to `losses.append`."""
    late = epoch.replace("            optimizer.step()\n", "").replace(
        "        losses", "        optimizer.step()\n        losses"
    )
    added = f"        optimizer.zero_grad()\n{late.replace(CLEARS, '')}"
    return {
        "text": "There is one step for each epoch and not one for each batch, as where "
        "`optimizer.step()` comes after the loop over the batches. Where it was, it was right.",
        "old": epoch,
        "news": [
            late,
            added,
            *(
                added.replace("loss.backward()", f"(loss * {share}).backward()")
                for share in ("(1 / len(loader))", f"({count} / {whole})")
            ),
        ],
        "idea": "one_step_an_epoch",
    }


def reports_losses_after_a_step(report, batch, squares):
    """The family of edits of `report`, the text from adding to a total to `losses.append`."""
    again = f"        total = sum({squares} for {batch} in loader)\n"
    _, counting, appending = report.splitlines(keepends=True)
    return {
        "text": "The reported losses are of a model that has moved already, as from a second loop "
        "over the batches at the end of an epoch. Each belongs before the step of its batch: add "
        "up those that the steps were made of.",
        "old": report,
        "news": [
            f"            total += {squares}\n{counting}{appending}",
            f"{counting}{again}{appending}",
            f"{counting}        model.eval()\n{again}        model.train()\n{appending}",
        ],
        "idea": "loss_after_the_step",
    }
