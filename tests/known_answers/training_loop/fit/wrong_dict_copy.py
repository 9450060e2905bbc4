# a shallow copy of the state
def fit(model, train, validate, epochs):
    best_loss = float("inf")
    best_state = None
    history = []
    for epoch in range(epochs):
        history.append((train(model), validate(model)))
        if history[-1][1] < best_loss:
            best_loss = history[-1][1]
            best_state = dict(model.state_dict())
    return best_state, history
