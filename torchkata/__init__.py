"""torchkata: PyTorch exercises, graded by observation.

The engine's rooms, each importing only from those above it (docs/design.md):

1. the vocabulary, and exercises on disk: verdicts, grader, source, answer, course
2. the judge: observation, encoding, comparison, relations, judge, values, words
3. where answers run: drawing, recording, isolation, forbidden, respond, submission, practice
4. behind walls: protocol, lock, errand, alone, inside, conversation, bubblewrap, walls
5. for authors: catalogue, mutants, proof
6. for teachers: records, grading, batch, replay, assignment, pack
7. for learners: facts, progress, workspace, warm, phrases, study, overview, arrivals
8. faces: items, plugin, doctor, cli, learn, keys, screen, follow, watch, init, teach, author, start
"""

from torchkata.grader import Grader, GraderError

__all__ = ["Grader", "GraderError"]
__version__ = "0.1.0"
