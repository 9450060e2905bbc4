import torch

from torchkata import Grader, called

grader = Grader(
    points=1,
    level=1,
    core=True,
    hints=(
        "Print the shape after each step. Which dimension should come first, which second?",
        "`torch.stack` puts tensors of the same shape along a new dimension; `permute` puts the "
        "dimensions of a tensor into another order.",
        "`permute(0, 3, 1, 2)` takes dimension 0 first, then 3, 1 and 2. Dividing by a number with "
        "`/` gives floats.",
    ),
)


@grader.observe
def batch(answer, images):
    made, changes = called(answer, images=images)
    return {"batch": made, **changes}


def drawn(count, height, width):
    """Images of any colours."""
    return [torch.randint(256, (height, width, 3), dtype=torch.uint8) for _ in range(count)]


@grader.case
def wide_images():
    """4 images, 2 pixels high and 5 wide."""
    return (drawn(4, 2, 5),)


@grader.case
def square_images():
    """2 images of 3 x 3 pixels: height, width and colours are equally many."""
    return (drawn(2, 3, 3),)


@grader.case
def one_image():
    """A single image, 4 pixels high and 3 wide, with numbers below 200: the batch has 1 image."""
    return ([image % 200 for image in drawn(1, 4, 3)],)


@grader.case
def three_dark_images():
    """3 images, 6 pixels high and 1 wide, with the numbers 0 and 1 alone."""
    return ([image % 2 for image in drawn(3, 6, 1)],)


@grader.case
def brightest_and_darkest():
    """5 images of 2 x 2 pixels, with the numbers 0, 127, 128, 254 and 255 alone."""
    numbers = torch.tensor([0, 127, 128, 254, 255], dtype=torch.uint8)
    return ([numbers[image.long() % 5] for image in drawn(5, 2, 2)],)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a red pixel and a white one."""
    return ([torch.tensor([[[255, 0, 0], [255, 255, 255]]], dtype=torch.uint8)],)


from graders._shared import SCALES_BRIGHT_IMAGES_ALONE, changed_in_place

STACKED = "torch.stack(images).permute(0, 3, 1, 2)"

grader.edits(
    "reshapes",
    "The shape is right, but the numbers of a pixel are no longer at one place: `reshape` and "
    "`view` keep the numbers in their order in memory, and only count them off in another way. To "
    "put the dimensions into another order, use `permute`.",
    old=STACKED,
    news=[
        "torch.stack(images).reshape(len(images), 3, *images[0].shape[:2])",
        "torch.stack([image.reshape(3, *image.shape[:2]) for image in images])",
    ],
    idea="view_for_permute",
    more=("For an image of 1 x 2 pixels, `image[..., 0]` has its reds: where are they now?",),
)
grader.edits(
    "swaps_height_and_width",
    "Height and width are swapped: `batch[n, c, x, y]` is what `batch[n, c, y, x]` should be, so "
    "every image is turned on its side. `transpose` swaps two dimensions alone; `permute(0, 3, 1, "
    "2)` leaves height before width.",
    old="permute(0, 3, 1, 2)",
    news=["permute(0, 3, 2, 1)", "transpose(1, 3)"],
    idea="swapped_dimensions",
)
grader.edit(
    "squeezes_the_batch",
    "A batch of one image, or images one pixel wide, lose a dimension: `squeeze()` removes every "
    "dimension of size 1. There are four, in any case.",
    "torch.stack(images).permute(0, 3, 1, 2) / 255",
    "(torch.stack(images).permute(0, 3, 1, 2) / 255).squeeze()",
    idea="bare_squeeze",
)
grader.edit(
    "permutes_the_wrong_way",
    "The dimensions are (N, width, 3, height): `permute(0, 2, 3, 1)` is the way back, from (N, 3, "
    "H, W). The numbers in it say which old dimension comes first, second, and so on.",
    "permute(0, 3, 1, 2)",
    "permute(0, 2, 3, 1)",
)
grader.edit(
    "leaves_the_colours_last",
    "The colours are still the last dimension, (N, H, W, 3). Models in PyTorch want them right "
    "after the dimension that counts the images.",
    ".permute(0, 3, 1, 2)",
    "",
)
grader.edits(
    "counts_the_images_in_dimension_1",
    "The shape begins with 3, the colours: the images were stacked along dimension 1, or the "
    "colours were put before them. The dimension that counts the images comes first.",
    old=STACKED,
    news=[
        "torch.stack([image.permute(2, 0, 1) for image in images], dim=1)",
        "torch.stack(images).permute(3, 0, 1, 2)",
    ],
)
grader.edits(
    "joins_the_images_into_one",
    "There are only three dimensions: `torch.cat` puts the images side by side, as one large "
    "image. `torch.stack` makes a new dimension that counts them.",
    old=STACKED,
    news=[
        "torch.cat(images).permute(2, 0, 1)",
        "torch.cat([image.permute(2, 0, 1) for image in images])",
        "torch.cat(images, dim=1).permute(2, 0, 1)",
    ],
    idea="cat_for_stack",
)
grader.edit(
    "forgets_to_divide",
    "These are floats from 0 to 255. Divide them by 255, so that the brightest is 1.",
    " / 255",
    ".float()",
)
grader.edit(
    "returns_whole_numbers",
    "The batch is still uint8, whole numbers from 0 to 255. Dividing with `/` gives floats, and "
    "by 255 those from 0 to 1.",
    " / 255",
    "",
)
grader.edits(
    "loses_the_fractions",
    "All numbers are 0 but those that were 255: the digits after the decimal point were cut off, "
    "as by `//`, or because the result went back into whole numbers. Divide floats, with `/`.",
    old=f"{STACKED} / 255",
    news=[
        f"({STACKED} // 255).float()",
        f"{STACKED} // 255",
        f"({STACKED} / 255).to(torch.uint8)",
    ],
    idea="integer_division",
)
grader.edit(
    "divides_by_256",
    "The brightest number is a little below 1: there are 256 numbers, but the largest of them is "
    "255. Divide by 255.",
    "/ 255",
    "/ 256",
)
grader.edit(
    "divides_by_the_largest_number",
    "The numbers are divided by the largest of this batch, so a dark image becomes bright, and "
    "the same image has other numbers in another batch. Always divide by 255.",
    "torch.stack(images).permute(0, 3, 1, 2) / 255",
    "torch.stack(images).permute(0, 3, 1, 2) / torch.stack(images).max()",
)


@grader.misconception
def divides_each_image_by_its_largest_number(images):
    """Each image is divided by its own largest number, so all of them become equally bright. Divide
    by 255, however dark an image is."""
    return torch.stack([image.permute(2, 0, 1) / image.max() for image in images])


grader.edits(
    "scales_bright_images_alone",
    **SCALES_BRIGHT_IMAGES_ALONE,
    old=f"{STACKED} / 255",
    news=[
        f"{STACKED} / (255 if torch.stack(images).max() > 1 else 1)",
        "torch.stack([x / 255 if x.max() > 1 else x.float() for x in images]).movedim(-1, 1)",
    ],
)
grader.edits(
    "goes_from_minus_1_to_1",
    "These numbers go from -1 to 1, as some models want them. Here they are to go from 0 to 1: "
    "divide by 255, and subtract nothing.",
    old="/ 255",
    news=["/ 127.5 - 1", "/ 255 * 2 - 1"],
)
grader.edit(
    "divides_twice",
    "The numbers are divided by 255 twice, so the brightest is 0.004. Once is enough.",
    "/ 255",
    "/ 255 / 255",
)
grader.edit(
    "returns_double_precision",
    "The numbers are right, but they are float64, as numpy computes them. Most models are float32 "
    "and refuse anything else: add `.float()`.",
    "/ 255",
    ".double() / 255",
    idea="float64_for_float32",
)
grader.edit(
    "turns_the_colours_around",
    "Red and blue have changed places: some libraries, like OpenCV, give blue first, but here red "
    "is first already.",
    "/ 255",
    ".flip(1) / 255",
)


@grader.misconception
def makes_a_tensor_of_tensors(images):
    """`torch.tensor` makes a tensor of numbers, and of lists of numbers. Of a list of tensors,
    `torch.stack` does."""
    return torch.tensor(images).permute(0, 3, 1, 2) / 255


@grader.misconception
def takes_the_first_image_alone(images):
    """There is one image in the batch, the first: the others are missing. `torch.stack(images)`
    takes all of them."""
    return images[0].permute(2, 0, 1)[None] / 255


@grader.misconception(**changed_in_place("images"))
def writes_into_the_list(images):
    for i, image in enumerate(images):
        images[i] = image.permute(2, 0, 1) / 255
    return torch.stack(images)


@grader.misconception(idea="list_for_tensor")
def returns_a_list(images):
    """This is a Python list, with a tensor for each image. A model takes one tensor with all of
    them: `torch.stack` makes it."""
    return [image.permute(2, 0, 1) / 255 for image in images]
