"""What people read says plain words: none of those that a reader would have to look up."""

import ast
import contextlib
import functools
import io
import re
import tokenize

import pytest

from conftest import ROOT

# A word that nobody should have to read, how it is found, and what to write instead. A pattern
# allows the other senses of its word ("stands for", "left behind", "one pass over the data").
WORDS = {
    "mend": (r"mend(s|ed|ing)?", "fix, fixed"),
    "stands": (r"(stand|stands|stood)(?! (for|in for|out|up|still)\b)", "is, are"),
    "lies": (r"lies?|lain|lying|lay(?! (it|them) out\b)", "is, are"),
    "to be had": (r"to be had|(can|could) be had", "is available"),
    "whoever": (r"who(so)?ever|whomever", "anyone who"),
    "be they": (r"be (they|it|he|she) (an?|the|of|\w+s)", "whether"),
    "anew": (r"anew", "again"),
    "behind (in time)": (
        r"(com(e|es|ing)|belongs?) behind|"
        r"behind the (loop|optimizer|step|call|epoch|point|first|last)",
        "after",
    ),
    "without dimensions": (r"without dimensions", "a scalar tensor (shape `()`)"),
    "stay as they are": (r"stay(s|ed)? as (it|they) (is|are|was|were)", "do not modify them"),
    "number of the class": (
        r"number of (the|its|their|a) ((right|best|true|wrong|predicted) )?class",
        "class index",
    ),
    "filled up": (r"fill(s|ed|ing)? up", "padding, padded"),
    "passed over": (
        r"(?<!one )(?<!each )(?<!single )pass(es|ed|ing)? (over|by)(?! (position|its name))",
        "skip, skipped",
    ),
    "a text (for a string)": (
        r"(a list of|two|three|four|five|numbers and) texts|(is|are|as) (a text(?! for)|texts)",
        "a string",
    ),
    "no walls": (r"no walls to|without walls to be had", "no sandbox is available"),
}

# Words of records, teachers' reports, the API and developers' documents, not of practice.
OF_RECORDS = {
    "judged": (r"judg(e|es|ed|ing)", "checked"),
    "verdict": (r"verdicts?", "result"),
}
PRACTISED = ("exercises/", "graders/", "solutions/", "notebooks/")
TABLES = WORDS | OF_RECORDS

# What a file may say nevertheless: the words, and why.
EXCEPTIONS = {
    "tests/project/test_words.py": ([*TABLES], "it is about these words"),
    "tests/known_answers/": ([*WORDS], "files as they were handed in"),
}

# Without an ending: the recipes' Dockerfile and run_autograder.
READ = {".py", ".md", ".html", ".txt", ".toml", ".yml", ".ipynb", ""}
CACHES = {"__pycache__", ".pytest_cache"}
PLACES = (
    *("exercises", "graders", "solutions", "notebooks", "course", "examples"),
    *(
        "torchkata",
        "tests",
        "docs",
        "recipes",
        ".ci",
        "benchmarks",
        "conftest.py",
        "pyproject.toml",
    ),
)


def _files():
    places = [*ROOT.glob("*.md"), *(ROOT / name for name in PLACES)]
    found = [path for place in places for path in (place, *place.rglob("*"))]
    return sorted(
        path
        for path in found
        if path.suffix in READ and path.is_file() and not {*path.parts} & CACHES
    )


def _shown(path):
    return path.relative_to(ROOT).as_posix()


def _strings(source):
    """The strings of a program, docstrings too: those beside each other are one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _comments(source):
    """The comments of a program: those below each other are one."""
    last, said = 0, ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            joined = token.start[0] == last + 1
            said, last = f"{said if joined else said + chr(0)} {token.string[1:]}", token.start[0]
    yield from said.split(chr(0))


def _read(path, source):
    """What somebody reads in a file, on one line each, however it is broken into lines there."""
    found = [re.sub(r"\n *#", "\n", source)]
    if path.suffix == ".py":
        with contextlib.suppress(SyntaxError, ValueError):
            found = [*_strings(source), *_comments(source)]
    return [" ".join(text.split()) for text in found]


def _said(path, source):
    """Which words of the tables somebody reads in a file, and beside what."""
    for text in _read(path, source):
        for word, (pattern, instead) in TABLES.items():
            for found in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
                beside = text[max(0, found.start() - 30) : found.end() + 30]
                yield word, f"{beside!r}: write {instead!r} instead of {word!r}"


@functools.cache
def _said_in(path):
    return [*_said(path, path.read_text(encoding="utf-8", errors="replace"))]


def _within(path, place):
    return _shown(path) == place or (place.endswith("/") and _shown(path).startswith(place))


def _allowed(path):
    excepted = [words for place, (words, _) in EXCEPTIONS.items() if _within(path, place)]
    of_records = () if _shown(path).startswith(PRACTISED) else OF_RECORDS
    return {*of_records, *(word for words in excepted for word in words)}


@pytest.mark.parametrize("path", _files(), ids=_shown)
def test_what_people_read_is_in_plain_words(path):
    """Docstrings, comments, messages, pages and examples hold no word of the tables."""
    allowed = _allowed(path)
    assert not [message for word, message in _said_in(path) if word not in allowed]


@pytest.mark.parametrize("place", EXCEPTIONS)
def test_each_exception_is_needed(place):
    """Something in that place says one of its words; otherwise it goes."""
    words, why = EXCEPTIONS[place]
    below = [path for path in _files() if _within(path, place)]
    assert any(word in words for path in below for word, _ in _said_in(path))
    assert why


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Find the bug, and mend it.", "mend"),
        ("the parameters that stand in no layer", "stands"),
        ("scores that lie 150 apart", "lies"),
        ("no walls are to be had here", "to be had"),
        ("Whoever goes on", "whoever"),
        ("be they functions or methods", "be they"),
        ("be it a function", "be they"),
        ("begins anew", "anew"),
        ("`return` belongs behind the loop", "behind (in time)"),
        ("a tensor without dimensions", "without dimensions"),
        ("They stay as they are.", "stay as they are"),
        ("`logits` itself stays as it is.", "stay as they are"),
        ("the number of the right class", "number of the class"),
        ("a place that is filled up", "filled up"),
        ("an optimizer passes over it", "passed over"),
        ("one of the five texts", "a text (for a string)"),
        ("a list of texts", "a text (for a string)"),
    ],
)
def test_a_word_of_the_table_is_found(text, word):
    """Also where it is broken into two lines, in a docstring, a comment or a page."""
    broken = text.replace(" ", "\n    ", 1)
    commented = text.replace(" ", "\n# ", 1)
    for name, source in (
        ("a.md", broken),
        ("a.py", f'"""{broken}"""\n'),
        ("a.py", f"# {commented}\n"),
        ("a.toml", f"# {commented}\n"),
        ("a.py", f'x = ("{text[:6]}"\n     "{text[6:]}")\n'),
    ):
        assert word in [said for said, _ in _said(ROOT / name, source)]


@pytest.mark.parametrize(
    "text",
    [
        "an edit stands for an answer",
        "1e9 stands in for inf",
        "gradients that were left behind",
        "submissions run behind the walls, and a process behind it has no rights",
        "Train for one pass over the loader",
        "the number of classes",
        "names to tensors and numbers",
        "all of the amendments, recommended",
    ],
)
def test_the_other_senses_of_a_word_are_allowed(text):
    """A word that is right in another sense is no finding."""
    assert not [*_said(ROOT / "a.md", text)]
