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
