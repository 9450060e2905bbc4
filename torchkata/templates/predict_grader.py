import random

from torchkata import Grader

grader = Grader(
    points=1,
    level=1,
    hints=(
        "TODO: a question that leads there.",
        "TODO: nearly the answer.",
    ),
)


# A lone prediction can be guessed: ask for many, drawn at random.
@grader.observe
def predictions(answer, histories):
    return {", ".join(steps) or "nothing": answer(list(steps)) for steps in histories}


# Three cases at least; one of them hostile.
@grader.case
def many_orders():
    """40 orders of up to 6 steps, each step alone, and none."""
    some = [random.choices(["in place", "new"], k=random.randint(2, 6)) for _ in range(40)]
    return ([[], ["in place"], ["new"], *some],)


# From here on, nothing reaches a learner. Four wrong answers at least.
grader.edit(
    "follows_the_first_name",
    "TODO: what is seen, and then what usually causes it (as where ...).",
    old='[*steps, "new"].index("new")',
    new="len(steps)",
)
grader.edit(
    "looks_from_the_end",
    "TODO: what is seen, and then what usually causes it (as where ...).",
    old="[*steps,",
    new="[*steps[::-1],",
)
