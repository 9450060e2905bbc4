"""A remark for the small course's first exercise, and what is told of it."""

from torchkata.course.course import Course

TEXT = '''

@grader.remark(written="torch.mul(_)")
def by_a_function(x):
    """`torch.mul(x, 0.5)` is `x / 2`, which is easier to read."""
    return torch.mul(x, 0.5)
'''
SENTENCE = "`torch.mul(x, 0.5)` is `x / 2`, which is easier to read."
WRITTEN_SO = "import torch\n\n\ndef half(x):\n    return torch.mul(x, 0.5)\n"


def with_a_remark(exercise, text=TEXT):
    """The exercise with a remark at the end of its grader."""
    with exercise.grader_path.open("a") as file:
        file.write(text)
    return Course(exercise.course.root).exercises[exercise.id]
