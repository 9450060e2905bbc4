# A folder named 2024.jpg counts as an image
import random


def folder_samples(root, seed):
    classes = sorted(p.name for p in root.iterdir() if p.is_dir() and not p.name.startswith("."))
    rng = random.Random(seed)
    train, val = [], []
    for label, name in enumerate(classes):
        files = sorted(
            p
            for p in (root / name).iterdir()
            if not p.name.startswith(".") and p.suffix.lower() in {".jpg", ".jpeg", ".png"}
        )
        rng.shuffle(files)
        n_val = len(files) // 5
        val += [(p, label) for p in files[:n_val]]
        train += [(p, label) for p in files[n_val:]]
    return classes, train, val
