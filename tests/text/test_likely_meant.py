"""What was likely meant by a name or a line that Python or torch does not know."""

import pytest

from torchkata.judging.observation import Raised
from torchkata.text.likely_meant import meant, of_line


@pytest.mark.parametrize(
    ("message", "code", "said"),
    [
        ("module 'torch' has no attribute 'sofmax'", "", "Did you mean `softmax`?"),
        ("module 'torch.optim' has no attribute 'Sgd'", "", "Did you mean `SGD`?"),
        (
            "module 'torch' has no attribute 'CrossEntropyLoss'",
            "",
            "`CrossEntropyLoss` is in `torch.nn`.",
        ),
        ("module 'torch' has no attribute 'xyzzy'", "", None),
        ("module 'os' has no attribute 'pathh'", "", None),
        ("'SGD' object has no attribute 'zero_grads'", "", "Did you mean `zero_grad`?"),
        ("'Tensor' object has no attribute 'gradient'", "", "Did you mean `grad`?"),
        ("'Tensor' object has no attribute 'len'", "", None),
        (
            "'Checkpoint' object has no attribute 'model'",
            "state = self.model.state_dict()",
            "`self.model` was never set: `__init__` can do so, as by `self.model = ...`.",
        ),
        ("'list' object has no attribute 'shape'", "x.shape", None),
        (
            "cross_entropy() got an unexpected keyword argument 'weights'",
            "",
            "Did you mean `weight`?",
        ),
        (
            "SGD.__init__() got an unexpected keyword argument 'decay'",
            "",
            "Did you mean `weight_decay`?",
        ),
        ("softmax() got an unexpected keyword argument 'xyzzy'", "", None),
        ("of_mine() got an unexpected keyword argument 'weights'", "", None),
    ],
)
def test_a_misspelt_name_is_told_by_the_one_that_is_near(message, code, said):
    """Of torch's modules, tensors and optimizers, and of what torch's functions take; else none."""
    assert list(meant(Raised("AttributeError", message, 3, code))) == ([said] if said else [])


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        (
            "F",
            "F.relu(x)",
            "`F` is not imported: write `import torch.nn.functional as F` at the top.",
        ),
        ("lr", "p -= lr * self.m", "If it is an attribute, it is `self.lr` inside a method."),
        ("lr", "p -= lr * m", None),
    ],
)
def test_a_forgotten_import_is_told_as_that(name, code, said):
    """With the line to write; and in a method, how an attribute is spelt."""
    got = Raised("NameError", f"name '{name}' is not defined", 3, code)
    assert list(meant(got)) == ([said] if said else [])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (">>> return x", "`>>>` and `...` are what Python's prompt shows: leave them out."),
        ("%matplotlib inline", "Lines with `%` or `!` work in a notebook only: take it out."),
        ("return loss = x.mean()", "After `return` comes a value: leave out `loss =`."),
        ("return x == 1 2", None),
        ("retrun x", "Did you mean `return`?"),
        ("form torch import nn", "Did you mean `from`?"),
        ("for x in y", None),
        ("optimizer zero_grad()", None),
    ],
)
def test_a_line_that_is_no_python_is_told_by_what_it_looks_like(code, said):
    """A notebook's leftovers, a prompt's, an assignment behind `return`, a misspelt word."""
    assert list(of_line(code)) == ([said] if said else [])
