def half(x):
    while True: pass  # fmt: skip
