# A tuple, whose last part is the last epoch that is done
import io

import torch


def interrupted_run(path, model, optimizer, train, epochs):
    last = -1
    if path.exists():
        weights, state, last = torch.load(path, weights_only=True)
        model.load_state_dict(weights)
        optimizer.load_state_dict(state)
    while last + 1 < epochs:
        last += 1
        train(model, optimizer, last)
        file = io.BytesIO()
        torch.save((model.state_dict(), optimizer.state_dict(), last), file)
        path.write_bytes(file.getvalue())
