import torch
import torch.nn.functional as F
from torch import nn

from torchkata import Grader, called, has_graph, snapshot, unchanged

grader = Grader(
    points=2,
    level=3,
    after=("data_and_models/small_cnn", "cross_entropy/cross_entropy"),
    hints=(
        "With which weight does a linear layer give the same, whatever its input is?",
        "What is left then is the bias: softmax of the bias is to be `prior`. Which function "
        "undoes the exponential?",
        "For a single score, sigmoid is to be undone: `torch.logit`, log(p / (1 - p)).",
    ),
)


LOOKS = ("scores", "loss of step 1", "loss of step 2", "loss of step 3")


@grader.observe
def how_it_begins(answer, model, prior, inputs, targets):
    head, training = [*model.head.parameters()], [m.training for m in model.modules()]
    body, old = snapshot(model.body), model.head
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    _, changes = called(lambda prior: answer(model, prior), prior=prior)
    seen = changes | {
        "body is unchanged": unchanged(body, model.body),
        "modes are as before": training == [m.training for m in model.modules()],
        "the head keeps its parameters": model.head is old
        and all(map(lambda new, old: new is old, model.head.parameters(), head)),
        "all of it is trained": all(param.requires_grad for param in model.parameters()),
    }
    scores = model(inputs)
    alike = torch.allclose(scores, scores[:1].expand_as(scores), rtol=1e-6, atol=1e-6)
    seen |= {"all examples get the same scores": alike} | dict.fromkeys(LOOKS)
    # Otherwise they are of random features and weights, and say nothing of the prior.
    return seen | (scores_and_losses(model, optimizer, inputs, targets) if alike else {})


def scores_and_losses(model, optimizer, inputs, targets):
    seen = {"scores": said_by(model(inputs))}
    for step in (1, 2, 3):
        optimizer.zero_grad()
        loss = loss_of(model(inputs), targets)
        seen[f"loss of step {step}"] = loss
        if has_graph(loss):
            loss.backward()
        optimizer.step()
    return seen


def said_by(scores):
    """The score for yes; of several classes their logarithms, since scores may have any level."""
    return scores if scores.shape[1] == 1 else scores.log_softmax(dim=1)


def loss_of(scores, targets):
    if scores.shape[1] == 1:
        return F.binary_cross_entropy_with_logits(scores[:, 0], targets.to(scores))
    return F.cross_entropy(scores, targets)


class Model(nn.Module):
    """A hidden layer and a head."""

    def __init__(self, classes, dtype):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 6, dtype=dtype), nn.Tanh())
        self.head = nn.Linear(6, classes, dtype=dtype)

    def forward(self, inputs):
        return self.head(self.body(inputs))


def arguments(*prior, dtype=torch.float32, count=9):
    """A model with a score for each number of the prior, and some examples."""
    inputs = 2 * torch.randn(count, 4, dtype=dtype)
    targets = torch.randint(max(2, len(prior)), (count,))
    return Model(len(prior), dtype), torch.tensor(prior, dtype=dtype), inputs, targets


@grader.case
def three_classes():
    """Of 3 classes, the shares are 0.7, 0.2 and 0.1."""
    return arguments(0.7, 0.2, 0.1)


@grader.case
def ten_classes():
    """10 classes, all equally frequent, in float64: the first loss is ln 10."""
    return arguments(*[0.1] * 10, dtype=torch.float64, count=12)


@grader.case
def one_in_a_hundred():
    """A single score, for a yes that has the probability 0.01."""
    return arguments(0.01)


@grader.case
def nearly_always():
    """A single score in float64, for a yes of the probability 0.999999; in evaluation mode."""
    model, *rest = arguments(0.999999, dtype=torch.float64)
    return model.eval(), *rest


@grader.case
def one_in_a_million():
    """A single score, for a yes that has the probability 0.000001."""
    return arguments(0.000001)


@grader.case
def one_rare_class():
    """Of 4 classes one has the share 0.000001."""
    return arguments(0.5, 0.000001, 0.25, 0.249999)


@grader.case
def two_classes():
    """The first example of the docstring: the shares are 0.25 and 0.75."""
    return arguments(0.25, 0.75)


import math

from graders._shared import INDEPENDENT, changed_in_place

grader.edit(
    "takes_no_logarithm",
    "The bias is `prior` itself. Softmax takes the exponential of a score, and sigmoid does alike: "
    "a score is the logarithm of a share, or of yes to no.",
    "scores = prior.log() if len(prior) > 1 else prior.logit()",
    "scores = prior",
    idea="shares_for_scores",
)
SCORES = "scores = prior.log() if len(prior) > 1 else prior.logit()"
WEIGHT = "model.head.weight.zero_()"
COPIED = "model.head.bias.copy_(scores)"
grader.edit(
    "turns_the_prior_over",
    "Rare classes get the largest scores: the sign is wrong. The logarithm of a share is negative, "
    "and more so where the share is small.",
    SCORES,
    "scores = -prior.log() if len(prior) > 1 else -prior.logit()",
    idea="sign_turned_over",
)
grader.edit(
    "turns_the_odds_over",
    "With a single score, yes and no have changed places: log(p / (1 - p)) has the probability of "
    "yes above.",
    SCORES,
    "scores = prior.log() if len(prior) > 1 else -prior.logit()",
    idea="sign_turned_over",
)
grader.edit(
    "assigns_a_tensor",
    "A tensor cannot take the place of a parameter, and a new parameter should not: write the "
    "numbers into the one that is there, with `.zero_()` and `.copy_(...)`.",
    WEIGHT,
    "model.head.weight = torch.zeros_like(model.head.weight)",
    idea="new_tensor_for_the_parameter",
)
grader.edit(
    "takes_the_logarithm_for_a_single_score_too",
    "Of a single score, the logarithm of the share is not enough: sigmoid turns it into a smaller "
    "one. Take log(p / (1 - p)), which is `torch.logit(p)`.",
    SCORES,
    "scores = prior.log()",
    idea="log_for_logit",
)
grader.edit(
    "takes_the_log_odds_of_every_class",
    "Softmax does not turn log(p / (1 - p)) into p: that is for sigmoid, and a single score. Of "
    "several classes take the logarithm of the shares.",
    SCORES,
    "scores = prior.logit()",
    idea="log_for_logit",
)
grader.edits(
    "takes_another_logarithm",
    "The logarithm has another base. Softmax and sigmoid use e, and so does `torch.log`.",
    SCORES,
    [
        f"scores = (prior.log() if len(prior) > 1 else prior.logit()) / {base}"
        for base in (math.log(2), math.log(10))
    ],
)
grader.edits(
    "adds_a_small_number",
    "A rare class is not that rare any more, as where a small number is added before the "
    "logarithm, or `prior` is clamped. It is above 0, so neither is needed.",
    SCORES,
    [
        f"scores = (prior + {eps}).log() if len(prior) > 1 else prior.logit()"
        for eps in ("1e-3", "1e-4", "1e-5", "1e-6")
    ]
    + [
        f"scores = ((prior + {eps}) / ((1 - prior + {eps}) if len(prior) == 1 else 1)).log()"
        for eps in ("1e-5", "1e-6")
    ]
    + [
        f"prior = prior.clamp({bound}, 1 - {bound})\n{SCORES}"
        for bound in ("1e-2", "1e-3", "1e-4", "1e-5")
    ],
    idea="unneeded_eps",
)
grader.edit(
    "leaves_the_bias_at_0",
    "All scores are 0, so that all classes are equally frequent, and yes as frequent as no. The "
    "bias is to say `prior`.",
    COPIED,
    "model.head.bias.zero_()",
)
grader.edit(
    "leaves_the_bias",
    "The bias begins as the layer made it, with random numbers. It is to say `prior`.",
    COPIED,
    "",
)
grader.edits(
    "leaves_numbers_in_the_weight",
    "The scores still depend on the features, as where the weight is left as the layer made it, or "
    "becomes small and not 0. All examples are to get the same scores: set it to 0.",
    WEIGHT,
    [
        "pass",
        "nn.init.normal_(model.head.weight, std=0.01)",
        "nn.init.xavier_uniform_(model.head.weight)",
        "model.head.weight.mul_(0.1)",
        "nn.init.ones_(model.head.weight)",
    ],
)
grader.edits(
    "sets_the_other_layers_too",
    "Other layers have changed as well. Units of a hidden layer that all begin alike get the same "
    "gradient and stay alike: only the head may begin with 0.",
    WEIGHT,
    [
        "for param in model.parameters():\n    param.zero_()",
        "for layer in model.modules():\n    if isinstance(layer, nn.Linear):\n"
        "        layer.weight.zero_()",
    ],
    idea="all_units_alike",
)
grader.edits(
    "puts_new_parameters_in_their_place",
    "The head has other parameters now. An optimizer that was built before goes on training those "
    "that the model no longer has: change the numbers in place.",
    f"{WEIGHT}\n{COPIED}",
    [
        "model.head.weight = nn.Parameter(torch.zeros_like(model.head.weight))\n"
        "model.head.bias = nn.Parameter(scores)",
        "model.head.weight.zero_()\nmodel.head.bias = nn.Parameter(scores)",
        "model.head = nn.Linear(model.head.in_features, len(prior), dtype=prior.dtype)\n"
        "model.head.weight.zero_()\nmodel.head.bias.copy_(scores)",
    ],
    idea="new_tensor_for_the_parameter",
)
grader.edits(
    "freezes_the_head",
    "The head does not learn any more: something in it requires no gradient. It is to be trained "
    "with the rest.",
    WEIGHT,
    [
        "model.head.weight.requires_grad_(False).zero_()",
        "model.head.requires_grad_(False).weight.zero_()",
    ],
)
grader.edits(
    "changes_the_mode",
    "The model is in another mode than before. Leave `train()` and `eval()` to the loop.",
    WEIGHT,
    [
        "model.train(not model.training)\nmodel.head.weight.zero_()",
        "model.eval()\nmodel.head.weight.zero_()",
        "model.train()\nmodel.head.weight.zero_()",
    ],
    idea="mode_changed",
)
grader.edits(
    "changes_the_prior",
    **changed_in_place("prior"),
    old=SCORES,
    news=[
        "scores = prior.log_() if len(prior) > 1 else prior.logit_()",
        "scores = prior.log_() if len(prior) > 1 else prior.logit()",
    ],
)
grader.edit(
    "is_stopped_by_autograd",
    "A parameter may be changed in place only where autograd does not record: do it under `with "
    "torch.no_grad():`, or with a function of `nn.init`.",
    "with torch.no_grad():",
    "with torch.enable_grad():",
    idea="step_recorded",
)
grader.edit(
    "normalises_the_scores",
    "The scores are the logarithms of the shares times a factor, as where they were divided by "
    "their size: softmax makes other shares of them. Take them as they are.",
    COPIED,
    "model.head.bias.copy_(scores / scores.norm())",
)
grader.equivalent(
    f"{SCORES} -> scores = prior.log() if len(prior) != 1 else prior.logit()",
    "no prior is empty",
)
grader.equivalent(f"{COPIED} moved", INDEPENDENT)
grader.not_here(
    "example not a case: call 1",
    "example not a case: call 2",
    reason="Its models are a head alone; in cases the same priors come with a layer before it.",
)
