"""The author's check of remarks: right answers, and written as no other right answer is."""

import pytest

from torchkata.authoring.proof import prove

from remarks import TEXT, with_a_remark

# {what is wrong: (the passage of the remark, what is there instead), what is said}
BROKEN = {
    "it is wrong": (("mul(x, 0.5)\n", "mul(x, 0.6)\n"), "remark by_a_function is rejected: row"),
    "it is not written so": (
        ("return torch.mul(x, 0.5)", "return x.mul(0.5)"),
        "remark by_a_function: its own answer holds no 'torch.mul(_)'",
    ),
    "the reference is written so": (
        ('written="torch.mul(_)"', 'written=("torch.mul(_)", "x / 2")'),
        "remark by_a_function: 'x / 2' is found in half, of which nothing is to be said",
    ),
    "an alternative is written so": (
        ('written="torch.mul(_)"', 'written=("torch.mul(_)", "0.5 * _")'),
        "remark by_a_function: '0.5 * _' is found in times_a_half",
    ),
}


def test_a_remark_that_is_in_order_has_no_problems(half):
    """It is right, written so, and no other answer is."""
    assert prove(with_a_remark(half), (0,)).problems == []


@pytest.mark.parametrize(("change", "said"), BROKEN.values(), ids=list(BROKEN))
def test_what_is_wrong_with_a_remark_is_found(half, change, said):
    """And said in a sentence with what to do."""
    assert TEXT.count(change[0]) == 1
    problems = prove(with_a_remark(half, TEXT.replace(*change)), (0,)).problems
    assert problems[0].startswith(said)
