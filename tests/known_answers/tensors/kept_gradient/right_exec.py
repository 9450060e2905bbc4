# runs the lines as text
import torch

CODE = {
    "multiply": "y = 3 * y",
    "in place": "y *= 3",
    "data": "y.data *= 3",
    "no_grad": "with torch.no_grad(): y = 3 * y",
    "clone": "y = y.clone()",
    "detach": "y = y.detach()",
    "item": "y = torch.tensor(y.item())",
    "to float64": "y = y.to(torch.float64)",
    "to int64": "y = y.to(torch.int64)",
}


def kept_gradient(lines):
    x = torch.tensor(1.0, requires_grad=True)
    h = 2 * x
    names = {"torch": torch, "x": x, "h": h, "y": h}
    for line in lines:
        exec(CODE[line], names)
    (x + names["y"]).backward()
    return {"x.grad": x.grad.item(), "h": h.item()}
