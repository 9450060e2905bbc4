# Wants a larger accuracy and a smaller loss
def best_epoch(model, train, validate, epochs):
    best, best_result = 0, (float("inf"), 0.0)
    for epoch in range(1, epochs + 1):
        train(model)
        result = validate(model)
        if result[1] > best_result[1] and result[0] < best_result[0]:
            best, best_result = epoch, result
    return best, best_result[1]
