"""Results of made-up classes, as `kata grade --out` writes them."""

from torchkata.grading import records
from torchkata.grading.records import BatchInfo, Graded, Record

# What students are called who try it.
HOSTILE = ("<script>alert(1)</script>", "김민수", "علی‌رضا", "two\nlines", "]]></script>&\u2028")


def graded(exercise, points, mistake=None, verdict=None):
    """What became of one exercise; of half a point nothing is told but a number."""
    verdict = verdict or ("passed" if points == 1 else "wrong")
    ideas = ["too_much"] if mistake else []
    text = f"{exercise}  {verdict}\n  got {points}"
    return Graded(
        exercise, "ab", verdict, points, 1.0, {}, mistake, [], text, 0.1, second=None, ideas=ideas
    )


def results_of(folder, students, feedback="full"):
    """Write results: {student: what became of each exercise}."""
    info = BatchInfo([1], "x", "sandbox", "cpu", feedback, finished=True, place=str(folder))
    records.write(folder / "batch.json", info)
    for who, given in students.items():
        points = sum(one.points for one in given)
        made = Record(
            who, "x", "sandbox", [1], "cpu", "float32", "2.13", "linux", "2026-12-04T00:00:00",
            1.0, points, float(len(given)), given,
        )  # fmt: skip
        records.write(records.path_of(folder / "records", who), made)
    return folder
