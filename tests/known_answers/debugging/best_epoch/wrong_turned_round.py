# Compares the tuples turned round: of equal accuracies, the larger loss
def best_epoch(model, train, validate, epochs):
    best, best_result = 0, (0.0, 0.0)
    for epoch in range(1, epochs + 1):
        train(model)
        result = validate(model)
        if result[::-1] > best_result[::-1]:
            best, best_result = epoch, result
    return best, best_result[1]
