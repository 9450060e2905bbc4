"""The logits change: what becomes of the probabilities?"""

import torch


def after_a_change(probabilities, change, amount):
    """Say which probabilities softmax gives once the logits have changed, without the logits.

    The probabilities that you get are softmax(logits), over the classes. The logits are not known
    any more, only what is done to them now:

        "add"           the number `amount` is added to every logit
        "add_to_rows"   amount[n] is added to every logit of example n
        "multiply"      every logit is multiplied by the number `amount`
        "log_softmax"   logits.log_softmax(dim=1) takes the place of the logits, `amount` times
        "permute"       class j gets the logit that class amount[j] had: logits[:, amount]

    What does softmax make of the changed logits? Nothing more than the old probabilities is needed.
    Predict it for each of the five before you write any code, then take a few logits of your own
    and see where you were wrong.

    Args:
        probabilities: softmax of unknown logits, all above 1e-6, shape (N, C), float32 or float64.
        change: one of the five texts above.
        amount: for "add" a number from -1000 to 1000; for "add_to_rows" a tensor of N such numbers,
            shape (N,); for "multiply" a number from -3 to 3; for "log_softmax" 1 or 2; for
            "permute" a list that holds each of the numbers 0 to C - 1 once.

    Returns:
        The new probabilities, shape (N, C), of the dtype of `probabilities`, which itself stays as
        it is. Gradients need not flow.

    Example: where all logits become 0, all classes are equally probable.
        >>> after_a_change(torch.tensor([[0.75, 0.25], [0.5, 0.5]]), "multiply", 0.0)
        tensor([[0.5000, 0.5000],
                [0.5000, 0.5000]])

    Read: torch.nn.LogSoftmax
        https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
    """
    raise NotImplementedError
