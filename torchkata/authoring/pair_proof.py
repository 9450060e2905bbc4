"""What `kata prove` says of two mistakes at once."""

from __future__ import annotations

from collections import Counter

from torchkata.authoring.proof import Proof
from torchkata.course.course import Exercise
from torchkata.course.grader import Misconception
from torchkata.running.distinct_pairs import sorted_out

# In practice, and in a pack, arguments are drawn from these.
_SEEDS = (0, 1)


def try_pairs(exercise: Exercise, proof: Proof, device: str = "cpu") -> None:
    """Add to a proof what becomes of its edits two at a time.

    Two that cancel out to the reference are a case that is missing, unless the grader lists them
    with `equivalent`.
    """
    grader, listed = exercise.grader, {one.change for one in exercise.grader.equivalents}
    kinds: Counter[str] = Counter()
    # Two families have several pairs of one name: it is listed where one of them cancels out.
    cancels: dict[str, bool] = {}
    for pair, kind in sorted_out(exercise, _SEEDS, device):
        kinds[kind] += 1
        cancels[pair.pair.name] = cancels.get(pair.pair.name, False) or kind == "reference"
    for name, out in cancels.items():
        if out and name not in listed:
            proof.problems.append(
                f"{grader.path}: no case shows the two mistakes {name}, which cancel out; add one, "
                f'or list them with grader.equivalent("{name}", reason)'
            )
        if not out and name in listed:
            proof.problems.append(
                f"{grader.path}: a case shows the two mistakes {name}; take them out of "
                "grader.equivalent"
            )
    proof.functions = sum(isinstance(one, Misconception) for one in grader.misconceptions.values())
    proof.pairs, proof.distinct_pairs = kinds.total(), kinds["distinct"]
