import torch

from torchkata import Grader, called, randn64

grader = Grader(
    points=2,
    level=2,
    after=("optimizers/optimizer_by_name",),
    # eps counts for a part in 100 000 of the step at most, and does not have to be known.
    tolerance={"first step": (1e-3, 1e-12)},
    hints=(
        "Try all five with a `torch.optim` optimizer: gradients 100, 1, 0.01 and 0, and a "
        "parameter that is large.",
        "`help(torch.optim.RMSprop)` shows the signature, and below it the lines of the algorithm. "
        "What is the mean of the squares after one step, if it begins at 0?",
        "In four of them the gradient is divided by its own size, so that its sign is left. By "
        "what part of its size, in RMSprop?",
    ),
)


@grader.observe
def change(answer, name, param, gradient):
    step, changes = called(answer, name=name, param=param, gradient=gradient)
    return {"first step": step, **changes}


def point(*sizes):
    """Parameters between 3 and 9 in size, and gradients of these sizes, up to twice as large."""
    count = len(sizes)
    signs = torch.randint(2, (2, count)) * 2 - 1
    drawn = torch.rand(2, count, dtype=torch.float64)
    large = torch.tensor(sizes, dtype=torch.float64) * (1 + drawn[1])
    return signs[0] * (3 + 6 * drawn[0]), signs[1] * large


@grader.case
def sgd():
    """SGD, and gradients of 0.01 to 200."""
    return "SGD", *point(0.01, 1.0, 100.0, 0.0)


@grader.case
def adam():
    """Adam, and gradients of 0.01 to 200, one of them 0."""
    return "Adam", *point(0.01, 1.0, 100.0, 0.0)


@grader.case
def adamw():
    """AdamW, and gradients of 0.01 to 200, one of them 0; two parameters are -10 and 10."""
    param, gradient = point(0.01, 1.0, 0.0, 100.0, 0.1)
    param[2:4] = torch.tensor([-10.0, 10.0])
    return "AdamW", param, gradient


@grader.case
def rmsprop():
    """RMSprop, and gradients of 0.01 to 200, one of them 0."""
    return "RMSprop", *point(0.0, 0.01, 1.0, 100.0)


@grader.case
def adagrad():
    """Adagrad, and gradients of 0.01 to 200, one of them 0."""
    return "Adagrad", *point(100.0, 0.01, 0.0, 1.0)


@grader.case
def one_number():
    """AdamW, and a single parameter near 0 whose gradient is exactly 0.01."""
    return "AdamW", 0.1 * randn64(1), torch.tensor([0.01], dtype=torch.float64)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: two parameters, and SGD."""
    gradient = torch.tensor([4.0, -0.5], dtype=torch.float64)
    return "SGD", torch.tensor([5.0, 5.0], dtype=torch.float64), gradient


from graders._shared import changed_in_place

SGD = """
case "SGD":
    return -0.001 * gradient
"""
ADAM = """
case "Adam":
    return -0.001 * gradient.sign()
"""
DECAY = " - 0.001 * 0.01 * param"
BOTH = f"""{ADAM}case "AdamW":
    return -0.001 * gradient.sign(){DECAY}
"""
UNCORRECTED = "0.001 * (1 - 0.9) / (1 - 0.999) ** 0.5"
RMSPROP = "-0.01 * gradient.sign() / (1 - 0.99) ** 0.5"
ADAGRAD = """
case "Adagrad":
    return -0.01 * gradient.sign()
"""


grader.edit(
    "moves_adam_by_the_gradient",
    "Adam's step is longer for a larger gradient here, as SGD's is. Adam divides by the size of "
    "the gradients so far, and after one step that is the size of this one: only the sign is left.",
    ADAM,
    ADAM.replace("gradient.sign()", "gradient"),
    idea="step_grows_with_the_gradient",
)
grader.edit(
    "moves_rmsprop_by_the_gradient",
    "RMSprop's step is longer for a larger gradient here, as SGD's is. It divides by the root of "
    "its mean square, so that the size of the gradient drops out.",
    RMSPROP,
    "-0.01 * gradient",
    idea="step_grows_with_the_gradient",
)
grader.edit(
    "moves_adagrad_by_the_gradient",
    "Adagrad's step is longer for a larger gradient here, as SGD's is. It divides by the root of "
    "the sum of all squares so far, and after one step that is the size of this gradient.",
    ADAGRAD,
    ADAGRAD.replace("gradient.sign()", "gradient"),
    idea="step_grows_with_the_gradient",
)
grader.edit(
    "takes_all_for_sgd",
    "All five move by a learning rate times the gradient here. That is SGD: the other four divide "
    "by the size of the gradient, and what is left is its sign.",
    SGD,
    """
case _ if name:
    return -(0.01 if name in ("RMSprop", "Adagrad") else 0.001) * gradient
""",
    idea="step_grows_with_the_gradient",
)
grader.edit(
    "gives_sgd_the_sign_alone",
    "SGD's step has the same length for every gradient here. SGD divides by nothing: its step is "
    "the learning rate times the gradient.",
    SGD,
    SGD.replace("gradient", "gradient.sign()"),
)
grader.edits(
    "remembers_another_lr_of_sgd",
    "SGD moves by another learning rate here, such as the 0.01 or 0.1 of many examples. Its "
    "default in torch is 0.001.",
    SGD,
    [SGD.replace("0.001", lr) for lr in ("0.01", "0.1")],
    idea="default_of_another",
)
grader.edits(
    "remembers_another_lr_of_adam",
    "Adam moves by another learning rate here. Its default in torch is 0.001.",
    ADAM,
    [ADAM.replace("0.001", lr) for lr in ("0.01", "0.0003")],
    idea="default_of_another",
)
grader.edits(
    "remembers_another_lr_of_adagrad",
    "Adagrad moves by another learning rate here. Its default in torch is 0.01, ten times that of "
    "Adam.",
    ADAGRAD,
    [ADAGRAD.replace("0.01", lr) for lr in ("0.001", "0.1")],
    idea="default_of_another",
)
grader.edit(
    "takes_the_accumulator_of_keras",
    "Adagrad's first step is shorter for a small gradient here, as where its sum of squares begins "
    "at 0.1, which is Keras's default. In torch it begins at 0.",
    ADAGRAD,
    ADAGRAD.replace("gradient.sign()", "gradient / (0.1 + gradient**2) ** 0.5"),
    idea="default_of_another",
)
grader.edits(
    "forgets_the_bias_correction",
    "Adam's first step is about 3.16 times too long, as where its two averages, which "
    "begin at 0, are used as they are. Adam divides each by what it has seen so far: `1 - beta ** "
    "1`.",
    BOTH,
    [BOTH.replace("0.001 * g", f"{UNCORRECTED} * g", count) for count in (1, 2)],
    idea="no_bias_correction",
)
grader.edit(
    "dampens_adam",
    "Adam's first step is a tenth of what it is, as where the average of the gradients, which "
    "begins at 0, counts as it is. Adam divides it by `1 - 0.9` in the first step.",
    ADAM,
    ADAM.replace("0.001", "0.001 * (1 - 0.9)"),
    idea="no_bias_correction",
)
grader.edit(
    "moves_rmsprop_by_its_lr",
    "RMSprop's first step is a tenth of what it is, as where its mean square is corrected for its "
    "beginning at 0, like Adam's, or where the learning rate is taken for 0.001. It is 0.01, and "
    "the root of the mean square is a tenth of the gradient after one step.",
    RMSPROP,
    "-0.01 * gradient.sign()",
    idea="unasked_bias_correction",
)
grader.edit(
    "takes_the_alpha_of_keras",
    "RMSprop's first step is about 3.16 times its learning rate here, as with an `alpha` of 0.9. "
    "Its default in torch is 0.99.",
    RMSPROP,
    "-0.01 * gradient.sign() / (1 - 0.9) ** 0.5",
    idea="default_of_another",
)
grader.edit(
    "forgets_the_root",
    "RMSprop's step is 100 times its learning rate here. The mean square is a hundredth of the "
    "gradient's square; its root is what divides.",
    "/ (1 - 0.99) ** 0.5",
    "/ (1 - 0.99)",
)
grader.edit(
    "swaps_alpha",
    "RMSprop's first step is hardly longer than its learning rate here, as where `alpha` weighs "
    "the new square. It weighs the old mean: the new square counts for `1 - alpha`, a hundredth.",
    "/ (1 - 0.99) ** 0.5",
    "/ 0.99**0.5",
)
grader.edit(
    "never_decays",
    "AdamW moves like Adam here. By default it also decays: `weight_decay=0.01`, times the "
    "learning rate, of the parameter, even where the gradient is 0.",
    DECAY,
    "",
    idea="default_decay_ignored",
)
grader.edit(
    "decays_only_what_moves",
    "Where the gradient is 0, AdamW changes nothing here. It has a gradient, of 0, and the decay "
    "does not ask for it: the parameter shrinks there, too.",
    DECAY,
    f"{DECAY} * (gradient != 0)",
    idea="zero_gradient_stops",
)
grader.edit(
    "decays_without_the_lr",
    "AdamW takes 1 % of the parameter away in one step here. The weight decay is multiplied by the "
    "learning rate: 0.001 * 0.01 of the parameter.",
    DECAY,
    " - 0.01 * param",
    idea="decay_without_lr",
)
grader.edits(
    "remembers_another_decay",
    "AdamW decays by another weight decay here. Its default in torch is 0.01.",
    DECAY,
    [f" - 0.001 * {decay} * param" for decay in ("0.1", "0.001", "0.05", "0.0001", "0.0005")],
    idea="default_of_another",
)
grader.edit(
    "decays_in_the_wrong_direction",
    "AdamW's decay makes the parameter larger here. It pulls towards 0: the sign is that of "
    "`-param`.",
    DECAY,
    DECAY.replace("-", "+"),
    idea="wrong_sign",
)
grader.edit(
    "adds_the_decay_to_the_gradient",
    "In AdamW the decay goes into the gradient here, where the sign swallows it. That is what Adam "
    "does with a weight decay; AdamW takes it from the parameter by itself.",
    f"gradient.sign(){DECAY}",
    "(gradient + 0.01 * param).sign()",
    idea="decay_in_the_gradient",
)
grader.edit(
    "decays_with_adam",
    "Adam decays here. Only AdamW has a weight decay by default; that of Adam is 0.",
    ADAM,
    ADAM.rstrip() + DECAY + "\n",
)


from solutions.optimizers.first_step import first_step


@grader.misconception(idea="default_of_another")
def takes_one_lr_for_all(name, param, gradient):
    """SGD, Adam and AdamW move ten times too far, as with the learning rate of RMSprop and Adagrad,
    0.01. Their default is 0.001."""
    return first_step(name, param, gradient) * (1 if name in ("RMSprop", "Adagrad") else 10)


@grader.misconception(idea="wrong_sign")
def goes_uphill(name, param, gradient):
    """All steps go the wrong way: an optimizer moves against the gradient. After minus before has
    the other sign."""
    return -first_step(name, param, gradient)


@grader.misconception(idea="wrong_sign")
def returns_lengths(name, param, gradient):
    """These are lengths, without a sign. The change is asked for: what the parameter is after the
    step, minus what it was."""
    return first_step(name, param, gradient).abs()


@grader.misconception
def returns_the_parameter(name, param, gradient):
    """This is the parameter after the step. Subtract what it was before."""
    return param + first_step(name, param, gradient)


@grader.misconception(idea="zero_divided_by_zero")
def divides_0_by_0(name, param, gradient):
    """Where the gradient is 0, the change is nan, as 0 / 0 is. torch adds a small `eps` to what it
    divides by, so that 0 stays 0; `gradient.sign()` is 0 there, too."""
    nothing = 0 if name == "SGD" else 0 * (gradient / gradient.abs())
    return first_step(name, param, gradient) + nothing


@grader.misconception(idea="one_norm_for_all")
def divides_by_the_norm(name, param, gradient):
    """The gradient was divided by its norm here, one number for all parameters. These optimizers
    divide each number by its own size."""
    unit = gradient / gradient.norm()
    match name:
        case "SGD":
            return -0.001 * gradient
        case "RMSprop":
            return -0.1 * unit
    return -(0.01 if name == "Adagrad" else 0.001) * unit - (name == "AdamW") * 1e-5 * param


@grader.misconception(**changed_in_place("param"))
def takes_the_step_itself(name, param, gradient):
    before = param.clone()
    param += first_step(name, param, gradient)
    return param - before


grader.edit(
    "changes_the_gradient",
    **changed_in_place("gradient"),
    old=SGD,
    new=SGD.replace("-0.001 * gradient", "gradient.mul_(-0.001)"),
)
LINE = "return -0.01 * gradient.sign() / (1 - 0.99) ** 0.5"
grader.equivalent(f"{LINE} -> {LINE.replace('1 - 0.99', '1 % 0.99')}", "both are 0.01")
