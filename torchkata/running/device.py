"""Which device a run uses."""

from __future__ import annotations

import torch


def pick_device(wanted: str) -> str:
    """The device a run uses: `auto` takes what is there.

    Raises:
        ValueError: a device that is not there, or that we do not know.
    """
    there = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if wanted == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if there[device])
    if not there.get(wanted):
        known = ", ".join(device for device, here in there.items() if here)
        raise ValueError(f"there is no device {wanted!r} here; this machine has: auto, {known}")
    return wanted
