"""Whatever is nested deeper than Python goes ends in one sentence, in every reader there is."""

import re
from pathlib import Path

import msgspec
import pytest
import yaml

import torchkata
from torchkata.course.reading import from_json
from torchkata.grading import assignment, records
from torchkata.learning import state_files
from torchkata.learning.progress import Progress
from torchkata.notebooks.script import Damaged, script_of
from torchkata.platforms import platform_metadata

# Where JSON is read without `from_json`, since there is one exception for everything that is wrong,
# or what is read is our own.
ON_THEIR_OWN = {
    "course/reading.py",
    "judging/codec.py",
    "notebooks/script.py",
    "sandbox/one_shot.py",
    "sandbox/parsing.py",
    "sandbox/server.py",
}

DEEP_TOML = {
    "lists": "x = " + "[" * 50_000,
    "closed lists": "x = " + "[" * 2000 + "]" * 2000,
    "tables": "x = " + "{a = " * 2000 + "1" + "}" * 2000,
    "a dotted key": "points." + "a." * 2000 + "b = 1",
    "a header": "[points." + "a." * 2000 + "b]",
}


@pytest.mark.parametrize("text", DEEP_TOML.values(), ids=list(DEEP_TOML))
def test_deep_toml(text, tmp_path):
    """An assignment's file: a teacher is told in one line, and sees no traceback."""
    path = tmp_path / "a.toml"
    path.write_text(f'title = "x"\nexercises = ["half"]\n{text}\n')
    with pytest.raises(ValueError, match=r"a\.toml: ") as problem:
        assignment.read(path)
    assert "\n" not in str(problem.value)
    assert len(str(problem.value)) < 500


@pytest.mark.parametrize(
    "text", ["[" * 50_000, '{"schema":' * 50_000, '{"version": 1, "x":' * 9999]
)
def test_deep_json(text, tmp_path):
    """A record, a batch, a state of a workspace, a notebook, and anything else."""
    data = text.encode()
    with pytest.raises(msgspec.DecodeError):
        from_json(data, dict)
    (tmp_path / "batch.json").write_bytes(data)
    with pytest.raises(records.BadRecord, match="is no record"):
        records.read(tmp_path / "batch.json")
    with pytest.raises(ValueError, match="cannot be read"):
        records.read_batch_info(tmp_path)
    told = []
    state_files.read_state(tmp_path, Path("batch.json"), Progress, told.append)
    assert len(told) == 1
    with pytest.raises(Damaged):
        script_of(data)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, platform_metadata._LOADER])
@pytest.mark.parametrize("text", ["[" * 5000, "{a: " * 5000, "- " * 5000])
def test_deep_yaml(text, loader, monkeypatch):
    """Gradescope's metadata, by either of PyYAML's readers."""
    monkeypatch.setattr(platform_metadata, "_LOADER", loader)
    with pytest.raises(ValueError, match=r"submission_metadata\.yml"):
        platform_metadata.gradescope(text)


def test_no_reader_is_left_out():
    """Each place that reads JSON, TOML or YAML is one of those above."""
    root = Path(torchkata.__file__).parent
    texts = {p.relative_to(root).as_posix(): p.read_text("utf-8") for p in root.rglob("*.py")}
    reads = {
        name: set(re.findall(r"json\.decode\(|json\.loads?\(|tomllib\.loads?\(|yaml\.\w+\(", text))
        for name, text in texts.items()
    }
    found = {name: calls for name, calls in reads.items() if calls}
    others = {"course/engine_wheel.py", "platforms/platform_metadata.py"}
    assert found.keys() == ON_THEIR_OWN | others
