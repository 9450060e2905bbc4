# loads the best state into the model at the end
import copy
import math


def fit(model, train, validate, epochs):
    best_loss = float("inf")
    best_state = copy.deepcopy(model.state_dict())
    history = []
    for epoch in range(epochs):
        train_loss = train(model)
        val_loss = validate(model)
        history.append((train_loss, val_loss))
        if val_loss < best_loss:
            best_loss = val_loss
            best_state = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_state)
    return best_state, history
