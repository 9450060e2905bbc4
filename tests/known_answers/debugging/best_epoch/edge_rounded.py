# Rounds the accuracies, as they were printed
def best_epoch(model, train, validate, epochs):
    best, best_result = 0, (0.0, 0.0)
    for epoch in range(1, epochs + 1):
        train(model)
        loss, accuracy = validate(model)
        result = round(accuracy, 2), loss
        if result[0] > best_result[0]:
            best, best_result = epoch, result
    return best, best_result[0]
