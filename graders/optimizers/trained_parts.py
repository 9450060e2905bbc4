import random

from torchkata import Grader

grader = Grader(
    points=2,
    level=2,
    after=("optimizers/build",),
    hints=(
        "An optimizer holds tensors, not the model. Which lines put other tensors into the model?",
        "Build the model, note `id(model.head.weight)`, run one line, and look whether the id is "
        "still the same.",
        "The loss function holds no parameter. `.to` and `load_state_dict` write new numbers into "
        "the tensors that are there; a new layer and a copy bring tensors of their own.",
    ),
)


@grader.observe
def parts(answer, histories):
    seen = {}
    for steps in histories:
        seen[", ".join(steps)] = answer(list(steps))
    return seen


def shuffled(count, *others):
    """`count` different orders of loss, optimizer and some of the other lines."""
    orders = {}
    while len(orders) < count:
        lines = ["loss", "optimizer", *random.sample(others, random.randint(1, len(others)))]
        random.shuffle(lines)
        orders[tuple(lines)] = lines
    return (list(orders.values()),)


@grader.case
def only_the_three():
    """The loss before the optimizer, and the optimizer before the loss."""
    orders = [["loss", "optimizer"], ["optimizer", "loss"]]
    random.shuffle(orders)
    return (orders,)


@grader.case
def a_new_head():
    """6 orders of loss, optimizer and a new head."""
    return shuffled(6, "new head")


@grader.case
def frozen_or_converted():
    """24 orders, some with a frozen body, a conversion, or parameters that are loaded."""
    return shuffled(24, "freeze body", "to float64", "load")


@grader.case
def anything():
    """62 orders of some or all of the lines."""
    (orders,) = shuffled(60, "new head", "freeze body", "to float64", "load", "copy")
    # Too rare to be sure to be drawn.
    rare = ["freeze body", "copy", "optimizer", "loss"], ["optimizer", "new head", "load", "loss"]
    return ([*orders, *rare],)


grader.edit(
    "wants_the_loss_first",
    "Nothing moves here unless the loss is built before the optimizer. But a loss function holds "
    "no parameter, and an optimizer never sees it: these two may come in either order.",
    old='if "copy" in afterwards',
    new='if "copy" in afterwards or "loss" in afterwards',
)
grader.edit(
    "trains_a_head_that_comes_later",
    "An optimizer holds the tensors it was given. A head that comes after it has tensors of its "
    "own, which the optimizer does not know: it never moves.",
    old='    if "new head" not in afterwards:\n        moved.append("head")',
    new='    moved.append("head")',
    idea="optimizer_before_the_layer",
)
grader.edit(
    "leaves_every_new_head",
    "Only an optimizer that was built before the new head does not hold it. If the head comes "
    "first, the optimizer holds it like any other layer.",
    old='"new head" not in afterwards',
    new='"new head" not in steps',
)
grader.edit(
    "stops_all_for_a_new_head",
    "A new head that comes after the optimizer never moves, but the body does: its tensors are "
    "still the ones that the optimizer holds.",
    old='if "copy" in afterwards',
    new='if "copy" in afterwards or "new head" in afterwards',
)
grader.edit(
    "trains_a_copy",
    "A copy has tensors of its own. If the copy is made after the optimizer, the optimizer still "
    "holds the tensors of the model before, and no part of the copy moves.",
    old='if "copy" in afterwards:\n        return []',
    new="",
    idea="optimizer_of_a_copy",
)
grader.edit(
    "leaves_every_copy",
    "Only an optimizer that was built before the copy does not hold its tensors. If the copy "
    "comes first, the optimizer is given its tensors, and the copy is trained.",
    old='"copy" in afterwards',
    new='"copy" in steps',
)
grader.edit(
    "loses_what_is_converted",
    "`model.to(torch.float64)` keeps the Parameters and gives them other numbers, so that an "
    "optimizer still holds them. It may come before or after.",
    old='if "copy" in afterwards',
    new='if "copy" in afterwards or "to float64" in afterwards',
)
grader.edit(
    "loses_what_is_loaded",
    "`load_state_dict` writes the numbers into the parameters that are there, so that an optimizer "
    "still holds them. It may come before or after.",
    old='if "copy" in afterwards',
    new='if "copy" in afterwards or "load" in afterwards',
)
grader.edit(
    "finds_a_head_that_is_loaded",
    "`load_state_dict` writes numbers into the head that is there by then; the optimizer still "
    "holds the old one. So a new head that came after the optimizer never moves.",
    old='"new head" not in afterwards',
    new='("new head" not in afterwards or "load" in afterwards[afterwards.index("new head"):])',
)
grader.edit(
    "freezes_only_beforehand",
    "A body that is frozen after the optimizer was built gets no gradients either, and an "
    "optimizer skips parameters without one: it does not move.",
    old='"freeze body" not in steps',
    new='"freeze body" in afterwards or "freeze body" not in steps',
)
grader.edit(
    "freezes_only_afterwards",
    "A body that was frozen before the optimizer was built is in it, but gets no gradients: it "
    "does not move.",
    old='"freeze body" not in steps',
    new='"freeze body" not in afterwards',
)
grader.edit(
    "never_freezes",
    "A frozen body gets no gradients, and the optimizer skips parameters without one: the body "
    "does not move, whenever it was frozen.",
    old='    if "freeze body" not in steps:\n        moved.append("body")',
    new='    moved.append("body")',
)
grader.edit(
    "freezes_the_head_as_well",
    'Here nothing moves where the body is frozen. Only the body is: "freeze body" leaves the head '
    "as it is, which has gradients of its own.",
    old='if "copy" in afterwards',
    new='if "copy" in afterwards or "freeze body" in steps',
)
grader.edit(
    "moves_always",
    "Here everything moves whatever happens. Look again at what a new head, a frozen body and a "
    "copy do.",
    old="    return moved",
    new='    return ["body", "head"]',
)
grader.edit(
    "wants_the_optimizer_last",
    "Nothing moves here unless the optimizer is built last. It is a safe order, but not the only "
    "one: try which lines are harmless after it.",
    old='if "copy" in afterwards',
    new="if afterwards[1:]",
)
grader.edit(
    "thaws_with_a_copy",
    "A copy of a frozen body is frozen as well: `copy.deepcopy` copies `requires_grad` too.",
    old='"freeze body" not in steps',
    new='("freeze body" not in steps or "copy" in steps[steps.index("freeze body"):])',
)

grader.equivalent("moved = [] moved", "The list may begin before or after it is known to be empty.")

grader.edit(
    "moves_nothing",
    "Here nothing moves, whatever happens. If you tried it out: copy the numbers before the step, "
    "as by `copy.deepcopy`. A second name for the same tensor changes along with it.",
    old="    return moved",
    new="    return []",
)

grader.not_here(
    "example not a case: call 1",
    reason="A case is a list of such lists, and the tutorial's order is among them.",
)
