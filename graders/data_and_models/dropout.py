import torch

from torchkata import Grader, changed_entries

grader = Grader(
    points=2,
    level=2,
    forbid=("torch.nn.functional.dropout", "torch.nn.Dropout", "torch.dropout"),
    # Shares of 100 000 elements: two right answers differ by 0.0023 (one standard deviation).
    tolerance={"shares": (0.0, 0.02), "largest gap between gradient and output": (0.0, 1e-4)},
    hints=(
        "What is returned when training is False? And how large are the kept ones if p is 0.2?",
        "`torch.rand_like(x)` has a number in [0, 1) for each element. How often is it below p?",
        "Keep where it is at least p, and multiply by 1 / (1 - p), which p = 1 does not allow.",
    ),
)


@grader.observe
def what_is_dropped(answer, x, p, training):
    start = x.clone().requires_grad_()
    given = start.clone()
    output = answer(given, p, training)
    assert output.shape == x.shape, "the output needs the shape of x"
    # Each output is x times a factor: pushing x back gives the output once more.
    (output * x).sum().backward()
    factor, dropped = output / x, output == 0
    rate = dropped.float().reshape(len(x), -1)
    few = x.flatten()[:100]
    counts = {int((answer(few.clone(), p, training) == 0).sum()) for _ in range(20)}
    alike = dropped == (answer(x.clone(), p, training) == 0)
    return {
        "dtype": output.dtype,
        "largest output / x": factor.max().item(),
        "smallest output / x where kept": factor.where(~dropped, factor.max()).min().item(),
        "shares": {
            "dropped": rate.mean().item(),
            "dropped per example, standard deviation": rate.mean(1).std(unbiased=False).item(),
            "dropped per feature, standard deviation": rate.mean(0).std(unbiased=False).item(),
            "treated alike by a second call": alike.float().mean().item(),
        },
        "as many dropped in each of 20 calls": len(counts) == 1,
        "largest gap between gradient and output": (start.grad - output).abs().max().item(),
        # How many depends on what is drawn, and is no part of the mistake.
        "entries changed in x": "some" if changed_entries(x, given) else "none",
    } | ({} if training else {"first example": output[0]})


@grader.case
def few_dropped():
    """1000 examples of 100 features, p = 0.25."""
    return torch.rand(1000, 100) + 1, 0.25, True


@grader.case
def most_dropped():
    """1000 examples of 10 x 10 features, negative and in float64, p = 0.7."""
    return torch.rand(1000, 10, 10, dtype=torch.float64) - 2, 0.7, True


@grader.case
def evaluation():
    """1000 examples of 100 features, p = 0.3, not training: x comes back as it is."""
    return torch.rand(1000, 100) + 1, 0.3, False


@grader.case
def evaluation_with_p_1():
    """1000 examples of 100 features, p = 1, not training: x comes back as it is."""
    return torch.rand(1000, 100) + 1, 1.0, False


@grader.case
def everything_dropped():
    """p = 1: zeros come back, and so does a gradient of zeros."""
    return torch.rand(1000, 100) + 1, 1.0, True


@grader.case
def nothing_dropped():
    """100 000 numbers in one dimension, p = 0: all are kept."""
    return torch.rand(100_000) + 1, 0.0, True


@grader.case
def half_precision():
    """1000 examples of 100 features in bfloat16, p = 0.5."""
    return torch.rand(1000, 100, dtype=torch.bfloat16) + 1, 0.5, True


from graders._shared import INDEPENDENT, changed_in_place

grader.edit(
    "forgets_to_scale",
    "With a part of the elements at 0, the sum becomes smaller: multiply what is kept by "
    "1 / (1 - p).",
    "return x * keep * scale",
    "return x * keep",
)


@grader.misconception
def divides_by_p(x, p, training):
    """p is the share that is dropped. What is kept is the share 1 - p: divide by that."""
    if not training:
        return x
    return x * (torch.rand_like(x) >= p) / p


@grader.misconception
def keeps_with_probability_p(x, p, training):
    """Here each element is kept with probability p. But p is the probability that it is dropped, so
    it is kept with probability 1 - p, as `rand >= p` is true."""
    if not training:
        return x
    return x * (torch.rand_like(x) < p) / (1 - p)


WHOLE = """
    if not training:
        return x
    keep = torch.rand_like(x) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale
"""
grader.edits(
    "takes_p_for_the_share_to_keep",
    "Here the share p is kept and scaled by 1 / p. p is the probability to be dropped, so 1 - p "
    "belongs in both places.",
    WHOLE,
    [
        f"""
    if not training:
        return x
    if p in {guarded}:
        return x * 0
    return x * (torch.rand_like(x) < p) / p
"""
        for guarded in ("()", "(0,)", "(1,)", "(0, 1)")
    ],
)
grader.edit(
    "drops_in_evaluation_too",
    "Predictions should not depend on chance: with training=False, return x as it is.",
    "if not training:",
    "if False:",
)


@grader.misconception
def scales_in_evaluation(x, p, training):
    """Here the kept ones are not scaled, and evaluation multiplies by 1 - p. It is asked for the
    other way round: scale by 1 / (1 - p) while training, and return x as it is in evaluation."""
    return x * (torch.rand_like(x) >= p) if training else x * (1 - p)


grader.edit(
    "scales_in_evaluation_too",
    "The kept ones were multiplied by 1 / (1 - p) while training; multiplying by 1 - p in "
    "evaluation makes up for it once more: return x as it is.",
    "if not training:\n    return x",
    "if not training:\n    return x * (1 - p)",
)

grader.edit(
    "one_draw_per_example",
    "This drops whole examples: draw a random number for every element, not one for each example.",
    "torch.rand_like(x)",
    "torch.rand(len(x), *[1] * (x.dim() - 1), device=x.device)",
)
grader.edits(
    "one_draw_for_all_examples",
    "This drops the same features in every example, as with one mask for all: draw a random number "
    "for every element, `torch.rand_like(x)`.",
    "torch.rand_like(x)",
    ["torch.rand_like(x[0])", "torch.rand(x.shape[-1:], device=x.device)"],
)
grader.edit(
    "same_mask_each_time",
    "Each call drops the same elements, as where a seed is set inside, a generator made inside, "
    "or a mask kept: draw new numbers in each call.",
    "keep = torch.rand_like(x) >= p\nscale",
    "torch.manual_seed(0)\nkeep = torch.rand_like(x) >= p\nscale",
)
grader.edit(
    "draws_from_the_normal_distribution",
    "`randn` is below 0 half of the time: `rand` (without n) is spread evenly over [0, 1), and "
    "below p with probability p.",
    "rand_like",
    "randn_like",
)


@grader.misconception
def leaves_the_dropped_out(x, p, training):
    """The output has the shape of x: what is dropped stays in its place, as 0."""
    return x[torch.rand_like(x) >= p] / (1 - p) if training else x


grader.edit(
    "changes_x",
    **changed_in_place("x"),
    old="return x * keep * scale",
    new="return x.mul_(keep * scale)",
)


@grader.misconception(idea="division_by_0")
def nan_where_all_are_dropped(x, p, training):
    """Where p is 1 this divides by 0, and the output is nan. Everything is dropped then: the output
    is 0, without a division."""
    if not training:
        return x
    return x * (torch.rand_like(x) >= p) / (1 - p)


grader.edit(
    "divides_one_by_zero",
    "Where p is 1 there is no 1 / (1 - p). Everything is dropped then: the output is 0, without a "
    "division.",
    "1 / (1 - p) if p < 1 else 0.0",
    "1 / (1 - p)",
    idea="division_by_0",
)


@grader.misconception(idea="cut_graph")
def zeros_without_a_gradient(x, p, training):
    """New zeros, as of `torch.zeros_like(x)`, do not come from x, so where p is 1 no gradient can
    flow back: 0 * x is zero as well, and its gradient is 0."""
    if training and p == 1:
        return torch.zeros_like(x)
    return x * (torch.rand_like(x) >= p) / (1 - p) if training else x


@grader.misconception(idea="nan_behind_where")
def hides_the_division_by_zero(x, p, training):
    """The output is right. But where p is 1, this divides by 0: something (`torch.where`,
    `masked_fill`, `nan_to_num`) hides that in the output, and the gradient is nan. Do not divide
    there."""
    if not training:
        return x
    return torch.where(torch.rand_like(x) >= p, x / (1 - p), 0)


for change in (
    "keep = torch.rand_like(x) >= p moved",
    "scale = 1 / (1 - p) if p < 1 else 0.0 moved",
):
    grader.equivalent(change, INDEPENDENT)


@grader.misconception
def checks_p_before_training(x, p, training):
    """In evaluation x comes back as it is, also where p is 1. Ask for `training` first."""
    if p == 1:
        return x * 0
    if not training:
        return x
    return x * (torch.rand_like(x) >= p) / (1 - p)


@grader.misconception
def drops_an_exact_count(x, p, training):
    """Always the same number of elements is dropped here. Each element is to be dropped or kept
    whatever happens to the others, so that their number varies."""
    if not training:
        return x
    if p == 1:
        return x * 0
    keep = torch.ones(x.numel(), dtype=x.dtype, device=x.device)
    keep[torch.randperm(x.numel(), device=x.device)[: round(p * x.numel())]] = 0
    return x * keep.reshape(x.shape) / (1 - p)


@grader.misconception
def keeps_with_probability_p_unless_1(x, p, training):
    """Here each element is kept with probability p. But p is the probability that it is dropped: it
    is kept with probability 1 - p, as `rand >= p` is true."""
    if not training:
        return x
    if p == 1:
        return x * 0
    return x * (torch.rand_like(x) < p) / (1 - p)


@grader.misconception(idea="zero_for_not_given")
def replaces_a_p_of_0(x, p, training):
    """`p or 0.5` is 0.5 where p is 0, since 0 counts as False. With a p of 0 nothing is dropped:
    take p as it is."""
    if not training:
        return x
    if p == 1:
        return x * 0
    p = p or 0.5
    return x * (torch.rand_like(x) >= p) / (1 - p)


@grader.misconception(idea="float32_whatever_came")
def makes_a_mask_of_float32(x, p, training):
    """The dtype is not that of x where x is in half precision: a mask of float32, as `.float()` and
    `torch.rand` make it, turns the product into float32. Multiply by True and False instead."""
    if not training:
        return x
    if p == 1:
        return x * 0
    return x * (torch.rand(x.shape, device=x.device) >= p).float() / (1 - p)


grader.equivalent(
    "scale = 1 / (1 - p) if p < 1 else 0.0 -> scale = 1 / (1 - p) if p != 1 else 0.0",
    "p is never above 1",
)

grader.equivalent(
    "keep = torch.rand_like(x) >= p -> keep = torch.rand_like(x) > p",
    "a draw that is p exactly is as good as never made",
)

for change in (
    "scale = 1 / (1 - p) if p < 1 else 0.0 -> scale = 1 / (1 - p) if p < 1 else 1.0",
    "scale = 1 / (1 - p) if p < 1 else 0.0 -> scale = 1 / (1 - p) if p < 1 else -1.0",
):
    grader.equivalent(change, "with p = 1 nothing is kept, so it is 0 that is scaled")


WITHOUT_CARE = """
    if not training:
        return x
    keep = torch.rand_like(x) >= p
    return x * keep / (1 - p)
"""
for name, text, old, new in (
    (
        "drops_in_evaluation_too",
        "With training=False, return x as it is.",
        "if not training:",
        "if False:",
    ),
    (
        "scales_in_evaluation_too",
        "The kept ones were scaled while training: in evaluation, return x as it is.",
        "return x\n",
        "return x * (1 - p)\n",
    ),
    (
        "one_draw_per_example",
        "Whole examples are dropped: draw a number for every element, not for each example.",
        "torch.rand_like(x)",
        "torch.rand(len(x), *[1] * (x.dim() - 1), device=x.device)",
    ),
    (
        "one_draw_for_all_examples",
        "The same features are dropped in every example: draw a number for every element.",
        "torch.rand_like(x)",
        "torch.rand_like(x[0])",
    ),
    (
        "same_mask_each_time",
        "Each call drops the same elements, as if a seed is set inside: draw new numbers.",
        "keep =",
        "torch.manual_seed(0)\n    keep =",
    ),
    (
        "draws_from_the_normal_distribution",
        "`randn` is below 0 half of the time: `rand` is below p with probability p.",
        "rand_like",
        "randn_like",
    ),
    (
        "changes_x",
        "`x[...] = 0` changes the caller's x: make a new tensor, `x * keep`.",
        "return x * keep",
        "x[~keep] = 0\n    return x",
    ),
):
    grader.edit(
        f"{name}_and_divides_by_zero",
        f"Two things. {text} And where p is 1, this divides by 0: everything is dropped then.",
        WHOLE,
        WITHOUT_CARE.replace(old, new),
    )


@grader.misconception
def drops_in_evaluation_instead(x, p, training):
    """`training` is taken the wrong way round: drop where it is True, and return x as it is where
    it is False."""
    if training:
        return x
    return x * (torch.rand_like(x) >= p) / (1 - p)


@grader.misconception
def keeps_with_probability_p_and_forgets_to_scale(x, p, training):
    """Two things. p is the probability to be dropped, but here it is that to be kept: `rand >= p`
    keeps. And what is kept has to be multiplied by 1 / (1 - p)."""
    return x * (torch.rand_like(x) < p) if training else x


grader.edit(
    "drops_in_evaluation",
    "While training everything comes back unchanged, and in evaluation elements are dropped: it is "
    "the other way round.",
    "if not training:",
    "if training:",
)
grader.edit(
    "draws_one_number_for_each_row",
    "There is one random number for each row here, and they do not fit the elements of `x`: each "
    "element needs its own, `torch.rand_like(x)`.",
    "torch.rand_like(x)",
    "torch.rand(len(x), device=x.device)",
)


grader.edits(
    "drops_one_half",
    "One half is dropped, whatever p is, as where `randint(0, 2, ...)` decides, or a number is "
    "compared with 0.5: compare with `p`.",
    "torch.rand_like(x) >= p",
    ["torch.rand_like(x) >= 0.5", "torch.randint(0, 2, x.shape, device=x.device)"],
)


grader.not_here(
    "example not a case: call 1",
    "example not a case: call 2",
    "example not a case: call 3",
    reason="Shares of a few numbers are left to chance; cases have 100 000, with the p of "
    "the examples or near it.",
)

grader.not_here(
    "exception alone: leaves_the_dropped_out",
    reason="The assertion looks at the shape, and says so in its own words.",
)

grader.not_here(
    "exception alone: zeros_without_a_gradient",
    reason="It has no graph at p = 1 alone; an answer that never has one raises in other "
    "cases, too.",
)
