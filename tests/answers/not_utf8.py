def half(x):
    # hälfte
    return x / 2
