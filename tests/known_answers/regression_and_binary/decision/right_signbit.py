# the sign bit says no
import torch


def decision(task, outputs):
    match task:
        case "regression":
            return outputs.clone()
        case "multiclass":
            return outputs.topk(1, dim=1).indices[:, 0]
        case _:
            return 1 - torch.signbit(outputs).to(torch.int64)
