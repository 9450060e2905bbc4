"""What an answer may disturb is put back."""

import contextlib
import os
import random
import sys
import tempfile
import warnings
from pathlib import Path

import pytest
import torch

from torchkata.running import isolation
from torchkata.running.isolation import undisturbed, workplace


@pytest.fixture
def two_threads():
    """A process in which torch runs on two threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


# {what: (reads it, changes it)}
SETTINGS = {
    "default dtype": (torch.get_default_dtype, lambda: torch.set_default_dtype(torch.float64)),
    "default device": (torch.get_default_device, lambda: torch.set_default_device("meta")),
    "threads": (torch.get_num_threads, lambda: torch.set_num_threads(3)),
    "grad mode": (torch.is_grad_enabled, lambda: torch.set_grad_enabled(False)),
    "torch's generator": (lambda: torch.get_rng_state().tolist(), lambda: torch.manual_seed(3)),
    "Python's generator": (random.getstate, lambda: random.seed(3)),
    "recursion limit": (sys.getrecursionlimit, lambda: sys.setrecursionlimit(3000)),
    "path": (lambda: list(sys.path), lambda: sys.path.insert(0, "/nowhere")),
    "warnings": (lambda: list(warnings.filters), lambda: warnings.simplefilter("ignore")),
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_comes_back(setting, two_threads):
    """What an answer has set is as it was afterwards."""
    read, change = SETTINGS[setting]
    before = read()
    with undisturbed():
        change()
        assert read() != before, "nothing was changed, so this shows nothing"
    assert read() == before


def test_all_settings_come_back_where_an_answer_raises(two_threads):
    """And its exception goes on."""
    before = {setting: read() for setting, (read, _) in SETTINGS.items()}

    def answer():
        for _, change in SETTINGS.values():
            change()
        raise KeyError

    with pytest.raises(KeyError), undisturbed():
        answer()
    assert {setting: read() for setting, (read, _) in SETTINGS.items()} == before


def test_an_answer_runs_on_one_thread_with_gradients(two_threads):
    """The same operations then give the same last bits everywhere, whatever ran before."""
    with torch.no_grad(), undisturbed():
        assert torch.get_num_threads() == 1
        assert torch.is_grad_enabled()


def test_warnings_are_collected_each_time():
    """An answer's warning is no error, is told, and is told to the next one too."""
    for _ in range(2):
        with undisturbed() as caught:
            for _ in range(2):
                warnings.warn("told", stacklevel=1)
        assert [str(warning.message) for warning in caught] == ["told", "told"]


def test_a_workplace_is_empty_and_goes(tmp_path, monkeypatch):
    """Files an answer writes where it is, or in a temporary folder, are gone."""
    monkeypatch.chdir(tmp_path)
    temporary = tempfile.gettempdir()
    with workplace():
        inside = Path.cwd()
        assert list(inside.iterdir()) == []
        Path("here").write_text("x")
        assert Path(tempfile.mkdtemp()).parent == inside
    assert not inside.exists()
    assert Path.cwd() == tmp_path
    assert tempfile.gettempdir() == temporary


def test_a_workplace_goes_whatever_happens_in_it(tmp_path, monkeypatch):
    """Where the answer raises, or has gone elsewhere."""
    monkeypatch.chdir(tmp_path)
    inside = []

    def answer():
        inside.append(Path.cwd())
        os.chdir("/")
        raise KeyError

    with pytest.raises(KeyError), workplace():
        answer()
    assert inside != [tmp_path]
    assert not inside[0].exists()
    assert Path.cwd() == tmp_path


def test_a_workplace_may_be_one_that_stays(tmp_path):
    """Where the process that it is in belongs to one answer alone."""
    before = Path.cwd()
    with workplace(str(tmp_path)):
        Path("here").write_text("x")
    assert (tmp_path / "here").read_text() == "x"
    assert Path.cwd() == before


def test_a_deep_tree_is_deleted(tmp_path):
    """Python's own way of deleting calls itself for each folder, and ends at some depth."""
    folder = tmp_path / "deep"
    folder.mkdir()
    with contextlib.chdir(folder):
        for _ in range(3000):
            os.mkdir("d")
            os.chdir("d")
    isolation.discard(str(folder))
    assert not folder.exists()
    isolation.discard(str(folder))
