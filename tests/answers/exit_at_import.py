import sys

sys.exit(0)


def half(x):
    return x / 2
