"""torchkata: PyTorch exercises, graded by observation.

The engine's rooms, each importing only from those above it (docs/design.md):

1. vocabulary: grader, source, answer, course
2. judge: observation, encoding, comparison, judge, words
3. where answers run: respond, practice, proof, walls
4. faces: plugin, cli
"""

from torchkata.grader import Grader, GraderError

__all__ = ["Grader", "GraderError"]
__version__ = "0.1.0"
