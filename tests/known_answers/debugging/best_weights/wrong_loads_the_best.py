# Brings the best weights back into the model at the end
import copy


def best_weights(model, train, validate, epochs):
    best_state, best_acc = None, 0.0
    for _ in range(epochs):
        train(model)
        accuracy = validate(model)
        if accuracy > best_acc:
            best_acc = accuracy
            best_state = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_state)
    return best_acc, best_state
