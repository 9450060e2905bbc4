def half(x):
    exit()
