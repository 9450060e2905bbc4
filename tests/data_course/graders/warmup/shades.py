import torch
import torchkata
from torchkata import Grader

grader = Grader(points=1, level=1, hints=("What does `rows[which]` hold?",))

LENGTH = len(torchkata.data("shades.bin").read_bytes())


@grader.observe
def brightened(answer, which, scale):
    return {"shades": answer(which, scale), "bytes": len(torchkata.data("shades.bin").read_bytes())}


@grader.case
def some_rows():
    """Two random rows of the file."""
    return torch.randint(LENGTH // 4, (2,)), 1 + torch.rand(2)


@grader.case
def as_bright_as_the_file():
    """Each row once, multiplied by its first byte and a random number."""
    data = bytearray(torchkata.data("shades.bin").read_bytes())
    rows = torch.frombuffer(data, dtype=torch.uint8).view(-1, 4)
    return torch.randperm(3), 1 + rows[:, 0] * torch.rand(3)


@grader.case
def one_row_twice():
    """The last row twice, and the first."""
    return torch.tensor([2, 2, 0]), 1 + torch.rand(3)


@grader.misconception
def reads_columns(which, scale):
    """The file has three rows of four bytes: `view(3, 4)`, not `view(4, 3).T`."""
    data = bytearray(torchkata.data("shades.bin").read_bytes())
    return torch.frombuffer(data, dtype=torch.uint8).view(4, 3).T[which] * scale[:, None]


grader.edit(
    "adds",
    "Brighter is multiplied: `rows * scale`, not `rows + scale`.",
    old="rows[which] * scale",
    new="rows[which] + scale",
)
