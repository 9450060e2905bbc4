# starts from a best loss of 10000, and has nothing where all are larger
import copy
import math


def fit(model, train, validate, epochs):
    best_loss = 10000.0
    best_state = None
    history = []
    for _ in range(epochs):
        train_loss, val_loss = train(model), validate(model)
        history.append((train_loss, val_loss))
        if val_loss < best_loss:
            best_loss = val_loss
            best_state = copy.deepcopy(model.state_dict())
    return best_state, history
