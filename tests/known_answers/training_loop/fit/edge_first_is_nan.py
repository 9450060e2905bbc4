# the first epoch is kept whatever its loss, and nothing is below nan
import copy


def fit(model, train, validate, epochs):
    best_loss, history = None, []
    for _ in range(epochs):
        train_loss, val_loss = train(model), validate(model)
        history.append((train_loss, val_loss))
        if best_loss is None or val_loss < best_loss:
            best_loss = val_loss
            best_state = {name: value.clone() for name, value in model.state_dict().items()}
    return best_state, history
