# the model itself is copied
import copy


def fit(model, train, validate, epochs):
    best_loss = float("inf")
    best = None
    history = []
    for epoch in range(epochs):
        tr = train(model)
        val = validate(model)
        history.append((tr, val))
        if val < best_loss:
            best_loss = val
            best = copy.deepcopy(model)
    return best, history
