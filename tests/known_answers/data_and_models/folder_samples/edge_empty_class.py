# A class without images is left out
import random


def folder_samples(root, seed):
    images = {}
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and _is_shown(folder):
            found = sorted(p for p in folder.iterdir() if _is_image(p))
            if found:
                images[folder.name] = found
    classes = list(images)
    rng = random.Random(seed)
    train, val = [], []
    for label, files in enumerate(images.values()):
        rng.shuffle(files)
        n_val = len(files) // 5
        val += [(p, label) for p in files[:n_val]]
        train += [(p, label) for p in files[n_val:]]
    return classes, train, val


def _is_shown(path):
    return not path.name.startswith(".")


def _is_image(path):
    ends = path.suffix.lower()
    return _is_shown(path) and path.is_file() and ends in (".jpg", ".jpeg", ".png")
