"""Five bugs in one program: how many are left, and which."""

from itertools import combinations

from torchkata.judging.judge import Report
from torchkata.running.known_answers import judge_against, observe_known
from torchkata.text.explanations import render

# {what is said of a bug that is left: (the bug, what fixes it)}
FIXES = {
    "the position that its sentence has": (
        "torch.arange(count, device=tokens.device)[:, None]",
        "torch.arange(length, device=tokens.device)",
    ),
    "a head gets numbers of other positions": (
        "part.reshape(count, self.heads, length, -1)",
        "part.reshape(count, length, self.heads, -1).transpose(1, 2)",
    ),
    "the mask comes after the softmax": (
        "scores.softmax(dim=-1).masked_fill(later, 0.0)",
        "scores.masked_fill(later, -math.inf).softmax(dim=-1)",
    ),
    "with the token just read": ("tokens[:, :-1].flatten()", "tokens[:, 1:].flatten()"),
    "nothing clears them": ("loss.backward()", "optimizer.zero_grad(); loss.backward()"),
}
LEFT = {1: "One of the five bugs is left.", 2: "Two bugs are left.", 3: "Three bugs are left."}


def test_each_set_of_bugs_is_known(course):
    """All 32 sets show something else: a message counts them, and where they come again, names them."""
    exercise = course.exercises["debugging/mini_gpt"]
    for count in range(1, 5):
        for left in combinations(FIXES, count):
            result = judged(exercise, left)
            before = render(result, exercise.grader)
            assert LEFT.get(count, "Four bugs are left.") in before
            again = render(result, exercise.grader, told={result.misconception: 1})
            assert [said in " ".join(again.split()) for said in FIXES] == [
                said in left for said in FIXES
            ]
            assert not any(said in " ".join(before.split()) for said in FIXES)
    assert judged(exercise, ()).verdict == "passed"
    assert "All five bugs are left." in render(judged(exercise, FIXES), exercise.grader)


def judged(exercise, left):
    """What becomes of the start with all bugs fixed but these."""
    text = exercise.stub
    for said, (bug, fix) in FIXES.items():
        assert text.count(bug) == 1
        text = text if said in left else text.replace(bug, fix)
    answer = exercise.load(text, "<fixed>")[exercise.asked.name]
    report = Report(observations=observe_known(exercise, answer, (0,)))
    return judge_against(exercise, report, (0,), pairs=False)
