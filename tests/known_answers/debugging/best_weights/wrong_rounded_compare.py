# Subtle: compares (and reports) accuracies in whole percent, so 0.802 after 0.799 is no improvement.
import copy


def best_weights(model, train, validate, epochs):
    best_acc, best_percent, best_state = 0.0, -1, None
    for _ in range(epochs):
        train(model)
        accuracy = validate(model)
        percent = round(100 * accuracy)
        if percent > best_percent:
            best_acc, best_percent = accuracy, percent
            best_state = copy.deepcopy(model.state_dict())
    return best_acc, best_state
