import torch
import torch.nn.functional as F

from torchkata import Grader, called, parts

grader = Grader(
    points=1,
    level=2,
    core=True,
    after=("cross_entropy/weighted_mean",),
    hints=(
        "Write the loss of two examples with the weights 1 and 3 on paper, then with 10 and 30.",
        "Which of the three reductions divides by something, and what does that do meanwhile?",
        "A gradient grows as the loss that it belongs to.",
    ),
)


@grader.observe
def prediction(answer, loss, gradient, factor, reduction):
    arguments = {"loss": loss, "gradient": gradient, "factor": factor, "reduction": reduction}
    answered, changes = called(answer, **arguments)
    return parts(answered, "loss", "gradient") | changes


def arguments(logits, factor, reduction):
    """A weighted loss of these logits and its gradient, before the weights are multiplied."""
    examples, classes = logits.shape
    target = torch.randint(classes, (examples,))
    weight = 0.5 + 4 * torch.rand(classes, dtype=logits.dtype)
    loss = F.cross_entropy(logits.requires_grad_(), target, weight=weight, reduction=reduction)
    (gradient,) = torch.autograd.grad(loss.sum(), logits)
    return loss.detach(), gradient, factor, reduction


@grader.case
def mean_and_much_larger_weights():
    """The mean over 6 examples of 3 classes; all weights times 1000."""
    return arguments(torch.randn(6, 3), 1000.0, "mean")


@grader.case
def mean_and_smaller_weights():
    """The mean over 5 examples of 4 classes, scores near 20, float64; all weights times 0.25."""
    return arguments(20 * torch.randn(5, 4, dtype=torch.float64), 0.25, "mean")


@grader.case
def sum_and_much_smaller_weights():
    """The sum over 7 examples of 2 classes; all weights times 0.001."""
    return arguments(torch.randn(7, 2), 0.001, "sum")


@grader.case
def sum_and_larger_weights():
    """The sum over a single example of 5 classes; all weights times 8."""
    return arguments(torch.randn(1, 5), 8.0, "sum")


@grader.case
def first_example():
    """The first example of the docstring: the factor 1, and a sum."""
    return torch.tensor(0.5), torch.tensor([[0.25, -0.25]]), 1.0, "sum"


@grader.case
def second_example():
    """The second example of the docstring: the factor 1, and "none"."""
    gradient = torch.tensor([[0.25, -0.25], [-0.5, 0.5]])
    return torch.tensor([0.5, 2.0]), gradient, 1.0, "none"


@grader.case
def none_and_smaller_weights():
    """The losses of 4 single examples of 3 classes in float64; all weights times 0.5."""
    return arguments(2 * torch.randn(4, 3, dtype=torch.float64), 0.5, "none")


grader.edit(
    "scales_the_mean_too",
    'The "mean" divides by the sum of the examples\' weights, not by N. That sum grows by the same '
    "factor, so it cancels out. Only where nothing is divided does the loss grow.",
    """
    if reduction == "mean":
        return loss, gradient
    """,
    """
    """,
)

BOTH = "return factor * loss, factor * gradient"

grader.edit(
    "never_scales",
    'Only under "mean" does the factor cancel out. The sum and the single losses are multiplied by '
    "the weights and divided by nothing.",
    BOTH,
    "return loss, gradient",
)

grader.edit(
    "has_it_upside_down",
    'It is the other way round: "mean" is the one that divides by the weights of the examples, so '
    "that a factor on all of them cancels out; the other two divide by nothing.",
    'reduction == "mean"',
    'reduction != "mean"',
)

grader.edit(
    "scales_only_the_sum",
    'The single losses of "none" are each multiplied by the weight of their class, so they grow as '
    "their sum does.",
    'reduction == "mean"',
    'reduction != "sum"',
)

grader.edit(
    "scales_only_the_single_losses",
    'A sum of losses grows as the losses do: "sum" divides by nothing. Only "mean" does.',
    'reduction == "mean"',
    'reduction != "none"',
)

grader.edit(
    "scales_the_gradient_of_the_mean",
    'The loss of "mean" stays the same whatever the logits are, so its gradient cannot change '
    "either.",
    "return loss, gradient",
    "return loss, factor * gradient",
)

grader.edit(
    "scales_the_mean_but_not_its_gradient",
    'The gradient of "mean" does not change, because the loss itself does not: the mean divides '
    "by the sum of the examples' weights, which grows by the same factor.",
    "return loss, gradient",
    "return factor * loss, gradient",
)

grader.edit(
    "divides_the_mean",
    'It is true that "mean" divides by weights that are `factor` times as large, but the losses '
    "that it divides are multiplied by the weights as well, so both cancel out.",
    "return loss, gradient",
    "return loss / factor, gradient / factor",
)

grader.edit(
    "leaves_the_gradient",
    "If the loss is multiplied by a factor, its gradient is multiplied by the same factor.",
    BOTH,
    "return factor * loss, gradient",
)

grader.edit(
    "leaves_the_loss",
    "The weights multiply the losses, and the gradients follow from that: if a gradient is "
    "multiplied by a factor, so is the loss.",
    BOTH,
    "return loss, factor * gradient",
)

grader.edit(
    "divides_by_the_factor",
    "A larger weight makes an example count more: multiply by the factor, do not divide.",
    BOTH,
    "return loss / factor, gradient / factor",
)

grader.edit(
    "multiplies_the_gradient_twice",
    "A gradient is proportional to its loss: it is multiplied by the factor once, not twice.",
    BOTH,
    "return factor * loss, factor**2 * gradient",
)

grader.edits(
    "shares_the_factor_among_the_examples",
    "The gradient is N times too small, with N examples, as if it were that of a mean, or the "
    "factor were shared among them. Here nothing is divided: each row is multiplied by the factor.",
    BOTH,
    [
        "return factor * loss, factor / len(gradient) * gradient",
        'return factor * loss, factor / (len(loss) if reduction == "none" else 1) * gradient',
    ],
)

grader.edit(
    "changes_what_it_was_given",
    "The numbers are right, but `*=` (or `mul_`) changes the tensors that you were given. Write "
    "`factor * loss`, which makes a new one.",
    BOTH,
    "loss *= factor\ngradient *= factor\nreturn loss, gradient",
    idea="argument_changed",
)

grader.edit(
    "scales_all_that_it_was_given",
    'Two things: with "mean" the factor cancels out, since the mean divides by weights that have '
    "grown as much; and `*=` (or `mul_`) changes the tensors that you were given, where `*` makes "
    "new ones.",
    """
    if reduction == "mean":
        return loss, gradient
    return factor * loss, factor * gradient
    """,
    """
    loss *= factor
    gradient *= factor
    return loss, gradient
    """,
)

grader.edit(
    "returns_the_loss_alone",
    "Two tensors are asked for: return the loss and its gradient, `(loss, gradient)`.",
    """
        return loss, gradient
    return factor * loss, factor * gradient
    """,
    """
        return loss
    return factor * loss
    """,
)

grader.edit(
    "swaps_what_it_returns",
    "The gradient comes first here. Return `(loss, gradient)`, in this order.",
    """
        return loss, gradient
    return factor * loss, factor * gradient
    """,
    """
        return gradient, loss
    return factor * gradient, factor * loss
    """,
)


@grader.misconception(idea="list_for_tuple")
def returns_a_list(loss, gradient, factor, reduction):
    """The numbers are right, but they come in a list, `[...]`. A tuple is asked for: write
    `return loss, gradient`, without the brackets."""
    if reduction == "mean":
        return [loss, gradient]
    return [factor * loss, factor * gradient]


@grader.misconception(idea="float32_whatever_came")
def copies_the_numbers(loss, gradient, factor, reduction):
    """The numbers are right, but a new tensor of them is float32, whatever the given ones were.
    Multiply the tensors themselves."""
    if reduction == "mean":
        return loss, gradient
    return torch.tensor((factor * loss).tolist()), torch.tensor((factor * gradient).tolist())


@grader.misconception(idea="dtype_not_kept")
def makes_a_single_loss_float64(loss, gradient, factor, reduction):
    """A float32 loss comes back as float64, as where the factor became a float64 tensor: where both
    are scalars, the larger dtype wins. Multiply by the float `factor` itself."""
    if reduction != "mean":
        loss, gradient = torch.tensor(factor, dtype=torch.float64) * loss, factor * gradient
    return loss, gradient


grader.equivalent(
    "if reduction == 'mean': -> if reduction <= 'mean':",
    "of the three strings it comes first in the alphabet",
)
grader.equivalent(
    "if reduction == 'mean': -> if reduction is 'mean':",
    "a string that is in two files is one object, and Python warns of `is`",
)
grader.not_here("sign not drawn: loss, below 0", reason="A cross entropy is never below 0.")
