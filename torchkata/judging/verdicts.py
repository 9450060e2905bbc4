"""The verdicts, and a sign for each: no other list of them."""

from __future__ import annotations

# {verdict: a sign that needs no colour and no more than ASCII}
SIGNS = {
    "passed": "+",
    "wrong": "x",
    "todo": ".",
    "error": "!",
    "timeout": "!",
    "memory": "!",
    "crashed": "!",
    "missing": "?",
    "rejected": "!",
}
VERDICTS = tuple(SIGNS)
