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
