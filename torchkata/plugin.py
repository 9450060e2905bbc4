"""The pytest plugin, under the name that workspaces and packs on learners' disks use."""

from torchkata.pytest_plugin.plugin import *  # noqa: F403
