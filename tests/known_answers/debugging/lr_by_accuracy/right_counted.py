# Counts by itself, without a scheduler
def lr_by_accuracy(model, optimizer, train, accuracy, epochs):
    accuracies, best, waited = [], 0.0, 0
    for _ in range(epochs):
        train(model, optimizer)
        now = accuracy(model)
        accuracies.append(now)
        if now > best * 1.0001:
            best, waited = now, 0
            continue
        waited += 1
        if waited == 3:
            waited = 0
            for group in optimizer.param_groups:
                group["lr"] /= 10
    return accuracies
