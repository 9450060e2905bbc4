"""Walls that wall nothing off: for tests of what is around them, in this very process.

One answer at a time: two would draw from the same generators.
"""

import tempfile
from pathlib import Path

from torchkata.course.answer_name import Asked
from torchkata.course.loading import load_grader
from torchkata.running.arguments import draw
from torchkata.running.runner import Job, respond
from torchkata.sandbox import backends
from torchkata.sandbox.channel import Failure
from torchkata.sandbox.one_shot import written
from torchkata.sandbox.protocol import READY, Status, pack


class Open(backends.Walls):
    """Runs an answer here, and calls itself `limited`; an answer that says `# die` ends it."""

    assurance = "limited"

    def _ask(self, request, text, seconds):
        if "# die" in text:
            raise Failure("the waiting process died")
        with tempfile.TemporaryDirectory() as folder:
            return self._run(request, text, written(request.data, Path(folder, "data")))

    def _run(self, request, text, data):
        grader = load_grader(request.grader, f"graders/{request.exercise}.py", data=data)
        job = Job(
            Asked(request.name, request.kind),
            f"{request.exercise}.py",
            grader,
            draw(grader, request.seeds, request.device),
            stub=request.stub,
            part=request.part,
            packages=frozenset(request.packages),
            remarks=request.remarks,
        )
        return READY + pack(respond(job, text)), Status(0, False, True)

    def close(self):
        """Nothing to do."""


class Nowhere(Open):
    """Walls that this machine does not offer."""

    def __init__(self, device="cpu"):
        raise backends.NoWalls("nothing of the kind is installed")


def saying(frame, signal=0, late=False, stopped=""):
    """Walls from behind which these bytes come, whatever is asked."""

    class Saying(Open):
        def _ask(self, request, text, seconds):
            return frame, Status(signal, late, True, stopped)

    return Saying()
