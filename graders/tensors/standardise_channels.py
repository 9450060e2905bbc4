import torch

from torchkata import Grader, called

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("tensors/image_batch",),
    hints=(
        "How many means are there? Which dimensions do you average over to get that many?",
        "Two shapes line up from the right. What does a mean of shape (C,) meet in (N, C, H, W)?",
        "`images.mean(dim=(0, 2, 3), keepdim=True)` has shape (1, C, 1, 1). `std` has a "
        "`correction`, which is 1 if you do not say 0; and `torch.where` chooses between two "
        "tensors.",
    ),
)


@grader.observe
def standardised(answer, images):
    made, changes = called(answer, images=images)
    return {"standardised images": made, **changes}


def drawn(count, size, scales, dtype=torch.float32):
    """Images with a channel for each scale, none of them with a mean near 0."""
    scale = torch.tensor(scales, dtype=dtype)[:, None, None]
    return scale * (torch.randn(count, len(scales), *size, dtype=dtype) + 1.5)


@grader.case
def two_channels():
    """3 images of 4 x 5 pixels, 2 channels, one of them 10 times as spread out."""
    return drawn(3, (4, 5), [1.0, 10.0])


@grader.case
def as_wide_as_channels():
    """2 images of 4 x 3 pixels, 3 channels, in float64: the width is 3, too."""
    return drawn(2, (4, 3), [0.2, 1.0, 5.0], torch.float64)


@grader.case
def all_sizes_alike():
    """3 images of 3 x 3 pixels, 3 channels."""
    return drawn(3, (3, 3), [3.0, 0.3, 1.0])


@grader.case
def one_image():
    """A single image of 2 x 6 pixels, 4 channels."""
    return drawn(1, (2, 6), [0.5, 1.0, 2.0, 4.0])


@grader.case
def a_constant_channel():
    """4 images of 2 x 2 pixels, 3 channels; the second is 7 everywhere, the third 0."""
    images = drawn(4, (2, 2), [2.0, 1.0, 1.0])
    images[:, 1], images[:, 2] = 7.0, 0.0
    return images


@grader.case
def very_small_numbers():
    """2 images of 5 x 2 pixels, 2 channels, in float64: one has the standard deviation 0.000001,
    the other about 100."""
    images = drawn(2, (5, 2), [1.0, 100.0], torch.float64)
    images[:, 0] *= 1e-6 / images[:, 0].std(correction=0)
    return images


@grader.case
def far_from_0():
    """2 images of 3 x 4 pixels, 2 channels, in float64: the numbers of one are all near 100000."""
    away = 0.5 + torch.rand(1, 2, 3, 4, dtype=torch.float64)
    images = torch.cat([away, -away])
    images[:, 0] += 100000
    return images


@grader.case
def a_single_pixel():
    """A single image of 1 x 1 pixel, 5 channels: all are constant."""
    return torch.arange(5.0).view(1, 5, 1, 1)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: two images of 1 x 2 pixels, with one channel."""
    return torch.tensor([1.0, 3.0, 3.0, 1.0]).view(2, 1, 1, 2)


from graders._shared import INDEPENDENT, NEVER_BELOW_0, changed_in_place

DIMS = "dim=(0, 2, 3)"


def over(dims, keepdim=True):
    """The source of the whole answer with statistics over other dimensions."""
    keep = ", keepdim=True" if keepdim else ""
    return f"""
    mean = images.mean({dims}{keep})
    std = images.std({dims}{keep}, correction=0)
    """


MEAN_AND_STD = over(DIMS)
CHOSEN = "return torch.where(std > 0, (images - mean) / std, 0.0)"

grader.edit(
    "takes_each_image_alone",
    "Each image has means of its own here, and is standardised alone. A channel's mean is taken "
    "over all images together: dimension 0 belongs to those that you average over.",
    old=MEAN_AND_STD,
    new=over("dim=(2, 3)"),
    idea="statistics_over_the_wrong_dims",
)
grader.edit(
    "takes_each_pixel_alone",
    "Each place in the image has a mean of its own here, taken over the images. A channel's mean "
    "is taken over all its pixels, too: average over dimensions 0, 2 and 3.",
    old=MEAN_AND_STD,
    new=over("dim=0"),
    idea="statistics_over_the_wrong_dims",
)
grader.edit(
    "averages_over_the_channels",
    "The mean is taken over the channels of each pixel (dimension 1). Each channel needs a mean of "
    "its own, over everything else: dimensions 0, 2 and 3.",
    old=MEAN_AND_STD,
    new=over("dim=1"),
    idea="statistics_over_the_wrong_dims",
)
grader.edit(
    "takes_the_last_dimension_for_the_channels",
    "Each column of the images has a mean of its own here, as where the channels are thought to be "
    "the last dimension. They are dimension 1: average over dimensions 0, 2 and 3.",
    old=MEAN_AND_STD,
    new=over("dim=(0, 1, 2)"),
    idea="statistics_over_the_wrong_dims",
)
grader.edit(
    "averages_over_each_image",
    "Each image has one mean here, for all its channels together. A channel has one mean for all "
    "images: average over dimensions 0, 2 and 3, and leave out dimension 1.",
    old=MEAN_AND_STD,
    new=over("dim=(1, 2, 3)"),
    idea="statistics_over_the_wrong_dims",
)


@grader.misconception(idea="statistics_over_the_wrong_dims")
def averages_over_everything(images):
    """There is one mean and one standard deviation for all numbers together, so the channels still
    differ. Each channel needs its own: `mean` takes a `dim`, or several."""
    mean, std = images.mean(), images.std(correction=0)
    return torch.where(std > 0, (images - mean) / std, 0.0)


grader.edits(
    "forgets_keepdim",
    "A mean of shape (C,) lines up with the last dimension, the width: it fails, or meets the "
    "wrong numbers without a word where the width is C or 1. `keepdim=True` gives (1, C, 1, 1).",
    old=f"{MEAN_AND_STD}{CHOSEN}\n    ",
    news=[
        f"{over(DIMS, keepdim=False)}{CHOSEN}\n    ",
        f"{over(DIMS, keepdim=False)}return (images - mean) / std\n    ",
        f"{over(DIMS, keepdim=False)}"
        "return (images - mean) / torch.where(std == 0, 1.0, std)\n    ",
        "return (images - images.mean(dim=(0, 2, 3))) / images.std(dim=(0, 2, 3))",
    ],
    idea="no_keepdim",
    more=("Two shapes line up from the right: (C,) counts as (1, 1, 1, C).",),
)
STD = "std = images.std(dim=(0, 2, 3), keepdim=True, correction=0)"
ONE_LESS = {
    "text": "The standard deviation is a little too large, and nan for a single number: `std` "
    "divides by one less than there are numbers, unless you say `correction=0` (or "
    "`unbiased=False`).",
    "idea": "unbiased_for_biased",
}
grader.edit("divides_by_one_less", **ONE_LESS, old=", correction=0", new="")
grader.edit(
    "divides_by_one_less_and_keeps_nan",
    **ONE_LESS,
    old=f"{STD}\n{CHOSEN}",
    new=f"{STD.replace(', correction=0', '')}\n"
    "return (images - mean) / torch.where(std == 0, 1.0, std)",
)
grader.edit(
    "subtracts_the_square_of_the_mean",
    "A channel far from 0 is not exact, as where the variance is the mean of the squares minus the "
    "square of the mean: two large numbers, and their last digits are all that is left. Subtract "
    "the mean first, and square then.",
    old=STD,
    new="square = (images**2).mean(dim=(0, 2, 3), keepdim=True)\n"
    "std = (square - mean**2).clamp(min=0).sqrt()",
)
grader.edit(
    "forgets_constant_channels",
    "A constant channel is nan: its standard deviation is 0, and 0 / 0 is nan. It should become 0: "
    "`torch.where` chooses, or divide by 1 there.",
    old="torch.where(std > 0, (images - mean) / std, 0.0)",
    new="(images - mean) / std",
    idea="zero_divided_by_zero",
)
grader.edits(
    "adds_a_small_number",
    "A channel with very small numbers does not get the standard deviation 1, as where a small "
    "number is added to the divisor against 0 / 0: beside 0.000001 it is not small. Divide by the "
    "standard deviation as it is, and only where that is 0, by 1.",
    old="torch.where(std > 0, (images - mean) / std, 0.0)",
    news=[
        f"(images - mean) / (std + {number})"
        for number in ("1e-5", "1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-12")
    ],
    idea="small_number_in_the_divisor",
)
grader.edits(
    "adds_a_small_number_to_the_variance",
    "A channel with very small numbers comes out much too small, as where a small number is added "
    "to the variance, under the root, as BatchNorm does: the variance there is 1e-12. Divide by "
    "the standard deviation as it is, and only where that is 0, by 1.",
    old="torch.where(std > 0, (images - mean) / std, 0.0)",
    news=[
        *(f"(images - mean) / (std**2 + {n}).sqrt()" for n in ("1e-5", "1e-8", "1e-12")),
        "torch.nn.functional.batch_norm(images, None, None, training=True)",
        "torch.nn.functional.batch_norm(images, None, None, training=True) "
        "if images[:, 0].numel() > 1 else images * 0",
    ],
    idea="small_number_in_the_divisor",
)
grader.edits(
    "clamps_the_standard_deviation",
    "A channel with very small numbers does not get the standard deviation 1, as where `clamp` "
    "keeps the divisor above a bound: 0.000001 is below it. Divide by 1 only where the standard "
    "deviation is 0.",
    old="torch.where(std > 0, (images - mean) / std, 0.0)",
    news=[f"(images - mean) / std.clamp(min={number})" for number in ("1e-3", "1e-4", "1e-5")],
    idea="small_number_in_the_divisor",
)
grader.edit(
    "divides_by_the_variance",
    "The numbers are divided by the variance, the mean of the squares. The standard deviation is "
    "its square root.",
    old="(images - mean) / std,",
    new="(images - mean) / std**2,",
    idea="variance_for_standard_deviation",
)
grader.edit(
    "only_subtracts_the_mean",
    "Each channel has mean 0, but its standard deviation is what it was: divide by it.",
    old="(images - mean) / std,",
    new="images - mean,",
)
grader.edit(
    "only_divides",
    "Each channel has the standard deviation 1, but not the mean 0: subtract the mean first.",
    old="(images - mean) / std,",
    new="images / std,",
)
grader.edit(
    "forgets_the_brackets",
    "Division comes before subtraction: `images - mean / std` divides the mean alone. Put brackets "
    "around the difference.",
    old="(images - mean) / std,",
    new="images - mean / std,",
)
grader.edit(
    "leaves_constant_channels",
    "A constant channel is left as it was. It should become 0 everywhere: its mean is subtracted, "
    "too.",
    old=", 0.0)",
    new=", images)",
)


@grader.misconception(idea="view_for_permute")
def reshapes_to_one_row_for_each_channel(images):
    """With more than one image, `reshape(C, -1)` and `view(C, -1)` put numbers of several channels
    into one row: they keep the numbers in their order, image after image. Bring the channels to the
    front first, or average over several dimensions."""
    rows = images.reshape(images.shape[1], -1)
    mean, std = rows.mean(dim=1)[:, None, None], rows.std(dim=1, correction=0)[:, None, None]
    return torch.where(std > 0, (images - mean) / std, 0.0)


@grader.misconception
def scales_to_0_and_1(images):
    """The numbers go from 0 to 1: the smallest was subtracted, and the range divided. That is
    another way of scaling; here it is the mean, and the standard deviation."""
    low = images.amin(dim=(0, 2, 3), keepdim=True)
    high = images.amax(dim=(0, 2, 3), keepdim=True)
    return torch.where(high > low, (images - low) / (high - low), 0.0)


grader.edits(
    "computes_in_place",
    **changed_in_place("images"),
    old=CHOSEN,
    news=[
        "images -= mean\nreturn torch.where(std > 0, images / std, 0.0)",
        "images -= mean\nimages /= torch.where(std > 0, std, 1.0)\nreturn images.clone()",
    ],
)
grader.equivalent(f"{STD} moved", INDEPENDENT)
grader.equivalent(f"{CHOSEN} -> {CHOSEN.replace('>', '!=')}", NEVER_BELOW_0)
grader.not_here(
    "bound not drawn: images, 100000",
    reason="It is how many standard deviations a mean may be away from 0: that of `far_from_0` is.",
)
grader.not_here(
    "bound not drawn: images, 0.000001",
    reason="It is a bound of the standard deviation, and `very_small_numbers` has exactly that.",
)
