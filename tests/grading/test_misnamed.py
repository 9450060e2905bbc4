"""Answers in files that are not named like their exercise: taken where one exercise fits."""

import pytest

from torchkata.grading.submission import find, find_all

RIGHT = "def half(x):\n    return x / 2\n"
OTHER = "def double(x):\n    return 2 * x\n"
NAMES = (
    "half (1).py", "half copy.py", "half - Copy.py", "half.py.txt", "hw3_half.py", "Half2.py",
    "half_final.py", "half.py.py",
)  # fmt: skip


def placed(folder, texts):
    """A folder of files."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("below", ["", "warmup/", "exercises/warmup/"])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_with_an_exercises_name_in_its_own_is_taken(elsewhere, half, tmp_path, name, below):
    """Wherever it is laid, and the note says so."""
    for texts in ({name: RIGHT}, {name: RIGHT, "double.py": OTHER}):
        folder = placed(tmp_path / f"ada{len(texts)}", {f"{below}{n}": t for n, t in texts.items()})
        (one,) = find_all(elsewhere, [folder.parent / folder.name], [half])[:1]
        assert one.files[half].name == name
        assert f"{name} was taken for warmup/half" in one.note


@pytest.mark.parametrize("name", ["homework.py", "mine.py.txt", "aufgabe 3.py", "behalf.py"])
def test_a_file_that_defines_one_exercise_is_taken(elsewhere, half, tmp_path, name):
    """Whatever it is called; alone too."""
    placed(tmp_path / "ada", {f"warmup/{name}": RIGHT})
    (one,) = find_all(elsewhere, [tmp_path / "ada"])
    assert one.files[half].name == name
    assert one.note == f"warmup/{name} was taken for warmup/half"
    assert find(elsewhere, tmp_path / "ada" / "warmup" / name)[half].name == name


def test_a_file_that_fits_several_exercises_is_none_of_them(elsewhere, half, tmp_path):
    """Nor is one that fits none, one that is named like another, or what is no Python file."""
    texts = {"all.py": RIGHT + OTHER, "notes.py": "x = 1\n", "double.py": RIGHT, "a.txt": RIGHT}
    for name, text in texts.items():
        folder = placed(tmp_path / name, {f"warmup/{name}": text})
        wanted = elsewhere.exercises.values()
        assert not find(elsewhere, folder, wanted)[half].exists()


def test_an_untouched_stub_gives_way_to_the_copy_that_was_worked_on(elsewhere, half, tmp_path):
    """And of two that differ, the one with the exercise's name is taken."""
    folder = placed(tmp_path / "ada", {"warmup/half.py": half.stub, "warmup/half (1).py": RIGHT})
    (one,) = find_all(elsewhere, [folder], [half])
    assert one.files[half].name == "half (1).py"
    assert one.note == "warmup/half (1).py was taken for warmup/half"
    placed(folder, {"warmup/half.py": RIGHT + "\n# mine\nx = 1\n", "warmup/half (1).py": OTHER})
    (one,) = find_all(elsewhere, [folder], [half])
    assert one.files[half].name == "half.py"
    assert "answered more than once" in one.note


def test_of_several_files_the_one_that_defines_it_is_taken(elsewhere, half, tmp_path):
    """A file with the name alone is none the better for it."""
    folder = placed(tmp_path / "ada", {"warmup/a half.py": "x = 1\n", "warmup/half 2.py": RIGHT})
    (one,) = find_all(elsewhere, [folder], [half])
    assert one.files[half].name == "half 2.py"


def test_the_longest_name_counts(course, tmp_path):
    """`log_sum_exp (1).py` is for no other exercise with a part of that name."""
    folder = placed(tmp_path / "ada", {"probabilities/my safe_cross_entropy.py": "x = 1\n"})
    names = ("cross_entropy/safe_cross_entropy", "cross_entropy/cross_entropy")
    longer, shorter = (course.exercises[name] for name in names)
    found = find(course, folder, [longer, shorter])
    assert found[longer].name == "my safe_cross_entropy.py"
    assert not found[shorter].exists()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", ["(" * 200_000, "class" * 40_000, "\0", "x: " * 60_000])
def test_no_text_is_parsed_for_its_names(elsewhere, half, tmp_path, text):
    """Python itself gives up on some, and would take long on others."""
    folder = placed(tmp_path / "ada", {"warmup/mine.py": text, "warmup/half (1).py": RIGHT})
    assert find(elsewhere, folder, [half])[half].name == "half (1).py"
