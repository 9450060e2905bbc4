# every state is kept, and the best one chosen at the end
import copy
import math


def fit(model, train, validate, epochs):
    states, history = [], []
    while len(history) < epochs:
        train_loss = train(model)
        val_loss = validate(model)
        history.append((train_loss, val_loss))
        states.append(copy.deepcopy(model).state_dict())
    numbers = [k for k, (_, val_loss) in enumerate(history) if not math.isnan(val_loss)]
    return states[min(numbers, key=lambda k: history[k][1])], history
