TABLE = {"half": 0.5}
FACTOR = TABLE["hlaf"]


def half(x):
    return x * FACTOR
