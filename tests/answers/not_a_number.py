def half(x):
    return x / 2 + (x - x) / (x - x)
