"""The course's own answers as files that could be handed in."""

import ast
import re

from torchkata.course.grader import Edit
from torchkata.course.source import definition_of, marks_of


def right(exercise):
    """{name: text} of the reference and the alternatives."""
    own = definition_of(exercise.solution, exercise.name).name
    texts = {name: _renamed(exercise, name) for name in exercise.alternatives()}
    return {own: exercise.solution, **texts}


def wrong(exercise):
    """{name: text} of the misconceptions."""
    return {
        name: exercise.edited(mistake) if isinstance(mistake, Edit) else _renamed(exercise, name)
        for name, mistake in exercise.grader.misconceptions.items()
    }


def _renamed(exercise, answer):
    """The solution and what a grader adds to it, with `answer` under the name that is asked for.

    The reference gets another name, since answers may build on it.
    """
    own = definition_of(exercise.solution, exercise.name).name
    text = f"{exercise.solution}\n\n{_without_grader(exercise.grader_path.read_text())}"
    return re.sub(rf"(?<!\.)\b{own}\b", f"{own}_as_it_was", text) + f"\n\n{own} = {answer}\n"


def _without_grader(text):
    """The functions and imports of a grader file, without all that speaks of `grader`."""
    kept = []
    for node in ast.parse(text).body:
        if "grader.misconception" in marks_of(node):
            node.decorator_list = []
        elif re.search(r"\bgraders?\b|\btorchkata\b|\bsolutions\b", ast.unparse(node)):
            continue
        elif isinstance(node, (ast.For, ast.Expr)):
            # They register misconceptions by way of a helper.
            continue
        kept.append(ast.unparse(node))
    return "\n\n\n".join(kept)
