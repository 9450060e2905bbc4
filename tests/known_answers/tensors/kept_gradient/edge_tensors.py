# tensors, not Python floats
import torch


def kept_gradient(lines):
    x = torch.tensor(1.0, requires_grad=True)
    h = 2 * x
    y = h
    for line in lines:
        if line == "multiply":
            y = 3 * y
        elif line == "in place":
            y *= 3
        elif line == "data":
            y.data *= 3
        elif line == "no_grad":
            with torch.no_grad():
                y = 3 * y
        elif line == "clone":
            y = y.clone()
        elif line == "detach":
            y = y.detach()
        elif line == "item":
            y = torch.tensor(y.item())
        elif line == "to float64":
            y = y.to(torch.float64)
        elif line == "to int64":
            y = y.to(torch.int64)
    (x + y).backward()
    return {"x.grad": x.grad, "h": h}
