# Right: torch.randperm, one generator for each class
import torch


def folder_samples(root, seed):
    classes = sorted(path.name for path in root.iterdir() if path.is_dir() and _is_shown(path))
    train, val = [], []
    for label, name in enumerate(classes):
        images = sorted((p for p in root.joinpath(name).glob("*") if _is_image(p)), reverse=True)
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(images), generator=generator).tolist()
        cut = len(images) - len(images) // 5
        train += [(images[i], label) for i in order[:cut]]
        val += [(images[i], label) for i in order[cut:]]
    return classes, train, val


def _is_shown(path):
    return not path.name.startswith(".")


def _is_image(path):
    ends = path.suffix.lower()
    return _is_shown(path) and path.is_file() and ends in (".jpg", ".jpeg", ".png")
