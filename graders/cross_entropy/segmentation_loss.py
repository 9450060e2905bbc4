import torch
import torch.nn.functional as F

from torchkata import Grader, value_and_gradient

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("cross_entropy/masked_cross_entropy", "probabilities/class_probabilities"),
    hints=(
        'Read "Shape" in the documentation of nn.CrossEntropyLoss: what may follow N and C?',
        "For a flat list of pixels, the classes have to become the last dimension first: reshaping "
        "alone would put scores of neighbouring pixels into one row.",
        "Which argument of F.cross_entropy tells it what to leave out?",
    ),
)


@grader.observe
def loss_and_gradient(answer, logits, target, ignore_index):
    return value_and_gradient(
        answer, "loss", logits=logits, target=target, ignore_index=ignore_index
    )


def labels(shape, num_classes, ignored, ignore_index):
    """Random classes, with the first `ignored[n]` pixels of image n to be ignored."""
    target = torch.randint(num_classes, shape)
    for image, count in zip(target, ignored, strict=True):
        image.view(-1)[:count] = ignore_index
    return target


@grader.case
def every_pixel_labelled():
    """2 images of 3 x 5 pixels and 4 classes, all of them labelled, in float64."""
    logits = torch.randn(2, 4, 3, 5, dtype=torch.float64)
    return logits, labels((2, 3, 5), 4, (0, 0), 255), 255


@grader.case
def borders_ignored():
    """3 images of 4 x 6 pixels and 5 classes; 2, 20 and all 24 pixels have the target 255, and one
    other is so right that its loss is 0."""
    logits, target = 2 * torch.randn(3, 5, 4, 6), labels((3, 4, 6), 5, (2, 20, 24), 255)
    logits[0, target[0, 3, 5], 3, 5] += 150
    return logits, target, 255


@grader.case
def all_sizes_alike():
    """3 images of 3 x 3 pixels and 3 classes; 1, 4 and 2 pixels have the target -100."""
    return 2 * torch.randn(3, 3, 3, 3), labels((3, 3, 3), 3, (1, 4, 2), -100), -100


@grader.case
def background_ignored():
    """2 images of 5 x 2 pixels; class 0 of 3 is ignored, and 4 other pixels are mistaken for it, by
    150."""
    logits, target = torch.randn(2, 3, 5, 2), labels((2, 5, 2), 3, (3, 6), 0)
    target[:, 4] = torch.tensor([1, 2])
    logits[:, 0, 4] += 150
    return logits, target, 0


@grader.case
def one_column_of_pixels():
    """2 images of 5 x 1 pixels and 3 classes; 1 pixel of the first has the target -100."""
    return torch.randn(2, 3, 5, 1), labels((2, 5, 1), 3, (1, 0), -100), -100


@grader.case
def one_pixel_each():
    """3 images of a single pixel and 4 classes, in float64; one pixel has the target 255."""
    logits = torch.randn(3, 4, 1, 1, dtype=torch.float64)
    return logits, labels((3, 1, 1), 4, (0, 1, 0), 255), 255


@grader.case
def as_in_the_docstring():
    """The example of the docstring: one image of 2 x 2 pixels, of which 2 are left out."""
    class_0, class_1 = [[2.0, 0.0], [0.0, 3.0]], [[0.0, 9.0], [2.0, 0.0]]
    return torch.tensor([[class_0, class_1]]), torch.tensor([[[0, 255], [0, 255]]]), 255


@grader.case
def one_row_of_pixels():
    """1 image of 1 x 6 pixels and 4 classes; 2 pixels have the target -1."""
    target = labels((1, 1, 6), 4, (2,), -1)
    target[..., -1] = 1  # which no answer should take for -1
    return torch.randn(1, 4, 1, 6), target, -1


from graders._shared import RETURNS_A_NUMBER, changed_in_place
from graders.cross_entropy._shared import (
    APPLIES_SOFTMAX_FIRST,
    KNOWS_ONLY_ITS_DEFAULT,
    TAKES_NLL_LOSS_OF_PROBABILITIES,
    TAKES_NLL_LOSS_OF_SCORES,
    TAKES_THE_LOGARITHM_OF_SOFTMAX,
    adds_a_small_number,
    clamps_the_probability,
)


@grader.misconception(idea="reshape_for_permute")
def reshapes_without_moving_the_classes(logits, target, ignore_index):
    """`reshape(-1, C)` (or `view`) only counts off C numbers at a time, and these are scores of
    neighbouring pixels, not one pixel's scores for all classes. Move the classes to the end first:
    `permute(0, 2, 3, 1)`."""
    rows = logits.reshape(-1, logits.shape[1])
    return F.cross_entropy(rows, target.reshape(-1), ignore_index=ignore_index)


@grader.misconception
def swaps_height_and_width(logits, target, ignore_index):
    """`permute(0, 3, 2, 1)` (or `transpose(1, 3)`) brings the classes to the end but swaps height
    and width, so the pixels are not in the target's order: `permute(0, 2, 3, 1)`."""
    rows = logits.permute(0, 3, 2, 1).reshape(-1, logits.shape[1])
    return F.cross_entropy(rows, target.reshape(-1), ignore_index=ignore_index)


@grader.misconception(idea="reshape_for_permute")
def moves_the_classes_to_the_front(logits, target, ignore_index):
    """With the classes in front, `reshape(-1, C)` counts off scores of C neighbouring pixels. For
    rows of one pixel the classes have to be at the end: `permute(0, 2, 3, 1)`."""
    rows = logits.transpose(0, 1).reshape(-1, logits.shape[1])
    return F.cross_entropy(rows, target.reshape(-1), ignore_index=ignore_index)


@grader.misconception(idea="classes_given_last")
def gives_the_classes_last(logits, target, ignore_index):
    """`F.cross_entropy` expects the classes in dimension 1, also of images: (N, C, H, W). Give it
    the scores as they are, or flatten the pixels too: (N * H * W, C)."""
    return F.cross_entropy(logits.permute(0, 2, 3, 1), target, ignore_index=ignore_index)


@grader.misconception(idea="mean_of_means")
def averages_over_the_images(logits, target, ignore_index):
    """This is the mean of the images' means. A pixel then counts for more where fewer are labelled,
    and an image without labels makes it nan: take one mean over all pixels."""
    losses = [
        F.cross_entropy(scores[None], pixels[None], ignore_index=ignore_index)
        for scores, pixels in zip(logits, target, strict=True)
    ]
    return torch.stack(losses).mean()


@grader.misconception(idea="mean_of_means")
def averages_over_labelled_images(logits, target, ignore_index):
    """This is the mean of the means of those images that have labels. A pixel then counts for more
    where fewer are labelled: take one mean over all pixels of the batch."""
    losses = [
        F.cross_entropy(scores[None], pixels[None], ignore_index=ignore_index)
        for scores, pixels in zip(logits, target, strict=True)
        if (pixels != ignore_index).any()
    ]
    return torch.stack(losses).mean()


@grader.misconception(idea="ignored_ones_counted")
def divides_by_all_pixels(logits, target, ignore_index):
    """The losses of the ignored pixels are 0, but these pixels are still counted, as in the mean
    over `reduction="none"`: divide by how many are not ignored."""
    return F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none").mean()


@grader.misconception(**KNOWS_ONLY_ITS_DEFAULT)
def knows_only_its_default(logits, target, ignore_index):
    return F.cross_entropy(logits, target)


@grader.misconception(idea="mask_too_late")
def masks_too_late(logits, target, ignore_index):
    """The mask is right, but it comes after `F.cross_entropy` has met the ignored targets, and 255
    is no class that it could look up: tell it `ignore_index`, or give these pixels some class until
    the mask takes them out."""
    mask = target != ignore_index
    return (F.cross_entropy(logits, target, reduction="none") * mask).sum() / mask.sum()


@grader.misconception(idea="ignored_as_class_0")
def counts_ignored_as_class_0(logits, target, ignore_index):
    """The ignored pixels are given to class 0 and counted: the model learns to call them class 0.
    Leave them out of the mean."""
    return F.cross_entropy(logits, target.masked_fill(target == ignore_index, 0))


@grader.misconception(idea="ignored_class_removed")
def removes_the_class(logits, target, ignore_index):
    """`ignore_index` leaves out pixels with this target, but no class: its score stays in the
    softmax of the others, which have to learn not to be mistaken for it."""
    if 0 <= ignore_index < logits.shape[1]:
        classes = torch.arange(logits.shape[1], device=logits.device)[:, None, None]
        logits = logits.masked_fill(classes == ignore_index, -torch.inf)
    return F.cross_entropy(logits, target, ignore_index=ignore_index)


@grader.misconception(idea="sum_for_mean")
def sums_instead_of_averaging(logits, target, ignore_index):
    """This is the sum over the pixels that count, which grows with the images. Divide it by how
    many they are."""
    return F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")


@grader.misconception(idea="mean_over_the_wrong_count")
def divides_by_the_number_of_images(logits, target, ignore_index):
    """The sum over the pixels is divided by the number of images, so it grows with their size. Each
    pixel is an example: divide by the number of pixels that count."""
    total = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    return total / len(logits)


@grader.misconception(idea="no_reduction")
def returns_one_loss_for_each_pixel(logits, target, ignore_index):
    """These are the losses of the single pixels. Return one number, the mean of those that
    count."""
    return F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")


@grader.misconception(idea="zero_loss_for_ignored")
def leaves_out_losses_of_zero(logits, target, ignore_index):
    """The loss is 0 not only where a pixel is ignored, but also where the model is right beyond
    doubt, and that one counts. Look at `target` to see which are ignored."""
    losses = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")
    return losses[losses > 0].mean()


@grader.misconception(idea="zero_scores_for_ignored")
def sets_ignored_scores_to_zero(logits, target, ignore_index):
    """With all scores 0 a pixel still has a loss, log(C), and is still counted in the mean.
    Multiply its loss by 0 instead, or leave it out."""
    counts = target != ignore_index
    return F.cross_entropy(logits * counts[:, None], target * counts)


@grader.misconception(**TAKES_THE_LOGARITHM_OF_SOFTMAX)
def takes_the_logarithm_of_softmax(logits, target, ignore_index):
    return F.nll_loss(logits.softmax(dim=1).log(), target, ignore_index=ignore_index)


@grader.misconception(idea="argmax_for_probabilities")
def decides_first(logits, target, ignore_index):
    """`argmax` gives the best class of each pixel, and no gradient flows through a choice. The loss
    needs the scores themselves."""
    return F.cross_entropy(logits.argmax(dim=1).float(), target, ignore_index=ignore_index)


@grader.misconception
def gives_the_target_a_channel(logits, target, ignore_index):
    """The target has no dimension for the classes: (N, H, W), not (N, 1, H, W). Leave out the
    `unsqueeze(1)`."""
    return F.cross_entropy(logits, target.unsqueeze(1), ignore_index=ignore_index)


@grader.misconception(**APPLIES_SOFTMAX_FIRST)
def applies_softmax_first(logits, target, ignore_index):
    return F.cross_entropy(logits.softmax(dim=1), target, ignore_index=ignore_index)


@grader.misconception(**TAKES_NLL_LOSS_OF_SCORES)
def takes_nll_loss_of_scores(logits, target, ignore_index):
    return F.nll_loss(logits, target, ignore_index=ignore_index)


@grader.misconception(**TAKES_NLL_LOSS_OF_PROBABILITIES)
def takes_nll_loss_of_probabilities(logits, target, ignore_index):
    return F.nll_loss(logits.softmax(dim=1), target, ignore_index=ignore_index)


@grader.misconception(idea="wrong_dim")
def normalises_over_the_last_dimension(logits, target, ignore_index):
    """`dim=-1` is the width here, so the pixels of a line compete with each other. The classes of
    each pixel compete, and they are `dim=1`."""
    return F.nll_loss(logits.log_softmax(dim=-1), target, ignore_index=ignore_index)


@grader.misconception(idea="wrong_dim")
def normalises_over_the_images(logits, target, ignore_index):
    """`dim=0` lets the images compete with each other. The classes of each pixel compete, and they
    are `dim=1`."""
    return F.nll_loss(logits.log_softmax(dim=0), target, ignore_index=ignore_index)


@grader.misconception
def picks_pixels_with_classes_in_between(logits, target, ignore_index):
    """A mask of shape (N, H, W) picks from the first three dimensions, which are N, C and H here.
    Move the classes to the end before you use it: `logits.permute(0, 2, 3, 1)[kept]`."""
    kept = target != ignore_index
    return F.cross_entropy(logits[kept], target[kept])


@grader.misconception(**changed_in_place("target"))
def overwrites_the_target(logits, target, ignore_index):
    target[target == ignore_index] = -100
    return F.cross_entropy(logits, target)


@grader.misconception(**RETURNS_A_NUMBER)
def returns_a_number(logits, target, ignore_index):
    return F.cross_entropy(logits, target, ignore_index=ignore_index).item()


@grader.misconception(idea="bare_squeeze")
def squeezes_dimensions_of_one(logits, target, ignore_index):
    """`squeeze()` removes every dimension of size 1: with a single image, or one row of pixels, the
    classes are no longer dimension 1. Leave the dimensions as they are."""
    return F.cross_entropy(logits.squeeze(), target.squeeze(), ignore_index=ignore_index)


grader.edits("adds_a_small_number", **adds_a_small_number())
grader.edits("clamps_the_probability", **clamps_the_probability())


grader.edit(
    "gives_ignore_index_by_place",
    "The third argument of `F.cross_entropy` is `weight`: give this one by its name, "
    "`ignore_index=ignore_index`.",
    "ignore_index=ignore_index",
    "ignore_index",
    idea="ignore_index_by_place",
)


@grader.misconception
def views_what_was_permuted(logits, target, ignore_index):
    """`view` needs numbers that are next to each other in memory, and after `permute` they are not.
    `reshape` and `flatten` copy where they have to."""
    rows = logits.permute(0, 2, 3, 1).view(-1, logits.shape[1])
    return F.cross_entropy(rows, target.view(-1), ignore_index=ignore_index)


@grader.remark(written=("for _ in _: ...", "[_ for _ in _]", "(_ for _ in _)"))
def image_by_image(logits, target, ignore_index):
    """No loop is needed: `F.cross_entropy` takes scores of shape (N, C, H, W) with classes of shape
    (N, H, W), and averages over all pixels of all images that count."""
    losses = []
    for scores, labels in zip(logits, target, strict=True):
        pixels = scores.flatten(1).T
        kept = labels.flatten() != ignore_index
        losses.append(F.cross_entropy(pixels[kept], labels.flatten()[kept], reduction="sum"))
    return torch.stack(losses).sum() / (target != ignore_index).sum()
