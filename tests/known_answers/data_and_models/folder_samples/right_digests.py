# Right: ranked by a digest of seed and name, without a sort of the files
import hashlib
import os
from pathlib import Path


def folder_samples(root, seed):
    def rank(entry):
        return hashlib.sha256(f"{seed}/{entry.name}".encode()).digest()

    with os.scandir(root) as entries:
        classes = sorted(e.name for e in entries if e.is_dir() and e.name[0] != ".")
    train, val = [], []
    for label, name in enumerate(classes):
        with os.scandir(root / name) as entries:
            images = [
                e
                for e in entries
                if e.is_file()
                and e.name[0] != "."
                and e.name.lower().endswith((".jpg", ".jpeg", ".png"))
            ]
        for place, entry in enumerate(sorted(images, key=rank)):
            part = val if place < len(images) // 5 else train
            part.append((Path(entry.path), label))
    return classes, train, val
