# Wrong: calls model.train() and model.eval() around train and validate, where nothing else is to be done to the model; shown by the model's mode during validate and afterwards.
import copy
import math


def fit(model, train, validate, epochs):
    best_val, best_state = math.inf, None
    log = []
    for _ in range(epochs):
        model.train()
        t = train(model)
        model.eval()
        v = validate(model)
        log.append((t, v))
        if v < best_val:
            best_val, best_state = v, copy.deepcopy(model.state_dict())
    return best_state, log
