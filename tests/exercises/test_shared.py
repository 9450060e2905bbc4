"""What several graders say is written once."""

import ast
from collections import defaultdict


def test_no_sentence_is_written_in_two_graders(course):
    """Below the cut: it is in `_shared.py`, beside them or above."""
    where = defaultdict(set)
    for exercise in course.exercises.values():
        below = exercise.grader_path.read_text()[len(exercise.cut_grader) :]
        for node in ast.walk(ast.parse(below)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                where[" ".join(node.value.split())].add(exercise.id)
    assert len(where) > 1000
    sentences = {text: ids for text, ids in where.items() if text.count(" ") >= 6 and "=" not in text}
    assert len(sentences) > 500
    assert {text: ids for text, ids in sentences.items() if len(ids) > 1} == {}


def test_what_is_shared_is_used(course):
    """By two graders or more, whatever is in a `_shared.py`; what one needs is in that one."""
    used, shared = defaultdict(set), {}
    for exercise in course.exercises.values():
        for module, name in _imported(exercise.grader_path):
            used[module, name].add(exercise.id)
    for path in (course.root / "graders").rglob("_*.py"):
        module = ".".join(path.relative_to(course.root).with_suffix("").parts)
        text = path.read_text()
        for name in _defined(ast.parse(text)):
            shared[module, name] = text.count(name)
    assert len(shared) > 40
    unused = [key for key, count in shared.items() if len(used[key]) + count < 3]
    assert unused == []


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("graders."):
            yield from ((node.module, one.name) for one in node.names)


def _defined(tree):
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield node.targets[0].id
        elif isinstance(node, ast.FunctionDef):
            yield node.name
