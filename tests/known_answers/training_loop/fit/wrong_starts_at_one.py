# an epoch too few
import copy


def fit(model, train, validate, epochs):
    best_loss = float("inf")
    best_state = None
    history = []
    for epoch in range(1, epochs):
        train_loss = train(model)
        val_loss = validate(model)
        history.append((train_loss, val_loss))
        if val_loss < best_loss:
            best_loss = val_loss
            best_state = copy.deepcopy(model.state_dict())
    return best_state, history
