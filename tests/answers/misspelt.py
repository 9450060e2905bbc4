def halv(x):
    return x / 2
