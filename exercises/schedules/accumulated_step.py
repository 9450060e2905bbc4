"""A large batch in small portions: one step over several micro-batches."""

import torch
import torch.nn.functional as F


def accumulated_step(model, batches, optimizer, max_norm):
    """Take one step over several micro-batches, as if they were one large batch.

    The large batch would not fit into memory, so it comes in portions, each of which goes forward
    and backward alone: `model` is called at most once for a micro-batch, and there is one graph at
    a time, whose `backward()` comes before the next call.

    The loss is cross entropy, and its mean is over all targets of all micro-batches together.
    Targets of -100 are padding, and do not count. The gradients of this loss alone are clipped,
    all together, to the norm `max_norm` (`torch.nn.utils.clip_grad_norm_` does it), and then the
    optimizer takes one step. There may be old gradients, which do not count.

    Args:
        model: gives logits, shape (N, T, C), float32 or float64, for inputs of shape (N, T, ...).
            It has neither Dropout nor BatchNorm, and each of its parameters gets a gradient. Leave
            it in the mode in which it comes, training or evaluation.
        batches: a list of at least one micro-batch (inputs, targets); targets are class indices or
            -100, shape (N, T), int64. N and T may differ from one to the next. Some
            micro-batches may have no other target than -100, but not all of them.
        optimizer: holds the parameters of the model.
        max_norm: a float above 0.

    Returns:
        The loss before the step, a Python float.

    Example: 1 target counts in the first micro-batch, and 3 in the second; of these 4, 3 are 0.
        >>> model = torch.nn.Linear(1, 2, bias=False)
        >>> _ = torch.nn.init.zeros_(model.weight)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
        >>> first = torch.ones(1, 2, 1), torch.tensor([[0, -100]])
        >>> second = torch.ones(1, 3, 1), torch.tensor([[0, 1, 0]])
        >>> round(accumulated_step(model, [first, second], optimizer, max_norm=1.0), 4)
        0.6931
        >>> model.weight.data
        tensor([[ 0.2500],
                [-0.2500]])

    Read: Automatic Mixed Precision examples, "Gradient accumulation"
        https://docs.pytorch.org/docs/stable/notes/amp_examples.html#gradient-accumulation
    """
    raise NotImplementedError
