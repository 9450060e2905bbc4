"""Six ways to leave a class out of cross entropy: what does each do?"""

import torch
import torch.nn.functional as F


def left_out(way, losses, probability, target, k):
    """Predict the loss, and the gradient of class k, for six ways to leave class k out.

    Class k is "nothing to be seen", and examples with this target are not to be learnt from. You do
    not get the logits, of shape (N, C), but what two calls made of them:

        losses          F.cross_entropy(logits, target, reduction="none")
        probability     logits.softmax(dim=1)[:, k], how probable class k is

    What are the loss, and its gradient at column k of the logits, of each of these?

        way             the loss
        "ignore"        F.cross_entropy(logits, target, ignore_index=k)
        "sum"           F.cross_entropy(logits, target, ignore_index=k, reduction="sum")
        "weight 0"      F.cross_entropy(logits, target, weight=weight), with weight[k] = 0, others 1
        "mask"          F.cross_entropy(logits[target != k], target[target != k])
        "times 0"       (losses * (target != k)).mean()
        "column"        as "mask", and column k of the logits is cut out as well, so that there are
                        C - 1 classes (each target above k is then one less)

    Write down first which of them you expect to be the same. Then try a few logits of your own.

    Args:
        way: one of the six strings.
        losses: as above, shape (N,), N at least 2, float32 or float64. Do not modify them.
        probability: as above, shape (N,), of the dtype of `losses`, below 0.99. Do not modify it.
        target: the class of each example, shape (N,), int64; at least one is k, and one is not. Do
            not modify it.
        k: the class to leave out, an integer.

    Returns:
        A tuple: the loss, a scalar tensor (shape `()`), and its gradient at column k of the logits,
        shape (N,), both of the dtype of `losses`. No gradient has to flow back from them.

    Example: three examples, of which the last one is of class k, which is 2.
        >>> losses, probability = torch.tensor([1.0, 3.0, 0.5]), torch.tensor([0.5, 0.25, 0.6])
        >>> left_out("sum", losses, probability, torch.tensor([0, 1, 2]), 2)
        (tensor(4.), tensor([0.5000, 0.2500, 0.0000]))

    Read: torch.nn.CrossEntropyLoss, "ignore_index"
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    raise NotImplementedError
