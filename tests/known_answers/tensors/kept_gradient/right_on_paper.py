# worked out without running anything
import torch


def kept_gradient(lines):
    slope, h, shared, dtype = 2.0, 2.0, True, "float32"
    for line in lines:
        if line in ("in place", "data") and shared:
            h *= 3.0
        if line in ("multiply", "in place"):
            slope *= 3.0
        if line in ("no_grad", "detach", "item", "to int64"):
            slope = 0.0
        if line in ("multiply", "no_grad", "clone", "item"):
            shared = False
        if line.startswith("to "):
            shared = shared and dtype == line[3:]
            dtype = line[3:]
        if line == "item" and dtype == "float64":
            dtype = "float32"
    return {"x.grad": 1.0 + slope, "h": h}
