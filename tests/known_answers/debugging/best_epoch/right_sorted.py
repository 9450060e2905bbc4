# Sorts the epochs: equal ones stay in their order
def best_epoch(model, train, validate, epochs):
    accuracies = {}
    for epoch in range(1, epochs + 1):
        train(model)
        _, accuracies[epoch] = validate(model)
    return sorted(accuracies.items(), key=lambda item: -item[1])[0]
