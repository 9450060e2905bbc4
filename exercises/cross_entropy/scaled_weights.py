"""A prediction: what becomes of the loss when all class weights are multiplied?"""


def scaled_weights(loss, gradient, factor, reduction):
    """Predict the loss and its gradient for class weights that are `factor` times as large.

    `loss` is what `F.cross_entropy(logits, target, weight=weight, reduction=reduction)` gave, and
    `gradient` the gradient of `loss.sum()` with respect to the logits. Now each class weight is
    multiplied by `factor`, and both are computed again, with the same logits and targets. Say what
    comes out. Logits, targets and weights are not given, and not needed.

    Args:
        loss: what came out before, without dimensions, or of shape (N,) where `reduction` is
            "none". It stays as it is.
        gradient: the gradient before, shape (N, C). It stays as it is.
        factor: what all weights are multiplied by, a float above 0.
        reduction: "mean", "sum" or "none".

    Returns:
        A tuple (loss, gradient) for the new weights, two tensors of the shapes and dtypes of those
        given. Where one does not change, it may be the one given.

    Example: the factor 1 changes nothing.
        >>> from torch import tensor
        >>> scaled_weights(tensor(0.5), tensor([[0.25, -0.25]]), 1.0, "sum")
        (tensor(0.5000), tensor([[ 0.2500, -0.2500]]))

    Read: torch.nn.CrossEntropyLoss, "reduction"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    raise NotImplementedError
