"""Each message that the page of questions quotes is one that kata says."""

import ast
import re

import pytest

from conftest import ROOT

TEXT = (ROOT / "docs" / "faq.md").read_text(encoding="utf-8")
QUOTED = [found[1].strip() for found in re.findall(r"^### (`+)(.+)\1$", TEXT, re.MULTILINE)]
GAP = "…"


@pytest.fixture(scope="module")
def said():
    """Every string of the engine, with a gap for what is put into it."""
    trees = (ast.parse(path.read_text()) for path in (ROOT / "torchkata").rglob("*.py"))
    nodes = [node for tree in trees for node in ast.walk(tree)]
    whole = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return [text for text in whole if isinstance(text, str)] + [
        "".join(part.value if isinstance(part, ast.Constant) else GAP for part in node.values)
        for node in nodes
        if isinstance(node, ast.JoinedStr)
    ]


@pytest.mark.parametrize("message", QUOTED)
def test_kata_says_it(message, said):
    """Its words are in one string of the engine, in this order."""
    words = [part.strip() for part in message.split(GAP) if part.strip()]
    assert len("".join(words)) > 10
    pattern = ".*".join(map(re.escape, words))
    assert any(re.search(pattern, text, re.DOTALL) for text in said)


def test_every_message_has_an_answer():
    """No headline without a paragraph below it; and all are quoted as they should be."""
    parts = re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]
    assert len(parts) == len(QUOTED) == len(set(QUOTED))
    for part in parts:
        answer = part.partition("\n")[2].partition("\n## ")[0]
        assert answer.strip(), part
