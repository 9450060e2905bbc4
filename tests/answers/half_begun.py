def half(x):
    """Begun, with a note."""
    if len(x) == 4:
        return x / 2
    raise NotImplementedError
