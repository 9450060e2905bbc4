"""The judge by itself: hand-made observations go in, and a verdict with a name comes out."""

import pytest

from torchkata.course.grader import Grader
from torchkata.judging.judge import Report, judge, named
from torchkata.judging.observation import Raised
from torchkata.judging.verdicts import VERDICTS

# What the reference shows, on two seeds.
EXPECTED = {
    ("row", 0): {"loss": 1.0},
    ("table", 0): {"loss": 2.0},
    ("row", 1): {"loss": 3.0},
    ("table", 1): {"loss": 4.0},
}
BY_EXCEPTION = [
    ("Todo", "todo"),
    ("TimeLimit", "timeout"),
    ("MemoryError", "memory"),
    ("Crashed", "crashed"),
    ("FileMissing", "missing"),
    ("NameMissing", "missing"),
    ("Rejected", "rejected"),
    ("ValueError", "error"),
    ("SyntaxError", "error"),
]


def grader(**options):
    """A grader of two cases, without an observe function: nothing is run here."""
    made = Grader(points=1, level=1, hints=("None.",), **options)

    @made.case
    def row():
        """A row."""

    @made.case
    def table():
        """A table."""

    return made


def judged(got, mistakes=None, expected=EXPECTED, pairs=None, **options):
    """The result of an answer that showed `got`, with mistakes {name: what they show}."""
    known, report = (mistakes or {}).items, Report(observations=got)
    return judge("module/name", grader(**options), report, expected, known, pairs=pairs)


class Pairs(dict):
    """Pairs {(name, name): what they show}, of which it is known what was asked of each."""

    def __iter__(self):
        for names, seen in self.items():
            self.asked = Asked(seen)
            yield names, self.asked

    def cheapest_first(self, keys):
        """The last first, to tell it from the order of the cases."""
        return sorted(keys, reverse=True)


class Asked(dict):
    """Observations that keep which of them were asked for."""

    def __init__(self, seen):
        super().__init__(seen)
        self.keys_asked = []

    def __getitem__(self, key):
        self.keys_asked.append(key)
        return super().__getitem__(key)


def but(**changes):
    """EXPECTED, with other observations in some cases: `row0=...` is the case row on seed 0."""
    return EXPECTED | {(key[:-1], int(key[-1])): seen for key, seen in changes.items()}


TIMES_TWO = {key: {"loss": 2 * seen["loss"]} for key, seen in EXPECTED.items()}


def test_an_answer_passes_that_agrees_everywhere():
    """Then nothing is asked of the mistakes, or of the sizes."""

    def asked():
        raise AssertionError("nobody needs it")

    result = judge("m/e", grader(), Report(observations=EXPECTED), EXPECTED, asked, asked)
    assert (result.verdict, result.failures, result.misconception) == ("passed", [], None)
    assert result.cases == {"row": "passed", "table": "passed"}
    assert result.right == 2


@pytest.mark.parametrize("key", EXPECTED)
def test_one_seed_makes_a_case_wrong(key):
    """The other case is right all the same, and the failure says which seed it was."""
    case, seed = key
    result = judged(EXPECTED | {key: {"loss": 9.0}})
    assert result.verdict == "wrong"
    assert result.cases == {"row": "passed", "table": "passed"} | {case: "wrong"}
    assert [(one.case, one.seed) for one in result.failures] == [(case, seed)]
    assert result.failures[0].differences[0].got == 9.0


def test_a_second_seed_is_a_failure_of_its_own():
    """Each is told with its numbers, in the order of what was expected."""
    result = judged(but(row0={"loss": 8.0}, row1={"loss": 9.0}, table1={"loss": 9.0}))
    failures = [(one.case, one.seed) for one in result.failures]
    assert failures == [("row", 0), ("row", 1), ("table", 1)]


def test_a_failure_has_what_was_printed():
    """What the answer printed in that case and seed, and in no other."""
    report = Report(
        observations=but(table1={"loss": 0.0}),
        printed={("table", 0): "first", ("table", 1): "second"},
    )
    (failure,) = judge("m/e", grader(), report, EXPECTED, list).failures
    assert failure.printed == "second"


def test_the_verdict_is_that_of_the_first_case_that_is_not_passed():
    """In the grader's order."""
    error, wrong = Raised("ValueError", "no"), {"loss": 9.0}
    assert judged(but(row0=error, table0=wrong)).verdict == "error"
    assert judged(but(row0=wrong, table0=error)).verdict == "wrong"
    assert judged(but(table1=error)).cases == {"row": "passed", "table": "error"}


@pytest.mark.parametrize(("kind", "verdict"), BY_EXCEPTION)
def test_an_exception_has_a_verdict(kind, verdict):
    """In one case it is that case's; where no case could be observed it is every case's."""
    raised = Raised(kind, "")
    assert judged(but(table0=raised)).cases == {"row": "passed", "table": verdict}
    result = judge("m/e", grader(), Report(raised), EXPECTED, list)
    assert (result.verdict, result.trouble, result.right) == (verdict, raised, 0)
    assert result.cases == {"row": verdict, "table": verdict}
    assert verdict in VERDICTS


def test_a_mistake_is_named_that_agrees_in_every_case_and_seed():
    """The first of those that do."""
    mistakes = {"other": but(row0={"loss": 7.0}), "doubles": TIMES_TWO, "again": TIMES_TWO}
    result = judged(TIMES_TWO, mistakes)
    assert (result.verdict, result.misconception, result.facts) == ("wrong", "doubles", [])


@pytest.mark.parametrize("key", EXPECTED)
def test_a_mistake_that_disagrees_once_is_not_named(key):
    """Be it in a single case on a single seed."""
    mistake = {"doubles": TIMES_TWO | {key: {"loss": 0.5}}}
    assert judged(TIMES_TWO, mistake).misconception is None
    assert named(grader(), TIMES_TWO, EXPECTED, mistake.items) is None


def test_a_mistake_that_agrees_once_is_not_named():
    """Where it shows the answer's numbers in one case, and others in the rest."""
    mistake = but(row0=TIMES_TWO["row", 0])
    assert judged(TIMES_TWO, {"doubles_once": mistake}).misconception is None


def test_a_mistake_that_raises_is_named_by_type_and_message():
    """By the type alone, one TypeError would be explained as another."""
    mistakes = {"name": dict.fromkeys(EXPECTED, Raised("TypeError", "no keyword `weights`"))}
    for message, name in {"no keyword `weights`": "name", "no attribute `item`": None}.items():
        result = judged(dict.fromkeys(EXPECTED, Raised("TypeError", message)), mistakes)
        assert result.misconception == name
    other = dict.fromkeys(EXPECTED, Raised("ValueError", "no keyword `weights`"))
    assert judged(other, mistakes).misconception is None


def test_an_answer_with_a_named_mistake_is_wrong():
    """Also where its first failure is an exception."""
    mistake = but(row0=Raised("TypeError", "no"), table0={"loss": 0.0})
    result = judged(mistake, {"name": mistake})
    assert (result.verdict, result.misconception) == ("wrong", "name")
    assert result.cases == {"row": "error", "table": "wrong"}


def test_where_the_reference_raises_the_type_is_enough():
    """For passing, and beside a mistake that raises there in other words."""
    expected = but(row0=Raised("ValueError", "empty"))
    right = but(row0=Raised("ValueError", "nothing is in it"))
    assert judged(right, expected=expected).verdict == "passed"
    got = right | {("table", 0): {"loss": 9.0}}
    mistakes = {"nines": expected | {("table", 0): {"loss": 9.0}}}
    assert judged(got, mistakes, expected).misconception == "nines"


@pytest.mark.parametrize("shown", [{"loss": 1.0}, Raised("TypeError", "nothing is in it")])
def test_where_the_reference_raises_a_mistake_must_do_so_too(shown):
    """One that raises something else there, or nothing, is another mistake."""
    expected = but(row0=Raised("ValueError", "empty"))
    got = but(row0=Raised("ValueError", "nothing is in it"), table0={"loss": 9.0})
    mistakes = {"nines": but(row0=shown, table0={"loss": 9.0})}
    assert judged(got, mistakes, expected).misconception is None


def test_two_mistakes_are_told_that_agree_together():
    """The first pair that agrees in every case and seed; then no fact is told."""
    pairs = Pairs({("a", "b"): EXPECTED, ("c", "d"): TIMES_TWO, ("e", "f"): TIMES_TWO})
    result = judged(TIMES_TWO, {"other": EXPECTED}, pairs=pairs)
    assert (result.verdict, result.misconception, result.second) == ("wrong", "c", "d")
    assert (result.facts, result.unexplained) == ([], False)


def test_where_one_mistake_agrees_no_two_are_tried():
    """They would say more than is known."""
    pairs = Pairs({("c", "d"): TIMES_TWO})
    result = judged(TIMES_TWO, {"doubles": TIMES_TWO}, pairs=pairs)
    assert (result.misconception, result.second, hasattr(pairs, "asked")) == (
        "doubles",
        None,
        False,
    )


@pytest.mark.parametrize("key", EXPECTED)
def test_two_mistakes_that_disagree_once_are_not_told(key):
    """Be it in a single case on a single seed; facts are, as before."""
    pairs = Pairs({("c", "d"): TIMES_TWO | {key: {"loss": 0.5}}})
    result = judged(TIMES_TWO, pairs=pairs)
    assert (result.misconception, result.second, result.unexplained) == (None, None, True)
    assert [fact.kind for fact in result.facts] == ["factor"]


def test_a_pair_is_asked_about_the_cheapest_failing_case_first():
    """And no further than up to the first case that disagrees."""
    got = but(row0={"loss": 9.0}, row1={"loss": 9.0})
    pairs = Pairs({("c", "d"): EXPECTED})
    judged(got, pairs=pairs)
    assert {*pairs.asked.keys_asked} == {("row", 1)}


def test_a_pair_that_is_the_reference_again_is_not_told():
    """Also where the answer is within a tolerance of it, and just beyond that of the reference."""
    bounds = {"loss": (0.0, 0.1)}
    got, between = (
        {key: {"loss": seen["loss"] + by} for key, seen in EXPECTED.items()} for by in (0.15, 0.08)
    )
    result = judged(got, pairs=Pairs({("c", "d"): between}), tolerance=bounds)
    assert (result.verdict, result.misconception) == ("wrong", None)


def test_two_mistakes_are_not_told_by_exceptions_alone():
    """Two of them may say the same for many reasons; beside numbers that are wrong, they count."""
    raises = dict.fromkeys(EXPECTED, Raised("ValueError", "no"))
    assert judged(raises, pairs=Pairs({("c", "d"): raises})).misconception is None
    mixed = raises | {("row", 0): {"loss": 9.0}}
    assert judged(mixed, pairs=Pairs({("c", "d"): mixed})).second == "d"
    assert judged(but(row0=raises["row", 0]), pairs=Pairs({("c", "d"): mixed})).second is None


@pytest.mark.parametrize("kind", ["Todo", "TimeLimit", "MemoryError"])
def test_what_was_not_begun_or_did_not_end_has_no_mistake(kind):
    """A mistake that shows the same is not asked."""
    got = but(table1=Raised(kind, ""))
    result = judged(got, {"same": got})
    assert (result.misconception, result.facts) == (None, [])
    assert result.verdict == dict(BY_EXCEPTION)[kind]
    assert judged(got, pairs=Pairs({("c", "d"): got})).second is None
    assert not result.unexplained


def test_where_no_mistake_agrees_facts_are_told():
    """Of what is wrong, and not of what raises."""
    (fact,) = judged(TIMES_TWO, {"other": EXPECTED}).facts
    assert (fact.kind, fact.name, fact.number) == ("factor", "loss", 2.0)
    raises = TIMES_TWO | {("row", 0): Raised("ValueError", "no")}
    assert judged(raises).facts == []


def test_what_is_wrong_later_only_is_told_as_that():
    """Right on the first seed, whichever that is: something was kept between the calls."""
    result = judged(but(row1={"loss": 6.0}, table1={"loss": 8.0}))
    assert [fact.kind for fact in result.facts] == ["later"]
    both = but(row0={"loss": 9.0}, row1={"loss": 6.0})
    assert "later" not in [fact.kind for fact in judged(both).facts]


def test_facts_know_the_sizes_of_the_arguments():
    """Twice and three times too large are as many times as there are examples."""
    lengths = {"row": 2, "table": 3}
    got = {key: {"loss": lengths[key[0]] * seen["loss"]} for key, seen in EXPECTED.items()}
    sizes = {key: {"len(target)": lengths[key[0]]} for key in EXPECTED}
    result = judge("m/e", grader(), Report(observations=got), EXPECTED, list, lambda: sizes)
    assert [(fact.kind, fact.size) for fact in result.facts] == [("size", "len(target)")]


def test_the_graders_tolerance_is_everybodys():
    """It is that of the answer, and of the mistakes."""
    bounds = {"loss": (0.1, 0.0)}
    near = {key: {"loss": 1.05 * seen["loss"]} for key, seen in EXPECTED.items()}
    assert judged(near).verdict == "wrong"
    assert judged(near, tolerance=bounds).verdict == "passed"
    near_two = {key: {"loss": 1.05 * seen["loss"]} for key, seen in TIMES_TWO.items()}
    assert judged(near_two, {"doubles": TIMES_TWO}).misconception is None
    assert judged(near_two, {"doubles": TIMES_TWO}, tolerance=bounds).misconception == "doubles"


def test_a_forbidden_call_is_a_flag_and_no_verdict():
    """An answer that makes one passes, and it is told."""
    report = Report(observations=EXPECTED, forbidden=[(3, "torch.div")])
    result = judge("m/e", grader(), report, EXPECTED, list)
    assert (result.verdict, result.forbidden) == ("passed", [(3, "torch.div")])
