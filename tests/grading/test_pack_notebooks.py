"""What of a stub goes into which cell of a pack's notebook."""

import pytest

from torchkata.grading.pack_notebooks import parts


@pytest.mark.parametrize(
    "code", ["def half(x):\n    return x / 2", "def half(x:\n    return (x / 2"]
)
@pytest.mark.parametrize(
    ("top", "text"),
    [
        ('"""Half of it."""\n\n', "Half of it."),
        ('# By us.\n"""Half\n\n    of it.\n"""\n', "Half\n\nof it."),
        ("", ""),
    ],
)
def test_what_is_asked_is_apart_from_the_code(top, text, code):
    """Also where the code does not parse."""
    assert parts(f"{top}{code}\n") == (text, code)
