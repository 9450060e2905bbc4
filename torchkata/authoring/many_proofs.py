"""Proofs of many exercises, in as many processes as are worth their start."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from torchkata.authoring.pair_proof import try_pairs
from torchkata.authoring.proof import Proof, look_for_findings, prove, try_mutants
from torchkata.course.course import Course, Exercise
from torchkata.course.grader import GraderError

# A process imports torch and the course before it proves anything.
_WORTH_A_PROCESS = 10


@dataclass(frozen=True)
class Wanted:
    """What is to be proved of each exercise."""

    seeds: range
    device: str
    mutants: bool
    pairs: bool


def prove_all(exercises: Sequence[Exercise], wanted: Wanted, workers: int) -> Iterator[Proof]:
    """Prove exercises of one course.

    Args:
        exercises: which.
        wanted: what of them.
        workers: how many processes at most; ten exercises have one.

    Yields:
        A proof of each, in their order, also where a grader cannot be used at all.
    """
    workers = min(workers, len(exercises) // _WORTH_A_PROCESS)
    if workers < 2:
        yield from (_proof(exercise, wanted) for exercise in exercises)
        return
    # A fork of a process in which torch has threads may hang.
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        waiting = [pool.submit(_proof_in, e.course.root, e.id, wanted) for e in exercises]
        try:
            yield from (one.result() for one in waiting)
        finally:
            pool.shutdown(cancel_futures=True)


def _proof_in(root: Path, name: str, wanted: Wanted) -> Proof:
    return _proof(_course(root).exercises[name], wanted)


_course = functools.cache(Course)


def _proof(exercise: Exercise, wanted: Wanted) -> Proof:
    """All that is found about one exercise."""
    try:
        proof = prove(exercise, wanted.seeds, wanted.device)
        look_for_findings(exercise, proof, wanted.seeds, wanted.device)
        if wanted.mutants:
            try_mutants(exercise, proof)
        if wanted.pairs:
            try_pairs(exercise, proof, wanted.device)
    except GraderError as problem:
        return Proof(exercise.id, problems=[str(problem)])
    return proof
