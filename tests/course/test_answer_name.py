"""What of a file is the answer: the reference's own spelling, before all others."""

import ast

import pytest

from torchkata.course.answer_name import CLASS, FUNCTION, Asked, answer_among, asked_in, bound_in
from torchkata.course.loading import NameImported, NameMissing, load_answer

F, C = Asked("early_stop", FUNCTION), Asked("EarlyStop", CLASS)
DEF, CLS = "def early_stop():\n    return 'this'\n", "class EarlyStop:\n    marks = 'this'\n"

FOUND = {
    "a helper above the class": (C, f"def early_stop(): pass\n{CLS}", "EarlyStop"),
    "a helper below the class": (C, f"{CLS}def early_stop(): pass\n", "EarlyStop"),
    "an import above": (F, f"from abc import ABC as EarlyStop\n{DEF}", "early_stop"),
    "a private look-alike above": (F, f"class _EarlyStop: pass\n{DEF}", "early_stop"),
    "a public look-alike above": (F, f"class EarlyStop: pass\n{DEF}", "early_stop"),
    "an imported look-alike and an own": (F, f"from abc import ABC as early_stop\n{DEF}", "early_stop"),  # noqa: E501
    "another spelling": (F, "def earlystop(): return 'this'", "earlystop"),
    "the last of two other spellings": (
        F, "def EARLY_STOP(): pass\ndef earlyStop(): return 'this'", "earlyStop",
    ),
    "another spelling without a name": (F, "earlystop = lambda: 'this'", "earlystop"),
    "the last definition": (F, f"def early_stop(): pass\n{DEF}", "early_stop"),
    "by assignment": (F, "def make():\n    return lambda: 'this'\nearly_stop = make()", "early_stop"),  # noqa: E501
    "with its type": (F, "early_stop: object = lambda: 'this'", "early_stop"),
    "behind a condition": (F, f"if True:\n    {DEF.replace(chr(10), chr(10) + '    ')}", "early_stop"),  # noqa: E501
    "behind a try": (
        F, "try:\n    import nowhere\nexcept ImportError:\n    early_stop = lambda: 'this'",
        "early_stop",
    ),
    "wrapped by itself": (F, f"import functools\n{DEF}early_stop = functools.cache(early_stop)", "early_stop"),  # noqa: E501
    "in a pair": (F, "early_stop, n = (lambda: 'this'), 3", "early_stop"),
}  # fmt: skip

MISSING = {
    "an import of that name": (F, "from os.path import join as early_stop"),
    "an import of another spelling": (F, "from abc import ABC as EarlyStop"),
    "a private look-alike": (F, "def _early_stop(): pass"),
    "a class where a function is asked for": (F, "class EarlyStop: pass"),
    "a function where a class is asked for": (C, "def early_stop(): pass"),
    "an import below it": (F, f"{DEF}from os.path import join as early_stop"),
    "deleted": (F, f"{DEF}del early_stop"),
    "another spelling by an alias": (F, "import abc\nEarlyStop = abc.ABC"),
    "no function at all": (F, "early_stop = 3"),
    "inside another": (F, f"def outer():\n    {DEF.replace(chr(10), chr(10) + '    ')}"),
}


@pytest.mark.parametrize(("asked", "text", "name"), FOUND.values(), ids=list(FOUND))
def test_the_answer_is_found(asked, text, name):
    """In the text, and when the text is run."""
    assert answer_among(bound_in(ast.parse(text).body), asked).name == name
    answer = load_answer(text, "<answer>", asked)
    assert (answer.marks if isinstance(answer, type) else answer()) == "this"


@pytest.mark.parametrize(("asked", "text"), MISSING.values(), ids=list(MISSING))
def test_what_is_no_answer_is_not_taken_for_one(asked, text):
    """It is missing, and an import of that name is told as such."""
    with pytest.raises(NameMissing) as caught:
        load_answer(text, "<answer>", asked)
    assert isinstance(caught.value, NameImported) == ("os.path" in text)


def test_what_is_asked_for_is_the_references_own_spelling():
    """In a solution, in a stub, and in a program that does not parse."""
    assert asked_in(f"def early_stopping(): pass\n{CLS}", "early_stop") == C
    assert asked_in(f"from abc import ABC as EarlyStop\n{DEF}", "early_stop") == F
    assert asked_in(f"{CLS}    def broken(self\n", "early_stop") == C
    assert asked_in("", "early_stop") == Asked("early_stop")


def test_every_exercise_knows_its_spelling(exercise):
    """And whether it is a function or a class."""
    assert exercise.asked.kind in (FUNCTION, CLASS)
    assert isinstance(exercise.reference(), type) == (exercise.asked.kind == CLASS)


def test_an_import_is_no_answer():
    """Not even under the very name that is asked for."""
    tree = ast.parse("from torch.nn.functional import softmax")
    assert answer_among(bound_in(tree.body), Asked("softmax", FUNCTION)) is None


def test_the_last_definition_wins():
    """Of two with the name that is asked for, the lower one is the answer."""
    tree = ast.parse("def half(x):\n    return x\n\n\ndef half(x):\n    return x / 2\n")
    assert answer_among(bound_in(tree.body), Asked("half", FUNCTION)).node.lineno == 5
