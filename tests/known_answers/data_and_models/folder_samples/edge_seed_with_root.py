# The split depends on where the folder is
import random


def folder_samples(root, seed):
    classes = sorted(p.name for p in root.iterdir() if p.is_dir() and _is_shown(p))
    train, val = [], []
    for label, name in enumerate(classes):
        files = sorted(p for p in (root / name).iterdir() if _is_image(p))
        random.Random(f"{seed} {root / name}").shuffle(files)
        n_val = len(files) // 5
        val += [(p, label) for p in files[:n_val]]
        train += [(p, label) for p in files[n_val:]]
    return classes, train, val


def _is_shown(path):
    return not path.name.startswith(".")


def _is_image(path):
    ends = path.suffix.lower()
    return _is_shown(path) and path.is_file() and ends in (".jpg", ".jpeg", ".png")
