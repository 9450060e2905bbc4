# wrong: stops as soon as the accuracy is 1.0, so train and validate are not called in each epoch; accuracies 0.5, 1.0, 0.7 train 2 times instead of 3.
def best_epoch(model, train, validate, epochs):
    best, best_acc = 0, 0.0
    for epoch in range(1, epochs + 1):
        train(model)
        loss, acc = validate(model)
        if acc > best_acc:
            best, best_acc = epoch, acc
        if best_acc == 1.0:
            break
    return best, best_acc
