def half(x):
    y = x / 2
    return y[0].item()
