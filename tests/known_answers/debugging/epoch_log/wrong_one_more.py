# Counts from 0 up to epochs: one epoch too many
def epoch_log(train, validate, epochs):
    log = []
    for epoch in range(epochs + 1):
        train_loss = train()
        val_loss = validate()
        log.append((epoch, train_loss, val_loss))
    return log
