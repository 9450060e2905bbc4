"""A model that predicts a price, and the loop that trains it."""


def fit_prices(model, loader, optimizer, epochs):
    """Train a model that predicts one number for each example, with the mean squared error.

    The exercise starts with a version of this function that has one bug. A linear layer learns 64
    prices that are 3 * x + 1, with a variance of 12.4. In 100 steps its loss should come to 0 and
    its weight to 3. The loss comes to 12.4 and stays there, the weight comes to 0, and a lower
    learning rate changes nothing. With batches of one example all is right. Find the bug and fix
    it.

    Args:
        model: gives the outputs for N inputs, shape (N, 1). It may hold Dropout and BatchNorm, and
            comes in either mode. It is trained in training mode, and is in training mode
            afterwards.
        loader: a DataLoader or a list of at least one batch (inputs, prices). inputs: shape
            (N, ...), float32 or float64, as the model. prices: shape (N,), of the same dtype. The
            last batch may be smaller than the others; with BatchNorm it has two examples or more.
            Do not modify them.
        optimizer: of the parameters of the model, which may have old gradients. It takes one step
            for each batch, with the gradients of this batch's mean squared error alone.
        epochs: how many, an int from 1.

    Returns:
        A list of Python floats: for each epoch, the mean over its examples of the squared errors,
        each before the step of its batch.

    Example:
        >>> from torch import nn, optim, tensor
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.zeros_(model.weight)
        >>> batch = tensor([[1.0], [-1.0]]), tensor([2.0, -2.0])
        >>> fit_prices(model, [batch], optim.SGD(model.parameters(), lr=0.25), epochs=2)
        [4.0, 1.0]

    Read: Broadcasting semantics
        https://docs.pytorch.org/docs/stable/notes/broadcasting.html
    """
    model.train()
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for inputs, prices in loader:
            optimizer.zero_grad()
            errors = model(inputs).squeeze(1) - prices
            loss = errors.square().mean()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(prices)
            count += len(prices)
        losses.append(total / count)
    return losses


def with_a_column_of_prices(model, loader, optimizer, epochs):
    """Give the prices the shape of the outputs."""
    from torch.nn.functional import mse_loss

    def epoch():
        sums, examples = [], 0
        for inputs, prices in loader:
            loss = mse_loss(model.train()(inputs), prices[:, None])
            model.zero_grad()
            loss.backward()
            optimizer.step()
            sums.append(loss.item() * prices.numel())
            examples += prices.numel()
        return sum(sums) / examples

    return [epoch() for _ in range(epochs)]


def with_a_sum_of_squares(model, loader, optimizer, epochs):
    """Divide the sum of squares by hand, and drop all dimensions of size 1."""
    model.train(True)
    losses = []
    while len(losses) < epochs:
        squares = []
        for inputs, prices in loader:
            outputs = model(inputs).squeeze()
            each = (prices - outputs) ** 2
            optimizer.zero_grad()
            (each.sum() / len(prices)).backward()
            optimizer.step()
            squares.extend(each.tolist())
        losses.append(sum(squares) / len(squares))
    return losses
