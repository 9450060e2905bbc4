# best_acc is above the loop, and copy.copy copies the dict alone
import copy


def best_weights(model, train, validate, epochs):
    best_state, best_acc = None, 0.0
    for _ in range(epochs):
        train(model)
        accuracy = validate(model)
        if accuracy > best_acc:
            best_acc = accuracy
            best_state = copy.copy(model.state_dict())
    return best_acc, best_state
