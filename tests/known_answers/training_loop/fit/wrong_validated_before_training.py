# validates before the epoch is trained
import copy
import math


def fit(model, train, validate, epochs):
    history = []
    best_val = float("inf")
    best_state = None
    for _ in range(epochs):
        val_loss = validate(model)
        train_loss = train(model)
        history.append((train_loss, val_loss))
        if val_loss < best_val:
            best_val = val_loss
            best_state = copy.deepcopy(model.state_dict())
    return best_state, history
