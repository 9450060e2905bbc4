# edge: like Keras' EarlyStopping, an improvement under min_delta is none; accuracies 0.9, 0.90005 give 1 instead of 2.
def best_epoch(model, train, validate, epochs, min_delta=1e-4):
    best, best_acc = 0, 0.0
    for epoch in range(1, epochs + 1):
        train(model)
        _, val_acc = validate(model)
        if best == 0 or val_acc - min_delta > best_acc:
            best = epoch
            best_acc = val_acc
    return best, best_acc
