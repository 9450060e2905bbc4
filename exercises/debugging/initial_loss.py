"""What the loss before the first step tells of a model."""

import math

import torch
import torch.nn.functional as F


def initial_loss(model, inputs, targets, classes):
    """Compute the loss of a classifier before its training, and say what is wrong with the model.

    A classifier that knows nothing gives all classes about the same score. Its mean cross-entropy
    can be worked out beforehand, from the number of classes alone: it is the expected loss. For two
    classes it is 0.693. If the first loss is far from it, something is wrong, and if it is near it,
    a look at the outputs of the model shows some of what may be wrong nevertheless. Of these
    findings, exactly one is true:

    - "classes": the model gives more scores for each input than there are classes.
    - "probabilities": each row of outputs holds probabilities, as after softmax: they are at least
      0, and their sum is 1 (to 1e-5). F.cross_entropy would apply softmax to them again.
    - "constant": all rows of outputs are equal (to 1e-5), though no two inputs are: nothing of the
      inputs arrives at the end. Otherwise some numbers of two rows differ by 0.001 at least.
    - "scale": the loss is at least 2 times the expected loss: the scores are far apart, and nobody
      has learned them yet.
    - "fine": nothing of the above. The loss is from 0.6 to 1.5 times the expected loss. Layers as
      they are initialised give 1.1 times, for two classes. Logarithms of probabilities, as from
      log_softmax, are fine: softmax gives back the probabilities.

    Args:
        model: gives the outputs, shape (N, K), K at least `classes`. It may hold Dropout and
            BatchNorm. It is called once, in evaluation mode and without autograd, and is left as it
            comes, in training mode or in evaluation mode.
        inputs: shape (N, ...), float32 or float64, as the model; N is at least 2. Do not modify
            them.
        targets: the class of each input, shape (N,), int64, in [0, classes). Do not modify them.
        classes: how many there are, an int, at least 2.

    Returns:
        A tuple (loss, expected, finding). loss: the mean cross-entropy of the outputs, as
        F.cross_entropy computes it, a Python float. expected: the expected loss, a Python float.
        finding: one of the strings above.

    Example: a model that gives a score of 10 to the wrong class.
        >>> model = torch.nn.Linear(2, 2, bias=False)
        >>> _ = model.weight.data.copy_(torch.tensor([[0.0, 10.0], [10.0, 0.0]]))
        >>> loss, expected, finding = initial_loss(model, torch.eye(2), torch.tensor([0, 1]), 2)
        >>> round(loss, 4), round(expected, 4), finding
        (10.0, 0.6931, 'scale')

    Read: torch.nn.CrossEntropyLoss
        https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """
    raise NotImplementedError
