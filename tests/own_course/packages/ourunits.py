"""A package of the house."""


def scaled(x, factor):
    """A multiple of x."""
    return factor * x
