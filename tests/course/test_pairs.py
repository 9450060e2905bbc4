"""Two mistakes at once: which edits of a reference compose, and in which order they come."""

from torchkata.course import pairs
from torchkata.course.course import Course
from torchkata.course.grader import Edit
from torchkata.course.pairs import pairs_of

SOLUTION = (
    "def scaled(x):\n    shifted = x - 1\n    return shifted / 2\n\n\ndef other(x):\n    return x\n"
)


def edits(*changes):
    """Edits of the solution, each with a name and a sentence of its own."""
    return [
        Edit(f"e{number}", f"Sentence {number}.", old, new, number)
        for number, (old, new) in enumerate(changes)
    ]


def names(*changes, **options):
    """The names of the pairs of edits that compose."""
    return [pair.names for pair in pairs_of(SOLUTION, "scaled", edits(*changes, **options))]


def test_two_edits_of_different_passages_compose():
    """What comes out has both, and all that is around the definition."""
    (pair,) = pairs_of(SOLUTION, "scaled", edits(("x - 1", "x + 1"), ("/ 2", "/ 3")))
    assert pair.text == SOLUTION.replace("x - 1", "x + 1").replace("/ 2", "/ 3")
    assert pair.name == "e0 + e1"


def test_a_pair_is_named_in_the_order_of_the_code():
    """Whatever the order in the grader."""
    assert names(("/ 2", "/ 3"), ("x - 1", "x + 1")) == [("e1", "e0")]


def test_what_comes_first_in_the_grader_is_in_the_first_pairs():
    """The order is always the same."""
    changes = ("scaled(x)", "scaled(x, y=0)"), ("x - 1", "x + 1"), ("/ 2", "/ 3"), ("return", "y =")
    found = names(*changes)
    assert found == [
        ("e0", "e1"),
        ("e0", "e2"),
        ("e0", "e3"),
        ("e1", "e2"),
        ("e1", "e3"),
        *found[5:],
    ]


def test_two_edits_of_one_passage_do_not_compose():
    """After the one, the other finds nothing, or the same twice."""
    assert names(("x - 1", "x + 1"), ("x - 1", "1 - x")) == []
    assert names(("shifted = x - 1", "shifted = x"), ("x - 1", "1 - x")) == []
    assert names(("x - 1", "x - 1 / 2"), ("/ 2", "/ 3")) == []


def test_what_does_not_parse_with_both_is_no_pair():
    """Each alone parses."""
    assert names(("x - 1", "[x - 1"), ("/ 2", "/ 3")) == []


def test_one_sentence_is_not_told_twice():
    """Two spellings of one mistake are no two mistakes."""
    first, second = edits(("x - 1", "x + 1"), ("/ 2", "/ 3"))
    twin = Edit("twin", first.text, second.old, second.new, 9)
    assert pairs_of(SOLUTION, "scaled", [first, twin]) == []


def test_of_a_family_each_member_has_its_pairs(scaled):
    """Under its one name, and none with another member."""
    text = scaled.grader_path.read_text()
    text += '\n\ngrader.edits("takes_more", "Take 1 only.", "x - 1", ["x - 2", "x - 3"])\n'
    scaled.grader_path.write_text(text)
    found = Course(scaled.course.root).exercises[scaled.id].pairs
    pair = ("takes_more", "takes_a_third")
    texts = [one.text for one in found if one.names == pair]
    assert ["x - 2" in texts[0], "x - 3" in texts[1], len(texts)] == [True, True, 2]


def test_there_is_a_most(monkeypatch):
    """Those that come first in the order are kept."""
    changes = ("scaled(x)", "scaled(x, y=0)"), ("x - 1", "x + 1"), ("/ 2", "/ 3")
    every = names(*changes)
    monkeypatch.setattr(pairs, "MOST", 2)
    assert len(every) == 3
    assert names(*changes) == every[:2]


def test_functions_do_not_pair(scaled):
    """Only edits do; of two that change one passage, neither does with the other."""
    paired = {name for pair in scaled.pairs for name in pair.names}
    assert paired == {"takes_a_third", "adds_one", "doubles_it", "takes_a_quarter"}
    assert len(scaled.pairs) == 4
