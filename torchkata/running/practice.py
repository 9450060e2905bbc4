"""Practice: answers run in this very process, beside the reference. Quick, debuggable, no grade."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FrameType, TracebackType

from torchkata.course.answer_name import Asked
from torchkata.course.course import Exercise
from torchkata.course.data import reading
from torchkata.course.lines import line_now
from torchkata.course.loading import load_answer
from torchkata.course.source import digest_or_none
from torchkata.judging.judge import Report, Result
from torchkata.notebooks.script import part_of
from torchkata.running.arguments import Drawn, draw, seed_for_observing
from torchkata.running.cells import told_in_cells
from torchkata.running.files import File
from torchkata.running.isolation import undisturbed, workplace
from torchkata.running.known_answers import (
    judge_against,
    reference_observations,
    seeds_at_home,
)
from torchkata.running.remarks import patterns_of
from torchkata.running.runner import Job, respond


def examine(
    exercise: Exercise,
    file: File,
    seeds: Sequence[int] = (),
    device: str = "cpu",
    printed: Callable[[], str] = str,
    asked: Asked | None = None,
) -> Result:
    """Judge a learner's file in this process.

    Args:
        exercise: what the file answers.
        file: what was found where the answer should be.
        seeds: what the arguments are drawn from; if none are given, those of practice.
        device: where they go: cpu, cuda or mps.
        printed: returns what was printed since it was last called.
        asked: under which name the answer is, if not under the exercise's own.

    Raises:
        GraderError: the course, not the answer, is at fault.
    """
    seeds = seeds or seeds_at_home(exercise)
    named = asked or exercise.asked

    def run(device: str) -> Report:
        return report_on(exercise, file, seeds, device, printed, named)

    return told_in_cells(judged(exercise, seeds, device, run), file.text, named)


def judged(
    exercise: Exercise,
    seeds: Sequence[int],
    device: str,
    run: Callable[[str], Report],
    pairs: bool = True,
) -> Result:
    """Judge what an answer does when it is run; wrong on an accelerator, again on the CPU.

    Args:
        exercise: what it answers.
        seeds: what the arguments are drawn from.
        device: where they go.
        run: has the answer run on a device, wherever that is.
        pairs: whether to look for two misconceptions at once where none alone explains it.

    Raises:
        GraderError: the course, not the answer, is at fault.
    """
    if exercise.packed:
        # What a pack knows was seen on the CPU.
        device = "cpu"
    # First, so that a course at fault is told before anything of the learner's runs.
    reference_observations(exercise, tuple(seeds), device)
    report = run(device)
    on_cpu = device == "cpu"
    result = judge_against(exercise, report, tuple(seeds), device, pairs=pairs and on_cpu)
    if result.verdict == "wrong" and not on_cpu:
        again = judged(exercise, seeds, "cpu", run, pairs=False)
        if again.verdict == "passed":
            return replace(again, note=device)
        if pairs and result.unexplained:
            return judge_against(exercise, report, tuple(seeds), device)
    return result


def report_on(
    exercise: Exercise,
    file: File,
    seeds: Sequence[int],
    device: str = "cpu",
    printed: Callable[[], str] = str,
    asked: Asked | None = None,
) -> Report:
    """Run a learner's file in this process, and report what it did."""
    if file.report is not None:
        return file.report
    with workplace():
        drawn = draw(exercise.grader, seeds, device)
        named = asked or exercise.asked
        stubs = digest_or_none(exercise.stub) or "", part_of(exercise.stub, exercise.asked)
        grader, remarks = exercise.grader, patterns_of(exercise.grader)
        job = Job(named, file.path, grader, drawn, *stubs, printed=printed, remarks=remarks)
        packages = exercise.course.packages
        job = replace(job, symptoms=grader.start is not None, packages=packages)
        return respond(job, file.text)


def last_frame(exercise: Exercise, file: File, drawn: Drawn) -> TracebackType | None:
    """Where a debugger should land: in the learner's code, where it raised or where it returned.

    Runs the answer once more, on one case's arguments.
    """
    returned: list[FrameType] = []

    def keep(frame: FrameType, event: str, _: object) -> None:
        if event == "return" and frame.f_code.co_filename == file.path:
            returned[:] = [frame]

    with workplace(), undisturbed(), reading(exercise.data):
        try:
            answer = load_answer(file.text, file.path, exercise.asked, exercise.course.packages)
            seed_for_observing(drawn)
            sys.setprofile(keep)
            exercise.grader.look(answer, *drawn.arguments)
        except KeyboardInterrupt:
            raise
        except BaseException as problem:
            # exit() too: the debugger then lands where it was called.
            step = problem.__traceback__
            while step is not None and step.tb_frame.f_code.co_filename != file.path:
                step = step.tb_next
            if step is not None:
                return step
        finally:
            sys.setprofile(None)
    frame = returned[0] if returned else None
    return frame and TracebackType(None, frame, frame.f_lasti, line_now(frame))
