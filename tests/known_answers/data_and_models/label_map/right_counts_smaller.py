# Right: the index is how many names come before
def label_map(names):
    different = set(names)
    return {name: sum(other < name for other in different) for name in names}
