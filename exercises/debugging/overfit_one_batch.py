"""Overfit one batch: what a model cannot do with a few examples, it will not do with many."""


def overfit_one_batch(model, loader, loss_fn, optimizer, steps, goal):
    """Train on one batch again and again, until its loss is near 0 or the steps are used up.

    A model that is put together rightly learns a few examples by heart. If its loss stays high,
    there is a bug: in the model, in its loss, or in its optimizer. The test takes seconds, so it
    comes before the long training.

    The batch is the first that a loop over the loader gives. All steps are taken with this one, and
    none if its loss is small enough from the start.

    Args:
        model: gives the outputs for a batch of inputs. It may hold Dropout and BatchNorm, and it
            comes in either mode. It is trained in training mode, and left in it. It is called once
            for each loss that is returned.
        loader: a DataLoader, which may shuffle, or a list, of at least one batch (inputs, targets).
            A loop over it begins once and takes no second batch. inputs: shape (N, ...), of the
            dtype of the model, float32 or float64. Do not modify inputs and targets.
        loss_fn: `loss_fn(outputs, targets)` is the mean loss of a batch, shape ().
        optimizer: of the parameters of the model, which may have old gradients. It takes each step
            with the gradients of this loss alone.
        steps: the most steps that are taken, an int from 0.
        goal: a float; the training ends at the first loss that is below it.

    Returns:
        A tuple (passed, losses). passed: True if the last loss is below `goal`, else False. losses:
        the loss before the first step and the one after each step, a list of Python floats: after
        k steps it has k + 1 of them.

    Example: w goes to 1, and the loss is (w - 1) ** 2.
        >>> from torch import nn, ones, optim
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.zeros_(model.weight)
        >>> optimizer = optim.SGD(model.parameters(), lr=0.25)
        >>> loader = [(ones(1, 1), ones(1, 1))]
        >>> overfit_one_batch(model, loader, nn.MSELoss(), optimizer, steps=10, goal=0.1)
        (True, [1.0, 0.25, 0.0625])
        >>> overfit_one_batch(model, loader, nn.MSELoss(), optimizer, steps=1, goal=0.001)
        (False, [0.0625, 0.015625])

    Read: A Recipe for Training Neural Networks, "overfit one batch"
        https://karpathy.github.io/2019/04/25/recipe/
    """
    raise NotImplementedError
