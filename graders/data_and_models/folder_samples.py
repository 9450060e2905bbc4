import contextlib
import os
import shutil
from pathlib import Path

import torch

from torchkata import Grader, parts

grader = Grader(
    points=3,
    level=2,
    after=("data_and_models/label_map", "data_and_models/split_and_standardise"),
    hints=(
        "Make a folder with a few empty files and print what you find. What should not be there?",
        "`root.iterdir()` lists in any order: sort the folders for the labels, and the files "
        "before you shuffle them with a `random.Random(seed)`.",
        "Go through the classes with `enumerate`. In each, sort the images, shuffle them, and cut "
        "the list at n // 5.",
    ),
)


@grader.observe
def samples(answer, files, seed):
    shutil.rmtree("machines", ignore_errors=True)
    root, elsewhere = Path("machines", "first", "photos"), Path("machines", "second", "data")
    fill(root, files)
    fill(elsewhere, files)
    with listed(backwards=True):
        got = parts(answer(root, seed), "classes", "train", "val")
    seen = {"returned": got["returned"], "files in the folder, afterwards": content(root)}
    if not (are_pairs(got["train"]) and are_pairs(got["val"])):
        return seen | {"train and val are lists of pairs": False}
    with listed(backwards=True):
        splits = [answer(root, other)[1:] for other in range(seed, seed + 16)]
        moved = answer(elsewhere, seed)[2]
    with listed(backwards=False):
        second = answer(root, seed)
    train, val = (named(got[name], root) for name in ("train", "val"))
    seen |= {
        "classes": got["classes"],
        "classes on a second machine": second[0],
        "all paths are pathlib.Path": all(
            isinstance(p, Path) for p, _ in got["train"] + got["val"]
        ),
        "all samples, sorted": sorted({*train, *val}),
        "each sample is in one set": len({*train, *val}) == len(train + val),
        "n // 5 of each class are in val": all(
            has_a_fifth(named(its[1], root), named(its[0] + its[1], root), got["classes"])
            for its in splits
        ),
    }
    if len(files) >= 40:  # of fewer, two splits may be the same by chance
        seen |= {
            "the same split the next time": named(splits[0][1], root) == val,
            "the same split on a second machine": named(second[2], root) == val,
            "the same split in another folder": named(moved, elsewhere) == val,
            "the same split with another seed": named(splits[1][1], root) == val,
            "val has the first of each class": val == first_of_each(train + val, got["classes"], 1),
            "val has the last of each class": val == first_of_each(train + val, got["classes"], -1),
        }
    return seen


def fill(root, files):
    """Make empty files, and folders of what ends in a slash."""
    for name in files:
        path = root / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_bytes(b"")


@contextlib.contextmanager
def listed(backwards):
    """Let folders be listed by name, or the other way round, as machines differ in that."""
    listdir, scandir = os.listdir, os.scandir
    os.listdir = lambda path=".": sorted(listdir(path), reverse=backwards)
    os.scandir = lambda path=".": Entries(scandir(path), backwards)
    try:
        yield
    finally:
        os.listdir, os.scandir = listdir, scandir


class Entries(contextlib.AbstractContextManager):
    def __init__(self, entries, backwards):
        self.entries = iter(sorted(entries, key=lambda entry: entry.name, reverse=backwards))

    def __iter__(self):
        return self.entries

    def __next__(self):
        return next(self.entries)

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.entries = iter(())


def content(root):
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))


def are_pairs(found):
    return isinstance(found, list) and all(
        isinstance(pair, (tuple, list)) and len(pair) == 2 and isinstance(pair[0], (Path, str))
        for pair in found
    )


def named(pairs, root):
    """Sorted, each as its path in the root and its label."""
    prefix = root.as_posix() + "/"
    return sorted(f"{Path(p).as_posix().removeprefix(prefix)}: {label!r}" for p, label in pairs)


def has_a_fifth(val, both, classes):
    return all(len(of_class(val, name)) == len(of_class(both, name)) // 5 for name in classes)


def of_class(samples, name):
    return [sample for sample in sorted(samples) if sample.startswith(f"{name}/")]


def first_of_each(samples, classes, step):
    found = [of_class(samples, name)[::step] for name in classes]
    return sorted(sample for images in found for sample in images[: len(images) // 5])


def drawn(**counts):
    """So many images of each class, with any numbers and of all kinds."""
    ends = (".jpg", ".png", ".jpeg", ".JPG", ".Png")
    return [
        f"{name.replace('_', '')}/{number:03}{ends[number % 5]}"
        for name, count in counts.items()
        for number in torch.randperm(1000)[:count].tolist()
    ]


@grader.case
def three_classes():
    """Three folders with 31, 20 and 9 images; of their names, one is a number."""
    return drawn(dog=31, cat=20, _7=9), 3


@grader.case
def numbers_and_capitals():
    """Folders 2, 10, ant and Zebra, of which one has only 4 images, and one is empty; seed 0."""
    return [*drawn(_2=14, ant=25, _10=4, Zebra=12), "no images yet/"], 0


@grader.case
def what_else_is_there():
    """Two classes among files and folders that are no class and no image."""
    clutter = (
        ".DS_Store .ipynb_checkpoints/x.png README.txt cover.jpg cat/.DS_Store cat/._1.jpg "
        "cat/Thumbs.db cat/labels.csv cat/jpg dog/notes.png.txt dog/old/1.png dog/scans.png/2.png"
    )
    return [*clutter.split(), *drawn(dog=26, cat=22)], 42


@grader.case
def one_image():
    """A single class with a single image, which is for training."""
    return drawn(cat=1), 7


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 5 dogs and 5 cats."""
    return [f"{name}/{number}.png" for name in ("dog", "cat") for number in range(5)], 0


from graders._shared import INDEPENDENT
from solutions.data_and_models.folder_samples import folder_samples

FOLDERS = "sorted(path for path in root.iterdir() if path.is_dir() and _is_shown(path))"
IMAGES = "sorted(path for path in folder.iterdir() if _is_image(path))"
RETURN = "return [folder.name for folder in folders], train, val"

grader.edit(
    "leaves_the_folders_unsorted",
    "The classes come in the order in which the machine lists the folders, and on another machine "
    "the same class has another label. Sort the folders.",
    old="folders = sorted(",
    new="folders = list(",
    idea="order_of_a_listing",
)
grader.edit(
    "leaves_the_files_unsorted",
    "On a machine that lists the files in another order, the same seed gives another split: "
    "shuffling begins from the order of the list. Sort the files before you shuffle them.",
    old="images = sorted(",
    new="images = list(",
    idea="order_of_a_listing",
)
grader.edit(
    "sorts_without_capitals",
    'Capitals play no part in the order here. `sorted` alone puts "Zebra" before "ant".',
    old="folders = " + FOLDERS,
    new=f"folders = {FOLDERS}\nfolders.sort(key=lambda path: path.name.lower())",
)
grader.edit(
    "takes_hidden_folders_for_classes",
    "A folder that begins with a dot, `.ipynb_checkpoints`, became a class, and as it is the first "
    "one, all labels are one higher. Leave out names that begin with a dot.",
    old=" and _is_shown(path)",
    new="",
)
grader.edit(
    "takes_files_for_classes",
    "A file in `root` was taken for a folder of images. Ask `path.is_dir()` first.",
    old="path.is_dir() and ",
    new="",
)
grader.edit(
    "leaves_out_empty_classes",
    "A class without images is left out, so that those after it have other labels than where it "
    "has some. The folders say which classes there are, not the images.",
    old=FOLDERS,
    new=FOLDERS.removesuffix(")") + " and any(path.iterdir()))",
)
grader.edit(
    "takes_all_files",
    "Files that are no images are among the samples. Look at the end of the name: "
    "`path.suffix.lower()`.",
    old="if _is_image(path)",
    new='if path.is_file() and path.name[0] != "."',
)
grader.edit(
    "takes_hidden_files",
    "Files that begin with a dot are among the samples. `._1.jpg` is no image: leave such names "
    "out.",
    old="if _is_image(path)",
    new='if path.is_file() and path.suffix.lower() in (".jpg", ".jpeg", ".png")',
)
grader.edit(
    "takes_folders_for_images",
    "A folder whose name ends like that of an image is among the samples. Ask `path.is_file()`.",
    old="if _is_image(path)",
    new='if path.name[0] != "." and path.suffix.lower() in (".jpg", ".jpeg", ".png")',
)
grader.edit(
    "takes_whatever_ends_so",
    "A file named `jpg` is no image: its name has no dot. Compare `path.suffix.lower()`, or look "
    'for ".jpg" with its dot.',
    old="if _is_image(path)",
    new='if path.is_file() and path.name[0] != "." '
    'and path.name.lower().endswith(("jpg", "jpeg", "png"))',
)
grader.edit(
    "goes_deeper",
    "Images in folders within a class's folder are among the samples, as `rglob` and `os.walk` "
    "find them. Here only the class's own files count: `iterdir()`.",
    old="folder.iterdir()",
    new='folder.rglob("*")',
)
grader.edit(
    "sees_small_letters_alone",
    "Images whose name ends in capitals (`.JPG`, as cameras write it) are missing. Compare "
    "`path.suffix.lower()`.",
    old="if _is_image(path)",
    new='if _is_image(path) and path.suffix in (".jpg", ".jpeg", ".png")',
)
grader.edits(
    "forgets_an_ending",
    "Images with one of the three endings are missing: .jpg, .jpeg and .png all count.",
    old="if _is_image(path)",
    news=[
        f'if _is_image(path) and path.suffix.lower() != "{end}"'
        for end in (".jpeg", ".png", ".jpg")
    ],
)
grader.edit(
    "starts_at_1",
    "The first class has label 1. Labels start at 0: they are places in the list of classes.",
    old="enumerate(folders)",
    new="enumerate(folders, start=1)",
    idea="index_from_1",
)
grader.edit(
    "gives_names_for_labels",
    "The labels are names. A loss function needs the class index, the place of the name in the "
    "list of classes.",
    old="for label, folder in enumerate(folders):",
    new="for label, folder in [(folder.name, folder) for folder in folders]:",
)
grader.edit(
    "gives_strings_for_paths",
    "The paths are strings. Give out the `pathlib.Path` that `iterdir()` has found.",
    old=RETURN,
    new="val, train = ([(str(path), label) for path, label in pairs] for pairs in (val, train))\n"
    + RETURN,
)
grader.edit(
    "gives_file_names_alone",
    "The paths lead nowhere: they are the names of the files, without the folders above. Give out "
    "what `iterdir()` has found, which begins with `root`.",
    old=RETURN,
    new="val, train = ([(type(p)(p.name), n) for p, n in pairs] for pairs in (val, train))\n"
    + RETURN,
)
grader.edit(
    "returns_a_dict_of_classes",
    "`classes` is a dict, ImageFolder's `class_to_idx`. Asked for is the list of names.",
    old="[folder.name for folder in folders]",
    new="{folder.name: label for label, folder in enumerate(folders)}",
)
grader.edit(
    "returns_folders_for_classes",
    "`classes` has paths. Asked for are the names: `folder.name`.",
    old="[folder.name for folder in folders]",
    new="[str(folder) for folder in folders]",
)
grader.edit(
    "returns_the_validation_first",
    "The two sets are exchanged: a fifth of each class is for validation, and the rest for "
    "training, which comes first.",
    old=RETURN,
    new="return [folder.name for folder in folders], val, train",
    idea="swapped_pair",
)
grader.edit(
    "returns_no_split",
    "There is one list of all samples. Return three things: classes, train, val.",
    old=RETURN,
    new="return [folder.name for folder in folders], train + val",
)
grader.edit(
    "does_not_shuffle",
    "The first images of each class, by name, are for validation. Photos with neighbouring numbers "
    "are often alike, so the choice has to be random: shuffle first.",
    old="order.shuffle(images)",
    new="",
    idea="unshuffled_split",
)
grader.edit(
    "takes_the_last",
    "The last images of each class, by name, are for validation. Photos with neighbouring numbers "
    "are often alike, so the choice has to be random: shuffle first.",
    old="order.shuffle(images)",
    new="images.reverse()",
    idea="unshuffled_split",
)
grader.edit(
    "forgets_the_seed",
    "The same seed gives another split the next time, so that images of the old training set are "
    "in the new validation set. Draw from `random.Random(seed)`.",
    old="random.Random(seed)",
    new="random.Random()",
    idea="unseeded",
)
grader.edits(
    "always_has_the_same_seed",
    "Another seed gives the same split: a fixed number was used for it. Use `seed`.",
    old="random.Random(seed)",
    news=["random.Random(0)", "random.Random(42)"],
    idea="seed_ignored",
)
grader.edits(
    "draws_by_the_place_of_the_folder",
    "The same images in another folder are split in another way, as where the whole path is part "
    "of the seed, or of a hash. Let the split depend on `seed` and on the names of classes and "
    "images: sort them, and draw from `random.Random(seed)`.",
    old="random.Random(seed)",
    news=['random.Random(f"{seed} {root}")', 'random.Random(f"{root.name}/{seed}")'],
    idea="split_by_the_place",
)
grader.edit(
    "trains_on_everything",
    "The images for validation are in the training set as well: a model that has learned them by "
    "heart looks perfect. Each image belongs in one of the two.",
    old="images[count:]",
    new="images",
    idea="validated_on_training_data",
)
grader.edits(
    "rounds_otherwise",
    "Where n is not divisible by 5, or below 5, the validation set has one image of a class too "
    "many: n // 5 rounds down.",
    old="count = len(images) // 5",
    news=[
        "count = -(-len(images) // 5)",
        "count = round(len(images) / 5)",
        "count = max(1, len(images) // 5)",
    ],
)


@grader.misconception(idea="unstratified_split")
def splits_all_at_once(root, seed):
    """A fifth of all images is for validation, and not a fifth of each class: of a rare class, it
    may have none. Split each class by itself."""
    classes, train, val = folder_samples(root, seed)
    both = sorted(train + val)
    torch_order = torch.randperm(len(both), generator=torch.Generator().manual_seed(seed)).tolist()
    count = len(both) // 5
    return (
        classes,
        [both[place] for place in torch_order[count:]],
        [both[place] for place in torch_order[:count]],
    )


@grader.misconception
def moves_the_files(root, seed):
    """The files were moved or copied into folders for training and validation. Leave the folder as
    it is: the lists of paths are the split."""
    classes, train, val = folder_samples(root, seed)
    for path, _ in val:
        new = root / "val" / path.parent.name / path.name
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, new)
    return classes, train, val


for change in (
    "count = len(images) // 5 moved",
    "train += [(path, label) for path in images[count:]] moved",
):
    grader.equivalent(change, INDEPENDENT)
