import torch
import torch.nn.functional as F

from torchkata import Grader, sum_along, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("probabilities/row_probabilities",),
    # Gradients are differences of nearly equal numbers where scores near 115 are exact to 4e-6.
    tolerance={"gradient": (1e-4, 1e-4)},
    hints=(
        "Add up what you return along each dimension in turn. Along which one should it give 1?",
        "Softmax takes a `dim`: the number of the dimension that it adds up over, from 0.",
        "`layout.index('C')` is the place of the letter C, and so the number of its dimension.",
    ),
)


@grader.observe
def probabilities_and_gradient(answer, logits, layout):
    seen = value_and_gradient(answer, "probabilities", logits=logits, layout=layout)
    sums = sum_along(seen["probabilities"], layout.index("C"), logits.shape)
    return {"probabilities": seen["probabilities"], "sum over the classes": sums, **seen}


@grader.case
def square_table():
    """3 examples of 3 classes, one class in each row: only "CN" says which is which."""
    return torch.randn(3, 3), "CN"


@grader.case
def images():
    """2 images of 4 x 5 pixels with a score for each of 3 classes: "NCHW"."""
    return torch.randn(2, 3, 4, 5), "NCHW"


@grader.case
def sequences():
    """5 sequences of 4 steps with a score for each of 3 classes, in float64: "TNC"."""
    return torch.randn(4, 5, 3, dtype=torch.float64), "TNC"


@grader.case
def large_scores():
    """3 sequences of 5 steps and 4 classes, "NCT": scores near -115, near 0 (where one class leads
    by 300), and near 115."""
    height = torch.tensor([-115.0, 0.0, 115.0]).reshape(3, 1, 1)
    logits = 2 * torch.randn(3, 4, 5) + height
    logits[1, 2] += 300
    return logits, "NCT"


@grader.case
def films():
    """2 films of 3 pictures of 2 x 5 pixels with a score for each of 4 classes: "NTCHW"."""
    return torch.randn(2, 3, 4, 2, 5), "NTCHW"


@grader.case
def scores_beyond_float64():
    """2 examples of 3 classes, "NC", in float64: scores near -900 and near 900."""
    return torch.randn(2, 3, dtype=torch.float64) + torch.tensor([[-900.0], [900.0]]), "NC"


@grader.case
def one_image():
    """One image of 4 x 5 pixels with a score for each of 3 classes: "CHW", no letter N."""
    return torch.randn(3, 4, 5), "CHW"


@grader.case
def first_example():
    """The first example of the docstring: "NC", 2 examples of 2 classes."""
    return torch.tensor([[1.0, 1.0], [1.0, 3.0]]), "NC"


@grader.case
def second_example():
    """The second example of the docstring: "CN", 2 examples of 2 classes."""
    return torch.tensor([[1.0, 1.0], [1.0, 3.0]]), "CN"


@grader.case
def one_row_of_scores():
    """6 scores, one for each class: "C", a single letter."""
    return torch.randn(6), "C"


from graders._shared import changed_in_place
from graders.probabilities._shared import (
    DIVIDES_THE_SCORES_BY_THEIR_SUM,
    GOES_TO_FLOAT64,
    NAMES_THE_WINNER,
    RETURNS_LOGARITHMS,
    SUBTRACTS_THE_MEAN,
    adds_a_small_number,
    cut_off,
    exponentials_of,
)


@grader.misconception(idea="wrong_dim")
def lets_softmax_choose(logits, layout):
    """Here the number of dimensions decides, as in softmax without `dim`: dim 0 if there are 1 or
    3, otherwise dim 1. That does not tell where the classes are: `layout` does."""
    return torch.nn.Softmax()(logits)


grader.edit(
    "always_the_last_dimension",
    "The classes are not always the last dimension, where `dim=-1` looks: `layout` says where "
    "they are. (`find` gives -1, too, where it finds no such letter: they are capitals.)",
    'dim=layout.index("C")',
    "dim=-1",
    idea="wrong_dim",
)
grader.edits(
    "always_the_second_dimension",
    "The classes are not always the second dimension, `dim=1`: `layout` says where they are.",
    'dim=layout.index("C")',
    ["dim=1", "dim=min(1, logits.dim() - 1)"],
    idea="wrong_dim",
)
grader.edit(
    "always_the_first_dimension",
    "`dim=0` adds up over the first dimension, whatever it is: take the place of C in `layout`.",
    'dim=layout.index("C")',
    "dim=0",
    idea="wrong_dim",
)
grader.edit(
    "adds_up_over_the_examples",
    "Here the examples sum to 1 for each class, so the other examples of a batch change what comes "
    "out for one. Let the classes of each example sum to 1.",
    'dim=layout.index("C")',
    'dim=layout.index("N")',
    idea="wrong_dim",
)


@grader.misconception(idea="one_sum_for_all")
def shares_one_sum_among_all(logits, layout):
    """Here all numbers of the whole tensor sum to 1 together. The probabilities sum to 1 over the
    classes alone, once for each place in the other dimensions."""
    return logits.flatten().softmax(dim=0).view_as(logits)


@grader.misconception(idea="one_sum_for_all")
def shares_one_sum_behind_the_first_dimension(logits, layout):
    """Here everything after the first dimension sums to 1 together. The probabilities sum to 1 over
    the classes alone: each pixel and each step has its own."""
    return logits.flatten(1).softmax(dim=1).view_as(logits)


grader.edit(
    "shares_one_sum_among_all_but_the_examples",
    "Here all numbers of an example sum to 1 together, as where the sum goes over every letter but "
    "N. Each pixel and each step has its own probabilities: only the classes are added up.",
    'logits.softmax(dim=layout.index("C"))',
    '(logits - logits.logsumexp([d for d, x in enumerate(layout) if x != "N"], True)).exp()',
    idea="one_sum_for_all",
)


@grader.misconception(idea="reshape_for_permute")
def reshapes_without_moving_the_classes(logits, layout):
    """`reshape` keeps the numbers in their order in memory: unless the classes are last already, a
    row of the new table is not the scores of one place. Move the classes last first."""
    table = logits.reshape(-1, logits.shape[layout.index("C")])
    return table.softmax(dim=1).reshape(logits.shape)


@grader.misconception
def leaves_the_classes_last(logits, layout):
    """The probabilities are right, but their dimensions are in another order than those of
    `logits`: move the classes back to their place."""
    return logits.movedim(layout.index("C"), -1).softmax(dim=-1)


@grader.misconception(idea="classes_one_by_one")
def looks_at_each_score_alone(logits, layout):
    """Sigmoid turns each score into a number between 0 and 1 by itself. Classes that exclude each
    other compete: softmax makes their probabilities sum to 1."""
    return logits.sigmoid()


grader.edit(
    "returns_logarithms",
    **RETURNS_LOGARITHMS,
    old="logits.softmax(",
    new="logits.log_softmax(",
)


@grader.misconception(**DIVIDES_THE_SCORES_BY_THEIR_SUM)
def divides_the_scores_by_their_sum(logits, layout):
    return logits / logits.sum(layout.index("C"), keepdim=True)


@grader.misconception(idea="no_keepdim")
def forgets_keepdim(logits, layout):
    """Without `keepdim=True` the sum has one dimension less than the exponentials, and no longer
    lines up with them: the division fails, or divides by another place's sum."""
    exponentials = logits.exp()
    return exponentials / exponentials.sum(layout.index("C"))


@grader.misconception(idea="exponential_overflows")
def overflows(logits, layout):
    """`exp(115)` is too large for float32 (inf), `exp(-115)` so small that it becomes 0; inf/inf
    and 0/0 are nan. Subtract the largest score first, or leave it to `softmax`."""
    exponentials = logits.exp()
    return exponentials / exponentials.sum(layout.index("C"), keepdim=True)


@grader.misconception(idea="one_maximum_for_all")
def subtracts_one_maximum_from_all(logits, layout):
    """Where all scores of a place are far below the largest of the whole tensor, every exponential
    becomes 0, and 0/0 is nan: subtract the largest along the classes instead."""
    exponentials = (logits - logits.max()).exp()
    return exponentials / exponentials.sum(layout.index("C"), keepdim=True)


@grader.misconception(**changed_in_place("logits"))
def changes_the_logits(logits, layout):
    logits -= logits.amax(layout.index("C"), keepdim=True)
    return logits.softmax(layout.index("C"))


@grader.misconception(**NAMES_THE_WINNER)
def names_the_winner(logits, layout):
    return logits.argmax(layout.index("C"))


@grader.misconception(idea="argmax_for_probabilities")
def decides_for_the_winner(logits, layout):
    """This gives the best class 1 and the others 0. Softmax gives every class its share, and a
    gradient to learn from."""
    dim = layout.index("C")
    winner = F.one_hot(logits.argmax(dim), logits.shape[dim])
    return winner.movedim(-1, dim).to(logits.dtype)


grader.edit(
    "cuts_the_gradient",
    **cut_off("probabilities", "logits"),
    old='index("C"))',
    new='index("C")).detach()',
)


@grader.misconception(**SUBTRACTS_THE_MEAN)
def subtracts_the_mean(logits, layout):
    dim = layout.index("C")
    exponentials = (logits - logits.mean(dim=dim, keepdim=True)).exp()
    return exponentials / exponentials.sum(dim=dim, keepdim=True)


grader.edits(
    "knows_three_places",
    "The classes may be in any place, and here they are found in the first, the second and the "
    'last one only, as from a list of layouts. `layout.index("C")` is their place.',
    'dim=layout.index("C")',
    [
        f"dim=0 if layout[0] == 'C' else {middle} if layout[{middle}] == 'C' else {otherwise}"
        for middle, otherwise in ((1, -1), (-1, 1))
    ],
)
grader.edit(
    "adds_a_dimension_to_a_single_row",
    'Where `layout` is "C", every probability is 1 here, as where `unsqueeze(0)` puts a dimension '
    'before the classes: then `layout.index("C")` is that one. "C" needs no `if`.',
    'logits.softmax(dim=layout.index("C"))',
    'torch.atleast_2d(logits).softmax(dim=layout.index("C")).view_as(logits)',
)


@grader.misconception
def moves_the_classes_to_dimension_1(logits, layout):
    """The classes are moved to dimension 1, which "C" alone does not have. Leave them where they
    are: `dim=layout.index("C")` says which dimension adds up to 1."""
    classes = layout.index("C")
    return logits.transpose(classes, 1).softmax(dim=1).transpose(classes, 1)


@grader.misconception(**GOES_TO_FLOAT64)
def goes_to_float64(logits, layout):
    exponentials = logits.to(torch.float64).exp()
    total = exponentials.sum(layout.index("C"), keepdim=True)
    return (exponentials / total).to(logits.dtype)


@grader.misconception(idea="reshape_for_permute")
def does_not_move_the_classes_back(logits, layout):
    """The table of classes was right, but `reshape` does not bring the classes back to their place:
    give the table the moved shape again, then `movedim` the last dimension back."""
    moved = logits.movedim(layout.index("C"), -1)
    return moved.reshape(-1, moved.shape[-1]).softmax(dim=1).reshape(logits.shape)


grader.edits(
    "adds_a_small_number",
    **adds_a_small_number(
        'logits.softmax(dim=layout.index("C"))',
        exponentials_of("logits", 'layout.index("C")'),
        'layout.index("C")',
    ),
)


@grader.misconception
def scales_the_scores_to_sum_to_1(logits, layout):
    """The smallest score gets exactly 0, as where it is subtracted and what is left is divided by
    its sum. Probabilities are shares of the exponentials: softmax."""
    dim = layout.index("C")
    scores = logits - logits.amin(dim, keepdim=True)
    return scores / scores.sum(dim, keepdim=True)


grader.edit(
    "counts_dimensions_from_one",
    "This is the dimension after the one of the classes: dimensions are counted from 0, and so are "
    'the letters of `layout`: `layout.index("C")` is already right.',
    'dim=layout.index("C")',
    'dim=layout.index("C") + 1',
)
