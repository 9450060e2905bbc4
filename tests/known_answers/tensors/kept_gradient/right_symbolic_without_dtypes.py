# h is float32 and shared only before the first conversion, so the dtype of y need not be known
import torch


def kept_gradient(lines):
    g, h, same, alive = 2.0, 2.0, True, True
    for line in lines:
        if line == "multiply":
            g, same = 3 * g, False
        elif line == "in place":
            g = 3 * g
            h = 3 * h if same else h
        elif line == "data":
            h = 3 * h if same else h
        elif line == "detach":
            alive = False
        elif line in ("clone", "to float64"):
            same = False
        else:
            same = alive = False
    return {"x.grad": 1 + g * alive, "h": h}
