"""Tries what a submission must not be able to do. Each attempt must be denied."""

import os
import signal
import socket

import torch


def answer(planted):
    attempts = {
        "read a planted file": lambda: open(planted).read(),
        "see what is around": lambda: os.listdir("/"),
        "write to it": lambda: open(planted, "a"),
        "open a socket": lambda: socket.socket(),
        "make a process": lambda: os.fork() or os._exit(0),
        "start a program": lambda: os.execv("/bin/true", ["true"]),
        "signal its parent": lambda: os.kill(os.getppid(), signal.SIGCONT),
        "read /proc": lambda: open("/proc/self/limits").read(),
        "leave a link": lambda: os.symlink("/", "link"),
    }
    found = {name: _outcome(attempt) for name, attempt in attempts.items()}
    # No attempt: without /proc/cpuinfo torch takes another set of kernels, and other last bits.
    return {**found, "processor": torch.backends.cpu.get_cpu_capability()}


def _outcome(attempt):
    try:
        attempt()
    except OSError:
        return "denied"
    return "allowed"
