from itertools import islice

import torch
from torch.utils.data import DataLoader, default_collate

from torchkata import Grader, changed_entries, snapshot

grader = Grader(
    points=2,
    level=1,
    core=True,
    after=("tensors/image_batch",),
    hints=(
        "What is done once for the data set, and what each time that an example is asked for?",
        "`__init__` keeps images, labels and transform; `__getitem__` takes one image, scales it, "
        "adds a dimension, and then calls the transform, if there is one.",
        "`image.unsqueeze(0) / 255` has shape (1, H, W); `int(labels[index])` is an int.",
    ),
)


@grader.observe
def items_and_batches(answer, images, labels, *transform):
    before, count = snapshot([images, labels]), len(images)
    dataset = answer(images, labels, *transform)
    seen = {"len(dataset)": len(dataset)}
    calls = {"making the data set": calls_of(*transform)}
    for index in (0, count - 1, 0, -1, -count):
        name = f"dataset[{index}]" + " again" * (f"image of dataset[{index}]" in seen)
        seen |= one_example(dataset, index, name)
        calls[name] = calls_of(*transform)
    batches = list(islice(DataLoader(dataset, batch_size=2), count))
    return seen | {
        "batches of 2: images": [batch[0] for batch in batches],
        "batches of 2: labels": [batch[1] for batch in batches],
        "calls of the transform by then": calls,
        "dataset[N]": beyond(dataset, count),
        "dataset[-N - 1]": beyond(dataset, -count - 1),
        "examples in `for image, label in dataset`": len(list(islice(iter(dataset), count + 5))),
        "entries changed in images": changed_entries(before[0], images),
        "entries changed in labels": changed_entries(before[1], labels),
    }


def one_example(dataset, index, name):
    image_and_label = f"image of {name}", f"label of {name}, in a batch of one"
    try:
        item = dataset[index]
    except IndexError:
        if index >= 0:
            raise
        return {f"dataset[{index}]": "IndexError"} | dict.fromkeys(image_and_label)
    image, label = item if isinstance(item, (tuple, list)) and len(item) == 2 else (item, None)
    label = None if label is None else default_collate([label])  # as a batch of one
    found = {f"dataset[{index}]": "an example"} if index < 0 else {}
    return found | dict(zip(image_and_label, (image, label), strict=True))


def calls_of(transform=None):
    return 0 if transform is None else transform.calls


def beyond(dataset, index):
    try:
        dataset[index]
    except IndexError:
        return "IndexError"
    return "an example"


class Brighter:
    """Adds the number of its call; so it never gives the same image twice, as if it were random."""

    def __init__(self):
        self.calls = 0

    def __call__(self, image):
        self.calls += 1
        return image + self.calls


class CroppedInPlace(Brighter):
    """The same in place, and without the last row."""

    def __call__(self, image):
        self.calls += 1
        image += self.calls
        return image[:, :-1]


def drawn(count, height, width, darkest=0, brightest=255):
    images = torch.randint(darkest + 1, brightest, (count, height, width), dtype=torch.uint8)
    images[0, 0, 0], images[-1, -1, -1] = darkest, brightest
    return images, (torch.arange(count, dtype=torch.uint8) * 3 + 1) % 10


@grader.case
def without_a_transform():
    """5 images, 2 pixels high and 3 wide, and no transform: the third argument is left out."""
    return drawn(5, 2, 3)


@grader.case
def none_for_the_transform():
    """3 images, 4 pixels high and 2 wide, of greys from 20 to 200; the third argument is None."""
    return *drawn(3, 4, 2, 20, 200), None


@grader.case
def nearly_black():
    """2 images of 2 x 2 pixels, all of them 0 or 1 (of 255)."""
    images = torch.randint(2, (2, 2, 2), dtype=torch.uint8) | torch.eye(2, dtype=torch.uint8)
    return images, torch.tensor([3, 8], dtype=torch.uint8)


@grader.case
def a_transform_that_never_repeats():
    """4 images of 3 x 1 pixels; the transform adds 1 in its first call, 2 in its second, ..."""
    return *drawn(4, 3, 1), Brighter()


@grader.case
def a_transform_in_place():
    """5 images of 3 x 4 pixels. The transform changes in place what it gets, and returns one row
    less."""
    return *drawn(5, 3, 4), CroppedInPlace()


@grader.case
def one_image():
    """The example of the docstring: an image of 1 x 2 pixels, black and white, with label 7."""
    return torch.tensor([[[0, 255]]], dtype=torch.uint8), torch.tensor([7], dtype=torch.uint8)


from graders._shared import INDEPENDENT
from solutions.data_and_models.image_dataset import ImageDataset

ITEM = """
    image = self.images[index].unsqueeze(0) / 255
    if self.transform is not None:
        image = self.transform(image)
    return image, int(self.labels[index])
"""

grader.edit(
    "forgets_to_divide",
    "The images still go up to 255: divide by 255. A model whose inputs are 255 times too large "
    "begins with a loss that is far too large.",
    old="self.images[index].unsqueeze(0) / 255",
    new="self.images[index].unsqueeze(0).float()",
    idea="unscaled_pixels",
)
grader.edit(
    "gives_out_bytes",
    "The images come out as uint8: bytes, as they were read. Divide by 255 with `/`, which makes "
    "floats.",
    old="self.images[index].unsqueeze(0) / 255",
    new="self.images[index].unsqueeze(0)",
)
grader.edit(
    "divides_by_256",
    "White is 255, and should become 1: divide by 255, not by 256.",
    old="/ 255",
    new="/ 256",
)
grader.edit(
    "divides_by_the_largest_pixel",
    "Each image was divided by its own largest pixel, so a dark image comes out as bright as the "
    "others. Divide all of them by 255.",
    old="self.images[index].unsqueeze(0) / 255",
    new="self.images[index].unsqueeze(0) / self.images[index].max()",
)
grader.edit(
    "divides_by_the_brightest_of_all",
    "The images were divided by the largest pixel of the data, so the same grey comes out brighter "
    "in data without white. Divide by 255, whatever the data hold.",
    old="/ 255",
    new="/ self.images.max()",
)
grader.edits(
    "stretches_the_greys",
    "The darkest pixel comes out as 0 and the brightest as 1, whatever they were, as in min-max "
    "scaling. Here 0 is black and 255 white: divide by 255 and subtract nothing.",
    old="image = self.images[index].unsqueeze(0) / 255",
    news=[
        f"lo, hi = {of}.min(), {of}.max()\n"
        "image = (self.images[index].unsqueeze(0) - lo) / (hi - lo)"
        for of in ("self.images", "self.images[index]")
    ],
)
grader.edit(
    "scales_what_is_above_1",
    "Pixels of 0 and 1 come out as they are, as where `if image.max() > 1` guards the division. "
    "They are bytes like the others: divide each image by 255.",
    old="self.images[index].unsqueeze(0) / 255",
    new="self.images[index].unsqueeze(0) / (255 if self.images[index].max() > 1 else 1)",
)
grader.edit(
    "goes_from_minus_1_to_1",
    "The pixels go from -1 to 1, as after `Normalize((0.5,), (0.5,))`. Here they go from 0 to 1.",
    old="/ 255",
    new="/ 127.5 - 1",
)
grader.edit(
    "has_no_channel",
    "The channel is missing: the image has shape (H, W), and a batch (B, H, W), which a Conv2d "
    "takes for one image. `unsqueeze(0)` makes it (1, H, W).",
    old=".unsqueeze(0)",
    new="",
    idea="no_channel_dimension",
)
grader.edit(
    "puts_the_channel_last",
    "The image has shape (H, W, 1), as image files have it. PyTorch wants the channel first: "
    "`unsqueeze(0)`.",
    old=".unsqueeze(0)",
    new=".unsqueeze(-1)",
    idea="channels_last",
)
grader.edit(
    "adds_a_batch_dimension",
    "The image has shape (1, 1, H, W), as if it were a batch. A DataLoader adds that dimension: "
    "one example has shape (1, H, W).",
    old=".unsqueeze(0)",
    new="[None, None]",
)
grader.edit(
    "gives_out_float_labels",
    "The labels come out as floats. They are class indices: `nn.CrossEntropyLoss` wants int64. "
    "Give out an int.",
    old="int(self.labels[index])",
    new="self.labels[index].float()",
    idea="float_class_index",
)
grader.edit(
    "gives_out_the_labels_as_they_are",
    "In a batch the labels are uint8, as they were read. Class indices should be int64: give out "
    "`int(...)` or `.long()`.",
    old="int(self.labels[index])",
    new="self.labels[index]",
)
grader.edit(
    "gives_each_label_a_dimension",
    "A label of shape (1,) makes a batch of shape (B, 1), and the loss function wants (B,). Give "
    "out an int, or a tensor of shape ().",
    old="int(self.labels[index])",
    new="self.labels[index].long().reshape(1)",
    idea="column_meets_row",
)
grader.edit(
    "gives_the_label_first",
    "Both are there, but in the other order: the image first, then its label.",
    old="return image, int(self.labels[index])",
    new="return int(self.labels[index]), image",
    idea="swapped_pair",
)
grader.edit(
    "gives_the_image_alone",
    "There is only the image. Return a pair: `return image, label`.",
    old="return image, int(self.labels[index])",
    new="return image",
)
grader.edit(
    "never_transforms",
    "The transform is never called: the images come out as without one.",
    old="""
        if self.transform is not None:
            image = self.transform(image)
    """,
    new="",
)
grader.edit(
    "drops_what_the_transform_returns",
    "The transform is called, but what it returns is not what you give out, as where "
    "`image = ` is missing before `self.transform(image)`.",
    old="image = self.transform(image)",
    new="self.transform(image.clone())",
)
grader.edit(
    "needs_a_transform",
    "Without a transform, `self.transform` is None, which cannot be called. Ask first: "
    "`if self.transform is not None`.",
    old="if self.transform is not None:",
    new="if True:",
)
grader.edits(
    "transforms_the_bytes",
    "The transform gets the image before it is divided by 255. It should get floats from 0 to 1: "
    "scale first, then transform.",
    old=ITEM,
    news=[
        f"""
    image = self.images[index].unsqueeze(0).{copied}
    if self.transform is not None:
        image = self.transform(image)
    return image / 255, int(self.labels[index])
    """
        for copied in ("float()", "clone()")
    ],
    idea="transform_before_scaling",
)
grader.edit(
    "transforms_twice",
    "The transform is called twice for one example, the second time on what the first has "
    "returned. Call it once.",
    old="image = self.transform(image)",
    new="image = self.transform(self.transform(image))",
)
grader.edit(
    "starts_again_at_the_front",
    "There seems to be an example at each index, as with `index % len(self)`, and so "
    "`for image, label in dataset` never ends. Where there is none, let IndexError be raised.",
    old="image = self.images[index]",
    new="index %= len(self)\nimage = self.images[index]",
)
grader.edit(
    "counts_from_the_end_twice",
    "dataset[-N - 1] gives an example, as where `len(self)` is added to a negative index and what "
    "is still negative counts from the end once more. Below -N, let IndexError be raised as well.",
    old="image = self.images[index]",
    new="index += len(self) if index < 0 else 0\nimage = self.images[index]",
)
grader.edit(
    "counts_one_less",
    "`len` is one too small, so the last example is never seen. It is the number of examples, not "
    "the last index.",
    old="return len(self.images)",
    new="return len(self.images) - 1",
    idea="last_index_for_count",
)
grader.edit(
    "counts_the_rows",
    "`len` is the height of an image. The number of examples is the first dimension: "
    "`len(self.images)`.",
    old="return len(self.images)",
    new="return self.images.shape[1]",
)


@grader.misconception(idea="augmented_once")
class TransformsAtTheStart(ImageDataset):
    """The transform is called for all images when the data set is made, so each epoch gets the very
    same images. Call it in `__getitem__`, each time that an example is asked for."""

    def __init__(self, images, labels, transform=None):
        super().__init__([image.unsqueeze(0) / 255 for image in images], labels)
        if transform is not None:
            self.images = [transform(image) for image in self.images]

    def __getitem__(self, index):
        return self.images[index], int(self.labels[index])


@grader.misconception(idea="augmented_once")
class KeepsWhatWasTransformed(ImageDataset):
    """An example that was asked for once comes out the same the next time, as from a cache. A
    random transform should give another version in each epoch: call it each time."""

    def __init__(self, images, labels, transform=None):
        super().__init__(images, labels, transform)
        self.cache = {}

    def __getitem__(self, index):
        if index not in self.cache:
            self.cache[index] = super().__getitem__(index)
        return self.cache[index]


@grader.misconception(idea="shared_storage")
class HandsOutItsOwnImages(ImageDataset):
    """A transform that changes its image in place changes your stored images, and the next time it
    gets an image that was transformed already. Hand it a copy: `.clone()`, or scale the bytes in
    `__getitem__`."""

    def __init__(self, images, labels, transform=None):
        super().__init__(images.unsqueeze(1) / 255, labels, transform)

    def __getitem__(self, index):
        image = self.images[index]
        if self.transform is not None:
            image = self.transform(image)
        return image, int(self.labels[index])


@grader.misconception
class RefusesNegativeIndices(ImageDataset):
    """A negative index raises IndexError. As in a list, -1 is the last example: tensors and lists
    know that themselves."""

    def __getitem__(self, index):
        if not 0 <= index < len(self):
            raise IndexError(index)
        return super().__getitem__(index)


for change in ("self.labels = labels moved", "self.transform = transform moved"):
    grader.equivalent(change, INDEPENDENT)
