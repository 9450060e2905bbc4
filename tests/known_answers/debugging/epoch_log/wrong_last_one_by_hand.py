# Adds the epoch that is missing after the loop, even to 0 epochs
def epoch_log(train, validate, epochs):
    log = []
    for epoch in range(1, epochs):
        train_loss = train()
        val_loss = validate()
        log.append((epoch, train_loss, val_loss))
    log.append((epochs, train(), validate()))
    return log
