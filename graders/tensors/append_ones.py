import torch

from torchkata import Grader, called, value_and_gradient

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("tensors/target_scores",),
    start="makes_ones_by_default",
    hints=(
        "What are the dtype and the device of `torch.ones(3, 1)`? Who chose them?",
        "`inputs.dtype` and `inputs.device` say what is wanted, and `torch.ones` can be told both.",
        "A tensor has methods that make another one like itself: `inputs.new_ones(...)`.",
    ),
)


@grader.observe
def extended(answer, inputs, device):
    if device == "meta":
        return described(answer(inputs.to(device)))
    if inputs.is_floating_point():
        return value_and_gradient(answer, "extended", inputs=inputs)
    made, changes = called(answer, inputs=inputs)
    return {"extended": made, **changes}


def described(made):
    """What there is to see of a tensor without numbers."""
    if not isinstance(made, torch.Tensor):
        return {"extended": made}
    kind = {"device": made.device.type, "dtype": str(made.dtype), "shape": list(made.shape)}
    return {f"{name} of extended": value for name, value in kind.items()}


@grader.case
def single_precision():
    """A table of 4 x 3 numbers, in float32."""
    return torch.randn(4, 3), "the same"


@grader.case
def half_precision():
    """A table of 2 x 5 numbers, in float16, of which one is inf, one -inf and one 0."""
    inputs = torch.randn(2, 5).half()
    inputs[0, 0], inputs[1, 2], inputs[1, 0] = torch.inf, -torch.inf, 0.0
    return inputs, "the same"


@grader.case
def double_precision():
    """A table of 3 x 3 numbers, in float64."""
    return torch.randn(3, 3, dtype=torch.float64), "the same"


@grader.case
def large_integers():
    """A table of 3 x 2 integers of 18 digits, in int64."""
    return torch.randint(10**17, 10**18, (3, 2)), "the same"


@grader.case
def another_device():
    """A table of 5 x 2 numbers, in float32, on the device "meta"."""
    return torch.randn(5, 2), "meta"


@grader.case
def integers_on_another_device():
    """A table of 2 x 4 integers, in int64, on the device "meta"."""
    return torch.randint(100, (2, 4)), "meta"


@grader.case
def one_column():
    """A table of 6 x 1 numbers, in float32."""
    return torch.randn(6, 1), "the same"


@grader.case
def one_row():
    """A table of 1 x 3 numbers, in float64."""
    return torch.randn(1, 3, dtype=torch.float64), "the same"


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a table of 2 x 2 numbers."""
    return torch.tensor([[2.0, 3.0], [4.0, 5.0]]), "the same"


from graders._shared import changed_in_place

NEW = "inputs.new_ones(len(inputs), 1)"
JOINED = "torch.cat([inputs, ones], dim=1)"
BODY = f"ones = {NEW}\nreturn {JOINED}"

grader.edit(
    "makes_ones_by_default",
    "The ones are where PyTorch makes tensors if you say nothing: float32, on the CPU. `inputs` "
    "may be of another dtype and on another device: ask them, with `inputs.new_ones(...)`, or "
    "`dtype=` and `device=`.",
    old="inputs.new_ones(len(inputs), 1)",
    new="torch.ones(len(inputs), 1)",
    idea="default_dtype_and_device",
    more=("`torch.cat` of float16 and float32 is float32, the dtype that holds both.",),
)
grader.edits(
    "forgets_the_device",
    "Dtypes are right, but the ones are on the CPU wherever `inputs` are: on a GPU, the two cannot "
    "be joined. Make them on `inputs.device`.",
    old=NEW,
    news=[
        "torch.ones(len(inputs), 1, dtype=inputs.dtype)",
        'torch.ones(len(inputs), 1, dtype=inputs.dtype, device="cpu")',
        "torch.ones(len(inputs), 1).to(inputs.dtype)",
        "torch.tensor([[1]] * len(inputs), dtype=inputs.dtype)",
        "torch.tensor([[1]] * len(inputs))",
    ],
    idea="default_device",
)
grader.edit(
    "forgets_the_dtype",
    "The device is right, but the ones are float32, so float16 and integers become float32, too. "
    "Make them of `inputs.dtype`.",
    old=NEW,
    new="torch.ones(len(inputs), 1, device=inputs.device)",
    idea="default_dtype",
)
grader.edits(
    "converts_the_result",
    "The dtype is right at the end, but in between everything was floats, and float32 holds 7 "
    "digits, float64 15: large integers were rounded. Make the ones of `inputs.dtype` instead, so "
    "that nothing needs to be converted back.",
    old=BODY,
    news=[
        "ones = torch.ones(len(inputs), 1, device=inputs.device)\n"
        "return torch.cat([inputs, ones], dim=1).to(inputs.dtype)",
        "ones = torch.ones(len(inputs), 1, device=inputs.device)\n"
        "return torch.cat([inputs.float(), ones], dim=1).to(inputs.dtype)",
        "ones = torch.ones(len(inputs), 1, device=inputs.device)\n"
        "return torch.cat([inputs.double(), ones], dim=1).to(inputs.dtype)",
    ],
    idea="rounded_in_between",
)
grader.edit(
    "converts_the_result_and_forgets_the_device",
    "Two things. The ones are on the CPU wherever `inputs` are. And in between, everything was "
    "float32, which rounds large integers. `inputs.new_ones(...)` has the dtype and the device of "
    "`inputs`.",
    old=BODY,
    new=f"ones = torch.ones(len(inputs), 1)\nreturn {JOINED}.to(inputs.dtype)",
    idea="default_device",
)
grader.edit(
    "converts_the_inputs",
    "Everything becomes float32 here, whatever it was. It is the ones that have to fit `inputs`, "
    "and not the other way.",
    old=BODY,
    new="ones = torch.ones(len(inputs), 1, device=inputs.device)\n"
    "return torch.cat([inputs.float(), ones], dim=1)",
    idea="default_dtype",
)
grader.edit(
    "converts_the_inputs_and_forgets_the_device",
    "Two things. Everything becomes float32 here, whatever it was; and the ones are on the CPU "
    "wherever `inputs` are. It is the ones that have to fit `inputs`, as `inputs.new_ones(...)` "
    "makes them.",
    old=BODY,
    new="ones = torch.ones(len(inputs), 1)\nreturn torch.cat([inputs.float(), ones], dim=1)",
    idea="default_device",
)
grader.edits(
    "chooses_a_dtype",
    "The ones have a dtype that was written down, and where `inputs` have another, the result has "
    "the larger of the two, or a float instead of an integer. Ask them: `inputs.dtype`.",
    old=NEW,
    news=[
        f"torch.ones(len(inputs), 1, dtype=torch.{dtype}{device})"
        for dtype in ("float16", "float64", "bfloat16")
        for device in (", device=inputs.device", "")
    ],
    idea="default_dtype",
)
grader.edits(
    "computes_ones_from_the_inputs",
    "The dtype and the device are right, but not every 1 is: what is computed from the inputs is "
    "nan where they are inf (inf * 0, inf / inf, inf - inf) or 0 (0 / 0). Make the ones of nothing "
    "but the dtype and the device.",
    old=NEW,
    news=[
        "inputs[:, :1] * 0 + 1",
        "inputs[:, :1] - inputs[:, :1] + 1",
        "(inputs[:, :1] / inputs[:, :1]).to(inputs.dtype)",
    ],
)
grader.edit(
    "appends_a_row",
    "The ones were joined along dimension 0, as a row: that fails, or makes the table longer. A "
    "column is joined along `dim=1`.",
    old=BODY,
    new="ones = inputs.new_ones(1, inputs.shape[1])\nreturn torch.cat([inputs, ones], dim=0)",
    idea="wrong_dim",
)
grader.edit(
    "puts_the_ones_first",
    "The column of ones comes first here. It is to be the last one: name it second.",
    old="[inputs, ones]",
    new="[ones, inputs]",
)
grader.edit(
    "appends_as_many_columns_again",
    "`torch.ones_like(inputs)` has the shape of `inputs`, too, so that the table becomes twice as "
    "wide. One column is enough: `inputs[:, :1]` has the shape of one.",
    old=NEW,
    new="torch.ones_like(inputs)",
)
grader.edits(
    "overwrites_a_column",
    "The table is as wide as before: ones have taken the place of the numbers of a column. Add a "
    "column: the result has one more than `inputs`.",
    old=BODY,
    news=[f"made = inputs.clone()\nmade[:, {column}] = 1\nreturn made" for column in ("-1", "0")],
)
grader.edit(
    "appends_zeros",
    "The column that was added holds zeros. It should hold ones.",
    old=NEW,
    new=NEW.replace("ones", "zeros"),
)
grader.edit(
    "adds_1",
    "1 is added to every number here. What is asked for is another column.",
    old=BODY,
    new="return inputs + 1",
)
grader.edit(
    "counts_the_columns",
    "There are as many ones as columns, and there should be as many as rows: `len(inputs)`. Where "
    "the table is not square, the two cannot be joined.",
    old="len(inputs), 1",
    new="inputs.shape[1], 1",
    idea="swapped_dimensions",
)
grader.edit(
    "forgets_the_second_dimension",
    "The ones have one dimension, shape (N,), and the table has two: `cat` wants as many of both. "
    "A column has shape (N, 1).",
    old="len(inputs), 1",
    new="len(inputs)",
)
grader.edit(
    "cuts_the_gradient",
    "The table is right, but cut off from `inputs`, as by `detach()` or `torch.tensor(...)`: no "
    "gradient can flow back.",
    old=JOINED,
    new="torch.cat([inputs.detach(), ones], dim=1)",
    idea="cut_graph",
)
grader.edit(
    "brings_everything_to_the_cpu",
    "On the CPU this is right, but what is on another device is brought away from it, as by "
    "`.cpu()` or `.to(device)`. It should stay where it is: make the ones on `inputs.device`.",
    old=BODY,
    new=f"ones = {NEW}.cpu()\nreturn torch.cat([inputs.cpu(), ones], dim=1)",
    idea="default_device",
)
grader.edit(
    "changes_the_inputs",
    **changed_in_place("inputs"),
    old=f"return {JOINED}",
    new=f"made = {JOINED}\ninputs *= 0\nreturn made",
)
