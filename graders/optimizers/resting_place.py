import torch

from torchkata import Grader, called

grader = Grader(
    points=2,
    level=2,
    after=("optimizers/sgd",),
    hints=(
        "At rest, the step is 0. A step of SGD is lr times a sum of two terms: which two?",
        "The gradient of the loss is `curvature * (param - best)`, and SGD adds "
        "`weight_decay * param` to it. For which `param` is the sum 0?",
        "Bring everything with `param` to one side: `param * (curvature + weight_decay) = ...`",
    ),
)


@grader.observe
def places(answer, curvature, best, weight_decay):
    rest, changes = called(answer, curvature=curvature, best=best, weight_decay=weight_decay)
    return {"resting place": rest, **changes}


def bowl(*curvature):
    """The curvatures, all but the first up to a tenth larger, and a best value for each, at least 1
    from 0."""
    steep = torch.tensor(curvature)
    steep[1:] *= 1 + torch.rand(len(curvature) - 1) / 10
    sign = torch.randint(2, (len(curvature),)) * 2 - 1
    return steep, sign * (1 + 2 * torch.rand(len(curvature)))


@grader.case
def usual_for_sgd():
    """A weight decay of 0.0001, and bowls of curvature 0.001 to 10."""
    return *bowl(10.0, 1.0, 0.1, 0.01, 0.001), 0.0001


@grader.case
def as_the_tutorial_says():
    """A weight decay of 0.1, and bowls of curvature 0.01 to 2."""
    return *bowl(2.0, 0.5, 0.1, 0.03, 0.01, 0.2), 0.1


@grader.case
def steeper_than_the_bowl():
    """A weight decay of 3, and curvatures near 1 and 2."""
    return *bowl(1.0, 2.0, 1.5), 3.0


@grader.case
def flat_directions():
    """A weight decay of 0.3; the loss does not depend on the first and the last parameter."""
    return *bowl(0.0, 0.4, 1.0, 0.0), 0.3


@grader.case
def first_example():
    """The first example of the docstring: nothing decays."""
    return torch.tensor([2.0, 0.5]), torch.tensor([3.0, -4.0]), 0.0


@grader.case
def second_example():
    """The second example of the docstring: the weight decay is as large as the curvature."""
    return torch.tensor([2.0]), torch.tensor([3.0]), 2.0


@grader.case
def nothing_decays():
    """A weight decay of 0, and bowls of curvature 0.000001 to 1."""
    return *bowl(1e-6, 1e-3, 1.0), 0.0


@grader.case
def hardly_decays():
    """A weight decay of 0.000002, and bowls of curvature 0.000001 to 1."""
    return *bowl(1e-6, 1e-5, 1e-4, 1.0), 2e-6


from graders._shared import changed_in_place

grader.edit(
    "rests_at_the_best_place",
    "This is where SGD rests without weight decay. With it, the steps end where the pull towards "
    "`best` and the pull towards 0 are equally strong, which is not at `best`.",
    "best * curvature / (curvature + weight_decay)",
    "best.clone()",
)
grader.edit(
    "ignores_the_curvature",
    "All parameters shrink in the same proportion here. In a flat bowl the loss holds a parameter "
    "less firmly, and weight decay moves it further: the curvature must come in.",
    "best * curvature / (curvature + weight_decay)",
    "best / (1 + weight_decay)",
)
grader.edit(
    "shrinks_once",
    "Multiplying by `1 - weight_decay` is what one step does (with lr 1). The question here is "
    "where the steps come to an end.",
    "best * curvature / (curvature + weight_decay)",
    "best * (1 - weight_decay)",
)
grader.edit(
    "subtracts_the_weight_decay",
    "The weight decay was subtracted from `best` as if it were a distance. It is a factor: what is "
    "added to the gradient is `weight_decay * param`.",
    "best * curvature / (curvature + weight_decay)",
    "best - weight_decay",
)
grader.edit(
    "shifts_by_a_constant_pull",
    "Here every parameter is pulled towards 0 with the same force, whatever its size: that is the "
    "absolute value as a penalty. Weight decay pulls with `weight_decay * param`.",
    "best * curvature / (curvature + weight_decay)",
    "best.sign() * (best.abs() - weight_decay / curvature).clamp_min(0)",
)
grader.edit(
    "decays_away",
    "Weight decay alone would bring every parameter to 0. The loss pulls too: the place is where "
    "the two pulls are equally strong.",
    "best * curvature / (curvature + weight_decay)",
    "0 * best",
)
grader.edit(
    "counts_the_decay_twice",
    "Beside the curvature, the weight decay counts twice as much as it should. The gradient of the "
    "loss is `curvature * (param - best)`, without 1/2, and SGD adds `weight_decay * param`, "
    "without 2.",
    "(curvature + weight_decay)",
    "(curvature + 2 * weight_decay)",
)
grader.edit(
    "counts_the_curvature_twice",
    "Beside the curvature, the weight decay counts half as much as it should. The gradient of the "
    "loss is `curvature * (param - best)`, without 2, and SGD adds `weight_decay * param`, "
    "without 1/2.",
    "best * curvature / (curvature + weight_decay)",
    "best * 2 * curvature / (2 * curvature + weight_decay)",
)
grader.edit(
    "takes_the_wrong_share",
    "The two shares have changed places: the larger the weight decay, the nearer to 0 a parameter "
    "has to rest.",
    "best * curvature",
    "best * weight_decay",
)
grader.edit(
    "goes_one_step_of_the_expansion",
    "`1 - weight_decay / curvature` is nearly right where the weight decay is small, but not where "
    "it is as large as the curvature. Solve for the place at which the two pulls add up to 0.",
    "best * curvature / (curvature + weight_decay)",
    "best * (1 - weight_decay / curvature)",
)
grader.edit(
    "goes_beyond",
    "With a minus sign between them, weight decay would push the parameters away from 0. It pulls "
    "them towards 0: both pulls have the same sign in the sum.",
    "(curvature + weight_decay)",
    "(curvature - weight_decay)",
)
grader.edit(
    "averages_over_the_parameters",
    "Beside the weight decay, each curvature counts a P-th of what it should for P parameters, as "
    "where the loss is their mean. It is a sum: the gradient is `curvature * (param - best)`.",
    "(curvature + weight_decay)",
    "(curvature + len(curvature) * weight_decay)",
    idea="mean_for_sum",
)
grader.edit(
    "leaves_flat_directions_at_best",
    "Where the curvature is 0, the parameter stays at `best` here. The loss does not hold it "
    "there, and weight decay pulls at every parameter.",
    "best * curvature / (curvature + weight_decay)",
    "torch.where(curvature > 0, best * curvature / (curvature + weight_decay), best)",
)
grader.edit(
    "takes_one_curvature_for_all",
    "One curvature was used for all parameters. Each has its own.",
    "best * curvature / (curvature + weight_decay)",
    "best * curvature.mean() / (curvature.mean() + weight_decay)",
)


# A loop that ends too early, in one formula: each step leaves the same part of the way. In float64,
# since `1 - 0.000001` is another number in float32.
WAYS = [
    "((rest := best.double() * curvature / (curvature + weight_decay)) + "
    f"({start} - rest) * (1 - {lr} * (curvature.double() + weight_decay)) ** {steps}).float()"
    for start in ("best", "0", "1")
    for lr in ("0.01", "0.05", "0.1", "1 / (curvature.max() + weight_decay)")
    for steps in (100, 1000, 2000, 5000, 10_000)
]
grader.edits(
    "stops_too_early",
    "The steps have not come to an end here, as in a loop that ends after some thousand of them: "
    "the flattest bowls take longer. Find the place at which a step would be 0.",
    "best * curvature / (curvature + weight_decay)",
    WAYS,
)


@grader.misconception(**changed_in_place("best"))
def changes_what_it_was_given(curvature, best, weight_decay):
    best *= curvature / (curvature + weight_decay)
    return best.clone()


grader.edits(
    "adds_a_small_number",
    "In the flattest bowls the place is too near to 0, as where a small number is added to the "
    "denominator. It is never 0 here: add nothing.",
    "(curvature + weight_decay)",
    [f"(curvature + weight_decay + {n})" for n in ("1e-5", "1e-6", "1e-7", "1e-8")],
)

grader.edit(
    "shrinks_steep_bowls_more",
    "The steeper the bowl, the nearer to 0 a parameter is here. It is the other way round: a steep "
    "bowl holds it near `best`, and in a flat one weight decay moves it further.",
    "best * curvature / (curvature + weight_decay)",
    "best / (1 + weight_decay * curvature)",
)
