import torch

from torchkata import Grader

grader = Grader(
    points=1,
    level=1,
    hints=("How often does 2 go into x?",),
    forbid=("torch.div",),
    timeout=1.0,
)


@grader.observe
def value_and_gradient(answer, x):
    before = x.clone()
    x.requires_grad_()
    halved = answer(x)
    halved.square().sum().backward()
    return {"half": halved, "gradient": x.grad, "x afterwards": x - before}


@grader.case
def row():
    """Four random numbers."""
    return torch.randn(4)


@grader.case
def table():
    """Two rows of three random numbers, in float64."""
    return torch.randn(2, 3, dtype=torch.float64)


@grader.case
def large():
    """Numbers around a thousand."""
    return 1000 + torch.randn(5)


# What follows stays with the teacher.


@grader.misconception
def doubles(x):
    """Twice is the other way round: half is `x / 2`."""
    return 2 * x


@grader.misconception
def gives_a_number(x):
    """`.item()` takes a single number out of the tensor: keep the whole tensor."""
    return (x / 2)[0].item()


grader.edit(
    "takes_a_third",
    "A third is `x / 3`; a half is `x / 2`.",
    old="x / 2",
    new="x / 3",
    more=("Try it on 6: a half of it is 3.", "Divide by 2, once."),
)
