"""Observes what the walls forbid; run through both of them before anything else is."""

from torchkata import Grader

grader = Grader(points=1, level=1, hints=("None: this is no exercise.",))


@grader.observe
def what_it_could_do(answer, planted):
    return answer(planted)


@grader.case
def try_all():
    """A file that the waiting process can read."""
    return "THE PLANTED FILE"
