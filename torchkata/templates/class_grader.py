import torch

from torchkata import Grader, set_by_size, value_and_gradient

grader = Grader(
    points=1,
    level=2,
    hints=(
        "TODO: a question that leads there.",
        "TODO: nearly the answer.",
    ),
)


# The answer is the class: make a module of it, give it other parameters, and look what it does.
@grader.observe
def scaled_and_gradients(answer, features, x):
    module = answer(features)
    begins = {name: value.detach().clone() for name, value in module.named_parameters()}
    set_by_size(module.parameters())
    seen = value_and_gradient(module, "scaled", x=x)
    gradients = {name: value.grad for name, value in module.named_parameters()}
    return seen | {"parameters at first": begins, "gradients of the parameters": gradients}


# Three cases at least; one of them hostile.
@grader.case
def some_examples():
    """4 examples of 3 features."""
    return 3, torch.randn(4, 3)


@grader.case
def one_feature():
    """A single example of a single feature."""
    return 1, torch.randn(1, 1)


# From here on, nothing reaches a learner. Four wrong answers at least.
grader.edit(
    "is_no_parameter",
    "TODO: what is seen, and then what usually causes it (as where ...).",
    old="nn.Parameter(torch.ones(features))",
    new="torch.ones(features)",
)
grader.edit(
    "adds",
    "TODO: what is seen, and then what usually causes it (as where ...).",
    old="x * self.weight",
    new="x + self.weight",
)
