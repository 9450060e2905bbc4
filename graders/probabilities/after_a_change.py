import torch

from torchkata import Grader, called, sum_along

grader = Grader(
    points=2,
    level=2,
    after=("probabilities/softmax",),
    hints=(
        "Softmax divides exp(x_i) by a sum of such. What does exp(x + c) become, what exp(c * x)?",
        "If a number is the same for the whole row, it is in the numerator and in the denominator.",
        "exp(c * x) is exp(x) to the power c, and each probability is its exp(x) times something "
        "that is the same in the whole row. And log_softmax: what does it subtract from a row?",
    ),
)


@grader.observe
def new_probabilities(answer, probabilities, change, amount):
    new, changes = called(answer, probabilities=probabilities, change=change, amount=amount)
    sums = sum_along(new, 1, probabilities.shape)
    return {"new probabilities": new, "sum of each row": sums, **changes}


def drawn(*shape, dtype=torch.float32):
    """Probabilities of N examples and C classes, of which some are rather sure."""
    return (1.5 * torch.randn(shape, dtype=dtype)).softmax(dim=1)


def with_rare_classes(*shape, dtype=torch.float32):
    """The same, and one example with two classes that are hardly probable."""
    probabilities = drawn(*shape, dtype=dtype)
    probabilities[1] = torch.tensor([2e-6, 3e-6, 1 - 5e-6], dtype=dtype)
    return probabilities


@grader.case
def add():
    """5 examples of 3 classes: 2.5 is added to every logit."""
    return drawn(5, 3), "add", 2.5


@grader.case
def add_much():
    """4 examples of 3 classes: 900 is added to every logit."""
    return drawn(4, 3), "add", 900.0


@grader.case
def add_to_rows():
    """5 examples of 3 classes: -1000 is added to the first row, then 0.5, -2, 500 and 1000."""
    return drawn(5, 3), "add_to_rows", torch.tensor([-1000.0, 0.5, -2.0, 500.0, 1000.0])


@grader.case
def add_the_lowest():
    """3 examples of 4 classes, in float64: -1000 is added to every logit."""
    return drawn(3, 4, dtype=torch.float64), "add", -1000.0


@grader.case
def multiply_by_3():
    """3 examples of 5 classes, in float64: every logit is multiplied by 3."""
    return drawn(3, 5, dtype=torch.float64), "multiply", 3.0


@grader.case
def multiply_by_minus_a_half():
    """4 examples of 3 classes, one of 0.000002 and one of 0.000003 in the second example, in
    float64: every logit is multiplied by -0.5."""
    return with_rare_classes(4, 3, dtype=torch.float64), "multiply", -0.5


@grader.case
def multiply_by_minus_3():
    """3 examples of 3 classes, one of 0.000002 and one of 0.000003 in the second example: every
    logit is multiplied by -3."""
    return with_rare_classes(3, 3), "multiply", -3.0


@grader.case
def multiply_by_0():
    """A single example of 4 classes: every logit is multiplied by 0."""
    return drawn(1, 4), "multiply", 0.0


@grader.case
def log_softmax_once():
    """4 examples of 3 classes: log_softmax takes the place of the logits, 1 time."""
    return drawn(4, 3), "log_softmax", 1


@grader.case
def log_softmax_twice():
    """5 examples of 4 classes: log_softmax takes the place of the logits, 2 times."""
    return drawn(5, 4), "log_softmax", 2


@grader.case
def permute_three_classes():
    """5 examples of 3 classes, with the new order [1, 2, 0]."""
    return drawn(5, 3), "permute", [1, 2, 0]


@grader.case
def as_in_the_docstring():
    """The example of the docstring: all logits become 0."""
    return torch.tensor([[0.75, 0.25], [0.5, 0.5]]), "multiply", 0.0


@grader.case
def permute():
    """3 examples of 4 classes, with the new order [2, 0, 3, 1]."""
    return drawn(3, 4), "permute", [2, 0, 3, 1]


from graders._shared import changed_in_place
from graders.probabilities._shared import FORGETS_KEEPDIM


@grader.misconception
def takes_probabilities_for_logits(probabilities, change, amount):
    """Everything is done to the probabilities as if they were the logits, and softmax makes them
    nearly even. Take their logarithms for logits instead, and ask what that may change."""
    values = torch.as_tensor(amount, device=probabilities.device)
    if change in ("add", "add_to_rows"):
        scores = probabilities + values.reshape(-1, 1)
    elif change == "multiply":
        scores = probabilities * values
    elif change == "log_softmax":
        scores = probabilities.log_softmax(dim=1)
    else:
        scores = probabilities[:, values]
    return scores.softmax(dim=1)


@grader.misconception
def changes_the_probabilities_themselves(probabilities, change, amount):
    """Here everything is done to the probabilities themselves. The logits change, and softmax comes
    after that: ask of each change what it does to exp(x), and then to a quotient of such."""
    values = torch.as_tensor(amount, device=probabilities.device)
    if change in ("add", "add_to_rows"):
        return probabilities + values.reshape(-1, 1)
    if change == "multiply":
        return probabilities * values
    return probabilities.log_softmax(dim=1) if change == "log_softmax" else probabilities[:, values]


@grader.misconception
def believes_that_nothing_changes(probabilities, change, amount):
    """Some of the five changes leave the probabilities as they are, but not all of them: try each
    on a few logits of your own."""
    return probabilities


def believes(name, text, *spellings):
    """Register the reference with another value returned for some of the changes: each spelling is
    {change: what is returned}."""
    start = "match change:"
    news = [
        "\n    ".join([start, *(f'case "{c}":\n        return {new}' for c, new in one.items())])
        for one in spellings
    ]
    if len(news) == 1:
        grader.edit(name, text, start, *news)
    else:
        grader.edits(name, text, start, news)


ADDED = "torch.as_tensor(amount, device=probabilities.device).reshape(-1, 1)"
ADDING = {
    "adds_to_the_probabilities": (
        "The number is added to the *logits*, not to the probabilities: exp(x + c) is "
        "exp(x) * exp(c), and then the row is divided by its sum.",
        f"probabilities + {ADDED}",
    ),
    "adds_to_the_probabilities_and_divides": (
        "The number is added to the *logits*, not to the probabilities, and a new sum does not "
        "make up for that. What is exp(x + c), and what becomes of exp(c) in the quotient?",
        f"(probabilities + {ADDED}) / (1 + {ADDED} * probabilities.shape[1])",
    ),
    "multiplies_by_the_exponential_of_what_is_added": (
        "exp(x + c) is exp(x) * exp(c), but so is every exponential of the row, and with them the "
        "sum that you divide by: what becomes of exp(c) in the quotient?",
        f"probabilities * {ADDED}.exp()",
    ),
    "overflows": (
        "The whole row is multiplied by exp(c), and divided by its new sum: exp(c) cancels out, so "
        "leave it out. exp(500) is inf, exp(-600) is 0, and inf/inf and 0/0 are nan.",
        f"probabilities * {ADDED}.exp() / (probabilities * {ADDED}.exp()).sum(1, keepdim=True)",
    ),
}
MULTIPLYING = {
    "believes_that_scale_does_not_matter": (
        "A factor does matter: twice the logits are twice as far apart, and the best class gets "
        "more. Only what is *added* to a whole row cancels out.",
        "probabilities",
    ),
    "multiplies_the_probabilities": (
        "The probabilities themselves are multiplied here, so that a row sums to `amount`. The "
        "factor acts on the logits, inside the exponential: what is exp(c * x)?",
        "probabilities * amount",
    ),
    "multiplies_probabilities_as_if_they_were_logits": (
        "For `multiply`, softmax is applied to probabilities here, as if they were the logits. The "
        "logarithms of the probabilities would do as logits; they themselves do not.",
        "(probabilities * amount).softmax(dim=1)",
    ),
}
POWERS = {
    "forgets_the_new_sum": (
        "The powers are right, but a row of them does not sum to 1 any more: divide by the sum of "
        "the row.",
        "probabilities**amount",
    ),
    "multiplies_by_the_exponential": (
        "exp(c * x) is not exp(c) * exp(x): that would be exp(c + x), and changes nothing here "
        "once the row is divided by its sum. Which power of exp(x) is it?",
        "probabilities * torch.tensor(amount).exp()",
    ),
    "applies_softmax_to_the_powers": (
        "The powers only have to be divided by the sum of their row. Softmax takes their "
        "exponentials first, and makes them nearly even.",
        "(probabilities**amount).softmax(dim=1)",
    ),
    "ignores_the_sign_of_the_factor": (
        "The sign of the factor is left out: with one below 0 the best class becomes the worst.",
        "probabilities ** abs(amount) / (probabilities ** abs(amount)).sum(1, keepdim=True)",
    ),
}
LOG_SOFTMAX = {
    "returns_log_probabilities": (
        "What log_softmax gives are the new *logits*. Softmax is still applied to them: what are "
        "the exponentials of log probabilities, and what is their sum?",
        "probabilities.log()",
    ),
    "applies_log_softmax_to_probabilities": (
        "log_softmax is applied to the probabilities here, and takes the place of the result. It "
        "was to be applied to the logits, and softmax after it. What does it subtract from a row?",
        "probabilities.log_softmax(dim=1)",
    ),
    "applies_softmax_once_more": (
        "Softmax of probabilities makes them nearly even, but log_softmax takes logarithms: it "
        "subtracts one number from all logits of a row. What does that change?",
        "probabilities.softmax(dim=1)",
    ),
    "applies_softmax_as_often_as_log_softmax": (
        "Each log_softmax counts as one more softmax here. But it only subtracts one number from "
        "all logits of a row, and the second time that number is 0. What does that change?",
        "(probabilities.softmax(1) if amount > 1 else probabilities).softmax(dim=1)",
    ),
    "applies_softmax_for_the_second_log_softmax": (
        "A second log_softmax counts as one more softmax here, which makes the probabilities "
        "nearly even. What does it subtract from a row whose exponentials sum to 1 already?",
        "probabilities.softmax(dim=1) if amount > 1 else probabilities",
    ),
}

# Right where the factor is 0, as in the example, which anyone can try; or by its sign as well.
EVEN = "torch.full_like(probabilities, 1 / probabilities.shape[1])"
BY_SIGN = "((p := probabilities ** ((amount > 0) - (amount < 0))) / p.sum(1, keepdim=True))"
PATCHED = {
    "believes_that_scale_does_not_matter": (f"probabilities if amount else {EVEN}", BY_SIGN),
    "forgets_the_new_sum": (f"probabilities**amount if amount else {EVEN}",),
}

for name, (text, new) in ADDING.items():
    believes(name, text, {"add": new, "add_to_rows": new}, {"add": new}, {"add_to_rows": new})
for name, (text, new) in (MULTIPLYING | POWERS).items():
    believes(name, text, *({"multiply": one} for one in (new, *PATCHED.get(name, ()))))
for name, (text, new) in LOG_SOFTMAX.items():
    believes(name, text, {"log_softmax": new})
# The two are wrong together as often as alone.
for first, (about_first, new) in MULTIPLYING.items():
    for second, (about_second, other) in LOG_SOFTMAX.items():
        both = f"Two things. {about_first} And: {about_second}"
        believes(f"{first}_and_{second}", both, {"multiply": new, "log_softmax": other})

grader.edit(
    "adds_to_the_classes",
    "amount[n] belongs to example n, which is a row. Adding a tensor of shape (N,) to a table "
    "lines its numbers up with the columns: `amount[:, None]` has shape (N, 1).",
    "match change:",
    """
match change:
    case "add_to_rows":
        return (probabilities.log() + amount).softmax(dim=1)
""".strip(),
)
grader.edit(
    "divides_by_the_factor",
    "This is what happens where the logits are *divided* by `amount`: exp(c * x) is exp(x) to the "
    "power c, not 1/c.",
    "probabilities**amount",
    "probabilities ** (1 / amount)",
)
grader.edit(
    "adds_up_over_the_examples",
    "The powers are right, but here each column sums to 1. The classes of an example form a row: "
    "add up along `dim=1`.",
    "sum(dim=1, keepdim=True)",
    "sum(dim=0, keepdim=True)",
    idea="wrong_dim",
)
grader.edit(
    "forgets_keepdim",
    **FORGETS_KEEPDIM,
    old="sum(dim=1, keepdim=True)",
    new="sum(dim=1)",
)
grader.edit(
    "permutes_the_other_way",
    "The classes are moved the other way: class j *gets* what class amount[j] had, and here class "
    "amount[j] gets what class j had.",
    "probabilities[:, amount]",
    "probabilities[:, torch.tensor(amount).argsort().tolist()]",
)
grader.edit(
    "permutes_the_examples",
    "`probabilities[amount]` picks rows, which are the examples. The classes are the columns: "
    "`[:, amount]`.",
    "probabilities[:, amount]",
    "probabilities[amount]",
)
grader.edit(
    "believes_that_the_order_does_not_matter",
    "The same probabilities come out, but not at the same classes: they go where their logits go.",
    "probabilities[:, amount]",
    "probabilities",
)
POWER = """powers = probabilities**amount
            return powers / powers.sum(dim=1, keepdim=True)"""
grader.edits(
    "changes_the_probabilities",
    **changed_in_place("probabilities"),
    old=POWER,
    news=[
        POWER.replace("**amount", ".pow_(amount)"),
        "return probabilities.pow_(amount).div_(probabilities.sum(1, True))",
    ],
)
grader.edits(
    "adds_a_small_number",
    "Where several probabilities are near 0.000001, the new ones are off, as where a small "
    "number is added before a logarithm or a division. None of them is 0: leave it out.",
    "probabilities**amount",
    [f"(probabilities + {n}) ** amount" for n in ("1e-5", "1e-6", "1e-7", "1e-8", "1e-9", "1e-10")],
)
