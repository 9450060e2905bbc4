"""The author's check: is a grader strong, fair, and able to name every mistake it knows?"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from torchkata.authoring.findings import findings
from torchkata.authoring.mutants import survivors
from torchkata.authoring.remark_proof import problems_of_remarks
from torchkata.authoring.scaffold import TO_WRITE, with_list
from torchkata.course.course import Course, Exercise
from torchkata.course.grader import Edit, Grader, GraderError
from torchkata.course.order import in_order
from torchkata.judging.comparison import Difference, differences
from torchkata.judging.judge import Observations, named
from torchkata.judging.observation import Foreign, Raised
from torchkata.running.known_answers import (
    drawn_numbers,
    mistakes,
    observe_known,
    reference_observations,
)
from torchkata.running.other_processor import OtherProcessor

# A misconception must be this many tolerances from the reference in some case.
STRENGTH = 10.0

_DRAW_FLOAT64 = (
    "last bits of float32 draws differ between processors, and float64 is compared to 9 digits; "
    "draw in float64 from the start, torch.randn(2, 3, dtype=torch.float64), and a model so, too, "
    "nn.Linear(3, 4, dtype=torch.float64)"
)
_SEEDED = (
    "draw from the generators that kata seeds, as torch.randn(3), random.random() and "
    "numpy.random.rand(3) do, or give one of your own a seed: torch.Generator().manual_seed(0)"
)


@dataclass
class Proof:
    """What was found about one exercise; `problems` and `findings` are empty where all is well.

    Attributes:
        misconceptions, caught, named: how many there are; how many are rejected on each seed by
            more than STRENGTH tolerances; how many are diagnosed by their own name.
        alternatives, accepted: how many there are; how many pass on each seed.
        mutants, killed: machine-made changes of the reference, without those that the grader lists
            as equivalent; how many of them some case tells from it.
        survivors: the mutants that no case shows, as diffs of the reference.
        functions: misconceptions that are no edits, and cannot be paired.
        pairs, distinct_pairs: how many pairs of edits compose; how many of them are neither the
            reference, nor a known mistake, nor fail by exceptions alone.
        earns: {misconception: the share of cases it passes on the first seed}, its points under
            partial credit.
        findings: what is missing besides strength, each with a file, a line, and what to do.
    """

    exercise: str
    cases: int = 0
    misconceptions: int = 0
    caught: int = 0
    named: int = 0
    alternatives: int = 0
    accepted: int = 0
    mutants: int = 0
    killed: int = 0
    functions: int = 0
    pairs: int = 0
    distinct_pairs: int = 0
    survivors: list[str] = field(default_factory=list)
    earns: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def prove(exercise: Exercise, seeds: Iterable[int], device: str = "cpu") -> Proof:
    """Run the reference, the alternatives and the misconceptions on every seed.

    Raises:
        GraderError: the grader cannot be used at all.
    """
    grader = exercise.grader
    known = list(grader.misconceptions)
    proof = Proof(exercise.id, len(grader.cases), len(known))
    found: dict[str, list[str]] = {"caught": [], "named": [], "accepted": []}
    for seed in seeds:
        _refuse_unseeded(exercise, seed)
        _prove_right(exercise, seed, device, proof, found["accepted"])
        _prove_wrong(exercise, seed, device, proof, found)
        proof.problems += problems_of_remarks(exercise, seed, device)
    proof.problems += _guessable(exercise, device)
    proof.problems += _without_a_sentence(grader)
    proof.alternatives = len(exercise.alternatives())
    proof.caught = proof.misconceptions - len(set(found["caught"]))
    proof.named = proof.misconceptions - len(set(found["named"]))
    proof.accepted = proof.alternatives - len(set(found["accepted"]))
    proof.problems = list(_once(proof.problems))
    return proof


def look_for_findings(
    exercise: Exercise, proof: Proof, seeds: Sequence[int], device: str = "cpu"
) -> None:
    """Add to a proof what the exercise lacks, and what its author may have forgotten.

    Raises:
        GraderError: the grader cannot be used at all.
    """
    proof.findings = [str(finding) for finding in findings(exercise, seeds, device)]


def try_mutants(exercise: Exercise, proof: Proof, seeds: tuple[int, ...] = (0, 1)) -> None:
    """Add what becomes of the reference's mutants to a proof.

    Raises:
        GraderError: an equivalent names no mutant.
    """
    proof.mutants, alive = survivors(exercise, seeds)
    proof.killed = proof.mutants - len(alive)
    proof.survivors = [mutant.diff for mutant in alive]
    for mutant in alive:
        proof.problems.append(
            f"no case shows this change of the reference: {mutant.change}; add one, or list it "
            f"with grader.equivalent(change, reason)\n{textwrap.indent(mutant.diff, '      ')}"
        )


def problems_on_disk(
    course: Course, exercises: Collection[Exercise]
) -> tuple[list[str], list[str]]:
    """What is wrong with the files of a course, each with the command that fixes it.

    Returns:
        What is wrong with `exercises`, and what else is.
    """
    unusable = unusable_of(course)
    usable = [exercise for exercise in course.exercises.values() if exercise not in unusable]
    own = [exercise for exercise in usable if exercise in course.own]
    levels = {exercise.id: exercise.facts.level for exercise in usable}
    places = _places(usable)
    found = {exercise: [problem] for exercise, problem in unusable.items()}
    for exercise in own:
        found[exercise] = [*_stale(exercise), *_prerequisites(exercise, levels, places)]
    theirs = [said for exercise in exercises for said in found.get(exercise, ())]
    rest = [
        said
        for exercise, all_said in found.items()
        if exercise not in exercises
        for said in all_said
    ]
    return theirs, [*rest, *_stale_list(course), *_strays(course), *_pageless(course)]


def write(course: Course, exercises: Iterable[Exercise]) -> None:
    """Write what is derived: the stubs of `exercises`, and the list in exercises/README.md.

    A stub is what the learner begins with: where an answer was written into it, that is lost. An
    exercise that cannot be used keeps its stub, and its row in the list; what a course uses of
    others is theirs.
    """
    unusable = unusable_of(course)
    for exercise in exercises:
        if exercise in course.own and exercise not in unusable:
            exercise.stub_path.parent.mkdir(parents=True, exist_ok=True)
            exercise.stub_path.write_text(exercise.stub, encoding="utf-8")
    readme = course.list_path
    if readme.is_file():
        readme.write_text(with_list(readme.read_text("utf-8"), course, unusable), encoding="utf-8")


def unusable_of(course: Course) -> dict[Exercise, str]:
    """{exercise: what is wrong with its files}, of those that cannot be used."""
    found = {exercise: exercise.fault() for exercise in course.exercises.values()}
    return {exercise: fault for exercise, fault in found.items() if fault}


def as_json(proofs: list[Proof]) -> str:
    """All proofs and their totals."""
    names = ["cases", "misconceptions", "caught", "named", "alternatives", "accepted"]
    names += ["mutants", "killed", "functions", "pairs", "distinct_pairs"]
    total = {name: sum(getattr(proof, name) for proof in proofs) for name in names}
    total["survivors"] = sum(len(proof.survivors) for proof in proofs)
    total["findings"] = sum(len(proof.findings) for proof in proofs)
    total["exercises"] = len(proofs)
    return json.dumps({"total": total, "exercises": [vars(proof) for proof in proofs]}, indent=2)


def _refuse_unseeded(exercise: Exercise, seed: int) -> None:
    """All else that is found would come of other arguments."""
    first, again = (drawn_numbers(exercise, (seed,)) for _ in range(2))
    for key, drawn in first.items():
        if differences({"": drawn}, {"": again[key]}, {"": (0.0, 0.0)}):
            where = f"{exercise.grader_path}:{exercise.grader.cases[key[0]].line}"
            raise GraderError(
                f"{where}: case {key[0]!r} draws other arguments for the same seed; {_SEEDED}"
            )


def _prove_right(
    exercise: Exercise, seed: int, device: str, proof: Proof, rejected: list[str]
) -> None:
    grader = exercise.grader
    expected = reference_observations(exercise, (seed,), device)
    again = observe_known(exercise, exercise.reference(), (seed,), device)
    proof.problems += [f"the reference {text}" for text in _unsteady(grader, expected, again)]
    proof.problems += _elsewhere(exercise, seed, device, expected)
    for name, answer in exercise.alternatives().items():
        shown = observe_known(exercise, answer, (seed,), device)
        if apart := _apart(grader, expected, shown):
            rejected.append(name)
            said = _shown(apart, shown)
            proof.problems.append(f"alternative {name} is rejected: {said} (seed {seed})")


def _prove_wrong(
    exercise: Exercise, seed: int, device: str, proof: Proof, found: dict[str, list[str]]
) -> None:
    """All cases are looked at on the first seed, on others up to one that shows the mistake."""
    grader, first = exercise.grader, not proof.earns
    expected = reference_observations(exercise, (seed,), device)
    wrong = list(mistakes(exercise, (seed,), device))
    for (name, seen), label in zip(wrong, _labels(grader), strict=True):
        excess = _excess(grader, expected, seen)
        explained = named(grader, seen, expected, lambda: wrong)
        if not excess > STRENGTH:
            found["caught"].append(name)
            proof.problems.append(
                f"misconception {label} is at most {excess:.2g} tolerances away (seed {seed}); "
                f"add a case that shows it by {STRENGTH:g}"
            )
        if explained != name:
            found["named"].append(name)
            proof.problems.append(
                f"misconception {label} is explained as {explained} (seed {seed}); add a case that "
                "tells them apart, or make them one"
            )
        if first:
            proof.problems += _unfinished(label, seen)
            failed = {case for (case, _), _ in _apart(grader, expected, seen)}
            passed = 1 - len(failed) / len(grader.cases)
            proof.earns[name] = max(passed, proof.earns.get(name, 0.0))


def _excess(grader: Grader, expected: Observations, seen: Observations) -> float:
    """How many tolerances a mistake is away in the first case that shows it, else at most."""
    largest = 0.0
    for key, wanted in expected.items():
        for difference in differences(wanted, seen[key], grader.tolerance):
            largest = max(largest, difference.excess)
        if largest > STRENGTH:
            break
    return largest


def _labels(grader: Grader) -> Iterator[str]:
    """What each misconception is called in a problem: of a family each member."""
    for wrong in grader.misconceptions.values():
        members = wrong.members() if isinstance(wrong, Edit) else [wrong]
        for place, _ in enumerate(members, start=1):
            yield wrong.name if len(members) == 1 else f"{wrong.name}, member {place},"


def _without_a_sentence(grader: Grader) -> Iterator[str]:
    """What was begun from an answer says nothing yet to a learner."""
    for name, wrong in grader.misconceptions.items():
        if wrong.text.startswith(TO_WRITE.strip()):
            yield f"misconception {name} has no sentence yet; write it in the place of the TODO"


def _guessable(exercise: Exercise, device: str) -> Iterator[str]:
    """What shows the same whatever the arguments anyone can guess, and pass."""
    first, second = (reference_observations(exercise, (seed,), device) for seed in (0, 1))
    cases = exercise.grader.cases
    fixed = [case for case in cases if str(first[case, 0]) == str(second[case, 1])]
    if 2 * len(fixed) >= len(cases):
        yield (
            f"{', '.join(fixed)} show the same on every seed, and can be guessed; observe numbers "
            "that depend on random arguments"
        )


def _unfinished(name: str, seen: Observations) -> Iterator[str]:
    """A misconception that lacks an import is caught for the wrong reason."""
    for raised in seen.values():
        if isinstance(raised, Raised) and raised.type in ("NameError", "NotHandedIn"):
            yield f"misconception {name} raises {raised.type}: {raised.message}; fix it"


def _apart(
    grader: Grader, expected: Observations, seen: Observations
) -> list[tuple[tuple[str, int], Difference]]:
    return [
        (key, difference)
        for key, wanted in expected.items()
        for difference in differences(wanted, seen[key], grader.tolerance)
    ]


def _unsteady(grader: Grader, expected: Observations, again: Observations) -> Iterator[str]:
    for key, difference in _apart(grader, expected, again):
        yield f"does not repeat itself in case {key[0]}: {difference.name}"
    for (case, _), seen in expected.items():
        if isinstance(seen, dict) and any(isinstance(value, Foreign) for value in seen.values()):
            yield f"shows something in case {case} that cannot be compared"


def _elsewhere(exercise: Exercise, seed: int, device: str, expected: Observations) -> Iterator[str]:
    """What a pack that is made on one processor would call wrong on another."""
    here, grader = drawn_numbers(exercise, (seed,)), exercise.grader
    with OtherProcessor():
        there = drawn_numbers(exercise, (seed,))
        seen = observe_known(exercise, exercise.reference(), (seed,), device)
    for key, wanted in expected.items():
        where = f"{grader.path}:{grader.cases[key[0]].line}: case {key[0]!r}"
        if differences({"drawn": here[key]}, {"drawn": there[key]}):
            yield f"{where} draws in float32 what becomes float64: {_DRAW_FLOAT64}"
        elif apart := differences(wanted, seen[key], grader.tolerance):
            yield (
                f"{where} shows another {apart[0].name} (by {apart[0].excess:.2g} tolerances) when "
                f"float32 numbers are drawn with other last bits: {_DRAW_FLOAT64}; or make what "
                "is shown depend less on rounding"
            )


def _once(problems: Iterable[str]) -> Iterator[str]:
    """Each problem, and what several seeds show alike on the first of them alone."""
    seen = set()
    for problem in problems:
        alike = re.sub(r"\d[\d.e+-]*", "", problem) if "(seed " in problem else problem
        if alike not in seen:
            seen.add(alike)
            yield problem


def _shown(apart: list[tuple[tuple[str, int], Difference]], seen: Observations) -> str:
    key, difference = apart[0]
    case, got = key[0], seen[key]
    if isinstance(got, Raised):
        return f"{case}: it raises {got.type}: {got.message}"
    return f"{case}: {difference.name} ({difference.kind}, {difference.excess:.2g} tolerances)"


def _stale(exercise: Exercise) -> Iterator[str]:
    text = exercise.stub_path.read_text("utf-8") if exercise.stub_path.is_file() else None
    if text != exercise.stub:
        yield f"{exercise.stub_path}: stale; run `kata prove {exercise.id} --write`"


def _stale_list(course: Course) -> Iterator[str]:
    readme = course.list_path
    text = readme.read_text("utf-8") if readme.is_file() else ""
    if with_list(text, course, unusable_of(course)) != text:
        yield f"{readme}: its list of exercises is stale; run `kata prove --write`"


def _places(exercises: list[Exercise]) -> dict[str, int]:
    """{exercise id: its place in the course}."""
    ordered = in_order(exercises, {exercise.id: exercise.facts for exercise in exercises})
    return {exercise.id: place for place, exercise in enumerate(ordered)}


def _prerequisites(
    exercise: Exercise, levels: Mapping[str, int], places: Mapping[str, int]
) -> Iterator[str]:
    """What is wrong with what an exercise comes after, of those whose levels are known."""
    where, level = f"{exercise.grader_path}:1: after", exercise.facts.level
    for after in exercise.facts.after:
        if after not in exercise.course.exercises:
            yield f"{where}={after!r} is no exercise of this course"
        elif levels.get(after, level) > level:
            yield (
                f"{where}={after!r} is of level {levels[after]}, and comes later than this "
                f"one of level {level}; change one of the two"
            )
        elif places.get(after, -1) > places[exercise.id]:
            yield (
                f"{where}={after!r} comes later in the course: its module does in course.toml, or "
                "the two wait for each other; change one of them"
            )


def _pageless(course: Course) -> Iterator[str]:
    """The modules of a course that nothing introduces."""
    for folder in dict.fromkeys(exercise.stub_path.parent for exercise in course.own):
        if not (folder / "README.md").is_file():
            what = "why it matters, the one idea, the traps, a prediction to make"
            yield f"{folder / 'README.md'}: missing; write the module's page there: {what}"


def _strays(course: Course) -> Iterator[str]:
    known = {exercise.relative for exercise in course.own}
    for folder in ("exercises", "solutions"):
        for path in sorted((course.root / folder).glob("*/*.py")):
            if path.relative_to(course.root / folder) not in known:
                yield f"{path}: belongs to no grader; delete it, or write its grader"
