import random

from torchkata import Grader, called, parts

grader = Grader(
    points=2,
    level=2,
    after=("tensors/image_batch",),
    hints=(
        "How many places are there for a kernel of 3 in a row of 8 pixels? Draw them.",
        "Padding makes the row longer at both ends; a dilated kernel reaches over "
        "`dilation * (kernel_size - 1) + 1` pixels.",
        "`(size + 2 * padding - reach) // stride + 1`, and the stride of a pooling layer is its "
        "kernel_size if it is told none.",
    ),
)


@grader.observe
def shapes(answer, image, layers):
    returned, changes = called(answer, image=image, layers=layers)
    return parts(returned, "shape", "inputs") | changes


def conv(*optional):
    """A convolution with a kernel of 1 to 5, and some of the other settings."""
    most = {"stride": (1, 3), "padding": (0, 3), "dilation": (2, 3)}
    drawn = {name: random.randint(*most[name]) for name in optional}
    kernel = {"kernel_size": random.randint(2, 5)}
    return {"layer": "conv", "out_channels": random.randint(4, 40)} | kernel | drawn


def pool(kind, *optional):
    """A pooling layer with a kernel of 2 to 4, and some of the other settings."""
    kernel = random.randint(2, 4)
    most = {"stride": (1, 3), "padding": (1, kernel // 2), "dilation": (2, 2)}
    drawn = {name: random.randint(*most[name]) for name in optional}
    return {"layer": f"{kind}_pool", "kernel_size": kernel} | drawn


def image(least=60):
    return (
        random.randint(1, 4),
        random.randint(least, least + 30),
        random.randint(least, least + 30),
    )


@grader.case
def one_convolution():
    """An image that is not square, and one convolution that has a kernel alone."""
    return image(), [conv()]


@grader.case
def strides():
    """Two convolutions with strides, which do not divide evenly."""
    return image(), [conv("stride") | {"stride": 2}, conv("stride") | {"stride": 3}]


@grader.case
def a_third_and_two_thirds():
    """An image of 11 x 12, a kernel of 1, and a stride of 3: 3 steps and a third, or two thirds."""
    layer = {"layer": "conv", "out_channels": random.randint(2, 9), "kernel_size": 1, "stride": 3}
    return (random.randint(1, 4), 11, 12), [layer]


@grader.case
def padding_and_dilation():
    """A convolution with padding, one with all that there is, and one with dilation."""
    # The dilation last: a stride behind it would hide what it adds.
    return image(), [conv("padding"), conv("stride", "padding", "dilation"), conv("dilation")]


@grader.case
def pooling():
    """Pooling layers without a stride, of both kinds, after a convolution."""
    return image(), [conv(), pool("max"), pool("avg")]


@grader.case
def pooling_with_all_settings():
    """Pooling layers with a stride, with padding, and with dilation, once without a stride."""
    layers = [pool("avg", "stride", "padding"), pool("max", "stride", "dilation")]
    layers += [pool("max", "padding"), pool("max", "dilation"), conv("stride")]
    return image(1200), layers


@grader.case
def no_padding_and_a_stride_of_1():
    """Settings that are told, and are the defaults of a convolution: a pooling layer, too, has the
    stride 1 then."""
    told = {"stride": 1, "padding": 0}
    return image(), [conv() | told | {"dilation": 1}, pool("max") | told, pool("avg") | told]


@grader.case
def a_single_pixel():
    """An image of one pixel, kernels of 1; then padding makes room for a kernel of 3."""
    one = {"layer": "conv", "out_channels": random.randint(2, 9), "kernel_size": 1}
    layers = [one, {"layer": "max_pool", "kernel_size": 1}, one | {"kernel_size": 3, "padding": 2}]
    return (1, 1, 1), layers


@grader.case
def as_in_the_docstring():
    """The example of the docstring."""
    layers = [
        {"layer": "conv", "out_channels": 8, "kernel_size": 3},
        {"layer": "max_pool", "kernel_size": 2},
    ]
    return (1, 8, 12), layers


grader.edit(
    "takes_a_step_of_1_in_pooling",
    "A pooling layer that is told no stride takes its kernel_size: its windows do not overlap. A "
    "stride of 1 is the default of a convolution.",
    'layer.get("stride", 1 if layer["layer"] == "conv" else kernel)',
    'layer.get("stride", 1)',
    idea="default_of_another_layer",
)

from graders._shared import INDEPENDENT
from graders.data_and_models._shared import CHANGES_THE_LAYERS, ONE_STRING

REACH = 'layer.get("dilation", 1) * (kernel - 1) + 1'
STRIDE = 'layer.get("stride", 1 if layer["layer"] == "conv" else kernel)'
SIZES = """
        sizes = [(size + 2 * layer.get("padding", 0) - reach) // stride + 1 for size in sizes]
    height, width = sizes
    return (channels, height, width), channels * height * width"""
SETTINGS = f"""
        stride = {STRIDE}
        reach = {REACH}
        sizes = [(size + 2 * layer.get("padding", 0) - reach) // stride + 1 for size in sizes]
"""
RETURNED = "return (channels, height, width), channels * height * width"
grader.edit(
    "takes_the_kernel_as_step_of_a_convolution",
    "A convolution that is told no stride takes 1, so that it looks at every place. It is pooling "
    "that takes its kernel_size.",
    STRIDE,
    'layer.get("stride", kernel)',
    idea="default_of_another_layer",
)
grader.edit(
    "takes_the_kernel_as_step_of_all_pooling",
    "The stride of a pooling layer is not heeded: its kernel_size is taken also where a stride is "
    "told.",
    STRIDE,
    'layer.get("stride", 1) if layer["layer"] == "conv" else kernel',
)
grader.edit(
    "pads_one_side",
    "Padding is at both ends of a row and a column: 2 * padding.",
    "2 * layer.get",
    "layer.get",
    idea="padding_once",
)
grader.edit(
    "forgets_the_padding",
    "Padding does not come in. It makes rows and columns longer, at both ends.",
    'size + 2 * layer.get("padding", 0)',
    "size",
    idea="padding_ignored",
)
grader.edit(
    "forgets_the_dilation",
    "Dilation does not come in. It pulls the kernel apart, so that it reaches over more pixels.",
    REACH,
    "kernel",
    idea="dilation_ignored",
)
grader.edit(
    "multiplies_the_kernel_by_the_dilation",
    "A dilated kernel reaches too far, by `dilation - 1`: only the steps between its pixels become "
    "longer, and there are `kernel_size - 1` of them.",
    REACH,
    'layer.get("dilation", 1) * kernel',
)
grader.edit(
    "forgets_to_add_1",
    "Each size is 1 too small: where the kernel fits exactly, there is one place for it, and not "
    "none.",
    "// stride + 1",
    "// stride",
    idea="off_by_one",
)
grader.edit(
    "rounds_up",
    "Where the stride does not divide evenly, a size is 1 too large. What is left at the end is "
    "dropped: round down (`ceil_mode` is False).",
    '(size + 2 * layer.get("padding", 0) - reach) // stride + 1',
    '-((reach - size - 2 * layer.get("padding", 0)) // stride) + 1',
    idea="rounded_up",
)
grader.edits(
    "rounds_to_the_nearest",
    "Where the stride does not divide evenly, a size may be 1 too large, as `round` has it. Round "
    "down, with `//`.",
    '(size + 2 * layer.get("padding", 0) - reach) // stride + 1',
    [
        'round((size + 2 * layer.get("padding", 0) - reach) / stride) + 1',
        'round((size + 2 * layer.get("padding", 0) - reach) / stride + 1)',
    ],
    idea="rounded_up",
)
grader.edit(
    "adds_1_before_it_divides",
    "The 1 is added before the division, and gets lost in it. It is for the first place of the "
    "kernel: add it after the division.",
    "- reach) // stride + 1",
    "- reach + 1) // stride",
)
grader.edit(
    "divides_the_size_alone",
    "The sizes are those before, divided by the stride. A kernel loses pixels at the border, too, "
    "unless padding makes up for it.",
    '(size + 2 * layer.get("padding", 0) - reach) // stride + 1',
    "size // stride",
)
grader.edit(
    "divides_to_a_decimal_number",
    "A size is no whole number, as `/` gives it. Half a place is no place: round down, with `//`.",
    "- reach) // stride",
    "- reach) / stride",
)
grader.edit(
    "rounds_at_the_end",
    "The shape is right, and `inputs` too large where a stride does not divide evenly, as where "
    "the sizes stay decimal numbers until the end. Round down in each layer, with `//`.",
    SIZES,
    SIZES.replace("// stride", "/ stride").replace(
        "(channels, height, width), ", "(channels, int(height), int(width)), int("
    )
    + ")",
    idea="rounded_at_the_end",
)
grader.edit(
    "takes_the_reach_as_step",
    "A dilated pooling layer that is told no stride takes its kernel_size, and not the pixels over "
    "which the kernel reaches.",
    f"stride = {STRIDE}\nreach = {REACH}",
    f"reach = {REACH}\nstride = {STRIDE.replace('else kernel', 'else reach')}",
    idea="default_of_another_layer",
)
grader.edit(
    "keeps_the_channels",
    "The number of channels is that of the image. A convolution gives `out_channels` of them, "
    "however many come in.",
    'channels = layer.get("out_channels", channels)',
    "",
)
grader.edit(
    "multiplies_the_channels",
    "The channels have been multiplied. Each output channel of a convolution sums over all that "
    "come in: there are `out_channels` of them.",
    'layer.get("out_channels", channels)',
    'layer.get("out_channels", 1) * channels',
)
grader.edit(
    "takes_the_image_for_square",
    "The width is that of a square image. Height and width go through the layers each by itself.",
    "height, width = sizes",
    "height = width = sizes[0]",
    idea="square_images",
)
grader.edit(
    "swaps_height_and_width",
    "Height and width have changed places: an image is (channels, height, width).",
    "height, width = sizes",
    "width, height = sizes",
    idea="swapped_sizes",
)
grader.edit(
    "counts_the_pixels_of_one_channel",
    "The shape is right, and `inputs` is the size of one channel. `flatten` puts all channels into "
    "the row: multiply by their number.",
    RETURNED,
    "return (channels, height, width), height * width",
)
grader.edit(
    "counts_the_channels_alone",
    "The shape is right, and `inputs` is the number of channels alone, as if each of them had been "
    "averaged to one number. Multiply by height and width.",
    RETURNED,
    "return (channels, height, width), channels",
)
grader.edit(
    "leaves_the_channels_out_of_the_shape",
    "The shape has no channels. Return (channels, height, width).",
    RETURNED,
    "return (height, width), channels * height * width",
)
grader.edit(
    "puts_the_channels_last",
    "The channels come last. In torch they come first: (channels, height, width).",
    RETURNED,
    "return (height, width, channels), channels * height * width",
    idea="channels_last",
)
grader.edit(
    "returns_a_list",
    "The shape is right, in a list. A tuple is asked for: `(channels, height, width)`.",
    RETURNED,
    "return [channels, height, width], channels * height * width",
    idea="list_for_tuple",
)
grader.edit(
    "returns_the_number_alone",
    "Only the number of inputs comes back. Return the shape and the number, in this order.",
    RETURNED,
    "return channels * height * width",
)
grader.edit(
    "goes_through_one_layer",
    "What comes back is the shape after the last layer as if the others were not there. Each "
    "layer gets what the one before it gives.",
    "for layer in layers:",
    "for layer in layers[-1:]:",
)
grader.edits(
    "changes_the_layers",
    **CHANGES_THE_LAYERS,
    old=SETTINGS,
    news=[
        SETTINGS.replace("layer.get(", "layer.setdefault("),
        SETTINGS.replace('layer.get("stride', 'layer.setdefault("stride'),
        SETTINGS.replace('layer.get("dilation', 'layer.setdefault("dilation'),
    ],
)

STRIDE_LINE = "stride = layer.get('stride', 1 if layer['layer'] == 'conv' else kernel)"
grader.equivalent(
    f"{STRIDE_LINE} -> {STRIDE_LINE.replace('==', 'is')}",
    ONE_STRING,
)
for line in (
    "kernel = layer['kernel_size']",
    "reach = layer.get('dilation', 1) * (kernel - 1) + 1",
):
    grader.equivalent(f"{line} moved", INDEPENDENT)
