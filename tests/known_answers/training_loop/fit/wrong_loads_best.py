# the best weights are put back into the model
import copy
import math


def fit(model, train, validate, epochs):
    best_loss, best_state, history = math.inf, copy.deepcopy(model.state_dict()), []
    for _ in range(epochs):
        train_loss = train(model)
        val_loss = validate(model)
        history.append((train_loss, val_loss))
        if val_loss < best_loss:
            best_loss, best_state = val_loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(best_state)
    return best_state, history
