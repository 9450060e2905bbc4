"""How to get the walls that a machine lacks: what to install, what to set, what to take instead."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from torchkata.sandbox import lock

_APPARMOR = (
    "AppArmor keeps bwrap from it: install a profile for bwrap that allows userns (Ubuntu's "
    "apparmor-profiles package has bwrap-userns-restrict), or, for every program: "
    "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
)

# {(setting of the kernel, its value): what to do where it has that value}
_REMEDIES = {
    ("kernel/apparmor_restrict_unprivileged_userns", "1"): _APPARMOR,
    ("user/max_user_namespaces", "0"): "sudo sysctl -w user.max_user_namespaces=15000",
    ("kernel/unprivileged_userns_clone", "0"): "sudo sysctl -w kernel.unprivileged_userns_clone=1",
}


def refusal(assurance: str, missing: str, way: str = "") -> str:
    """One line: which wall is missing, on which kernel, and the nearest way out.

    Args:
        assurance: what was asked for.
        missing: what it lacks here.
        way: how to get that; empty if it cannot be had.
    """
    ways = [*filter(None, (way, instead(assurance)))]
    here = f"no {assurance} is available on Linux {platform.release()}: {missing}"
    return f"{here}; {', or '.join(ways)}" if ways else here


def instead(assurance: str) -> str:
    """The option for another assurance that this machine may offer; empty if there is none."""
    if assurance == "landlock" or (assurance == "account" and lock.usable_abi() < lock.ALONE):
        return "take --assurance sandbox, which needs no Landlock"
    if lock.usable_abi() >= lock.ALONE:
        return "take --assurance landlock"
    return "take --assurance account" if os.getuid() == 0 else ""


def for_namespaces(settings: Path = Path("/proc/sys")) -> str:
    """How to get user namespaces, as far as the kernel's settings in this folder tell."""
    found = [fix for (path, value), fix in _REMEDIES.items() if _read(settings / path) == value]
    otherwise = "see container" if container() else "let this user make user namespaces"
    return "; ".join(found) or otherwise


def container(root: Path = Path("/")) -> str:
    """The kind of container that the system at `root` is, as far as it shows; else empty."""
    for mark, kind in {".dockerenv": "Docker", "run/.containerenv": "Podman"}.items():
        if (root / mark).exists():
            return kind
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        return "Kubernetes"
    return _read(root / "run/systemd/container")


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
