"""A prediction: what happens to the loss when all class weights are multiplied?"""


def scaled_weights(loss, gradient, factor, reduction):
    """Predict the loss and its gradient for class weights that are `factor` times as large.

    `loss` is what `F.cross_entropy(logits, target, weight=weight, reduction=reduction)` gave, and
    `gradient` the gradient of `loss.sum()` with respect to the logits. Now each class weight is
    multiplied by `factor`, and both are computed again, with the same logits and targets. Say what
    the new loss and the new gradient are. Logits, targets and weights are not given, and you do not
    need them.

    Args:
        loss: the loss before, float32 or float64: a scalar tensor (shape `()`), or one of shape
            (N,) if `reduction` is "none". Do not modify it.
        gradient: the gradient before, shape (N, C), C at least 2, of the dtype of `loss`. Do not
            modify it.
        factor: what all weights are multiplied by, a float above 0.
        reduction: "mean", "sum" or "none".

    Returns:
        A tuple (loss, gradient) for the new weights, two tensors of the shapes and dtypes of those
        given. If one of them does not change, you may return the given one.

    Example: the factor 1 changes nothing; with "none" there is one loss for each example.
        >>> from torch import tensor
        >>> scaled_weights(tensor(0.5), tensor([[0.25, -0.25]]), 1.0, "sum")
        (tensor(0.5000), tensor([[ 0.2500, -0.2500]]))
        >>> gradient = tensor([[0.25, -0.25], [-0.5, 0.5]])
        >>> losses, gradient = scaled_weights(tensor([0.5, 2.0]), gradient, 1.0, "none")
        >>> losses
        tensor([0.5000, 2.0000])

    Read: torch.nn.CrossEntropyLoss, "reduction"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    raise NotImplementedError
