# no copy of the state_dict
import copy
import math


def fit(model, train, validate, epochs):
    best_loss = math.inf
    best_state = None
    history = []
    for epoch in range(epochs):
        train_loss = train(model)
        val_loss = validate(model)
        history.append((train_loss, val_loss))
        if val_loss < best_loss or best_state is None and not math.isnan(val_loss):
            best_loss = val_loss
            best_state = model.state_dict()
    return best_state, history
