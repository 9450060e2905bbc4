# names.sort() changes the argument
def label_map(names):
    names.sort()
    mapping = {}
    for name in names:
        if name not in mapping:
            mapping[name] = len(mapping)
    return mapping
