"""What a checkpoint brings back comes out of its file, whatever its answer remembers elsewhere."""

import pytest

from torchkata.running import practice
from torchkata.running.files import File

REMEMBERS = """
import copy, torch
KEPT = {{}}
class Checkpoint:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer
    def save(self, path, epoch):
        state = copy.deepcopy((self.model.state_dict(), self.optimizer.state_dict(), epoch))
        torch.save({saved}, path)
        KEPT[{key}] = state
    def load(self, path):
        model, optimizer, epoch = copy.deepcopy(KEPT[{key}])
        self.model.load_state_dict(model)
        self.optimizer.load_state_dict(optimizer)
        return epoch + 1
"""

FORGERIES = {
    "an empty file, told by its path": ("{}", "str(path)"),
    "an empty file, the last one": ("{}", "0"),
    "a number in the file": ("{'id': len(KEPT)}", "torch.load(path)['id']"),
    "the epoch alone": ("{'epoch': epoch}", "0"),
    "all but the optimizer": ("{'model': state[0], 'epoch': epoch}", "0"),
    "all, told by its path": ("state", "str(path)"),
    "in torch itself": ("{}", "setattr(torch, 'kept', KEPT) or 0"),
}

IN_LISTS = """
import json, torch
class Checkpoint:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer
    def save(self, path, epoch):
        model = {name: value.tolist() for name, value in self.model.state_dict().items()}
        both = self.optimizer.state_dict(), epoch
        torch.save({"model": WRITTEN(model), "others": both}, path)
    def load(self, path):
        saved = torch.load(path)
        old, model = self.model.state_dict(), READ(saved["model"])
        state = {name: torch.tensor(value, dtype=old[name].dtype if name in old else None)
                 for name, value in model.items()}
        self.model.load_state_dict(state)
        self.optimizer.load_state_dict(saved["others"][0])
        return saved["others"][1] + 1
"""

HONEST = {
    "lists": ("", ""),
    "text": ("json.dumps", "json.loads"),
}


@pytest.fixture
def verdict(course):
    """The verdict on a text as the answer."""
    exercise = course.exercises["state_and_precision/checkpoint"]
    return lambda text: practice.examine(exercise, File("checkpoint.py", text), (3, 4)).verdict


@pytest.mark.parametrize(("saved", "key"), FORGERIES.values(), ids=list(FORGERIES))
def test_checkpoint_without_a_file(verdict, saved, key):
    """An answer that remembers what it should have written does not pass."""
    assert verdict(REMEMBERS.format(saved=saved, key=key)) in ("wrong", "error")


@pytest.mark.parametrize(("written", "read"), HONEST.values(), ids=list(HONEST))
def test_how_a_run_lies_in_the_file_is_up_to_the_answer(verdict, written, read):
    """As lists of numbers or as text, it is all there, and passes."""
    assert verdict(IN_LISTS.replace("WRITTEN", written).replace("READ", read)) == "passed"
