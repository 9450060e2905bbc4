"""A tensor of your own beside one that you are given: on which device, of which dtype?"""

import torch


def append_ones(inputs):
    """Append a column of ones to a table, so that a weight can be learned for it (a bias).

    The exercise starts with a version of this function that has one bug. On its author's laptop it
    was right, with float32 on the CPU. But float16 inputs come back as float32, and so do int64
    inputs; and with inputs on a GPU it fails: "Expected all tensors to be on the same device". Find
    the bug and fix it.

    What comes back is of the dtype of `inputs` and on their device, whichever these are. The
    numbers of `inputs` are not changed, not even by rounding.

    Args:
        inputs: shape (N, F), float16, float32, float64 or int64, on any device; N and F are at
            least 1. Floats may be inf; integers may have 18 digits, more than any float can hold.
            Do not modify them.

    Returns:
        `inputs` with a column of ones after its last one, shape (N, F + 1). Gradients flow back
        through it to `inputs`, if these are floats.

    Example:
        >>> append_ones(torch.tensor([[2.0, 3.0], [4.0, 5.0]]))
        tensor([[2., 3., 1.],
                [4., 5., 1.]])

    To check this without a GPU, one case has its inputs on the device "meta", which every PyTorch
    has. Its tensors have a shape, a dtype and a device, but no numbers.

    Read: torch.Tensor.new_ones
        https://docs.pytorch.org/docs/stable/generated/torch.Tensor.new_ones.html
    """
    ones = inputs.new_ones(len(inputs), 1)
    return torch.cat([inputs, ones], dim=1)


def with_dtype_and_device(inputs):
    """Ask the inputs for both, and say both."""
    ones = torch.ones(inputs.shape[0], dtype=inputs.dtype, device=inputs.device)
    return torch.column_stack((inputs, ones))


def with_ones_like(inputs):
    """Make ones like a column that is there."""
    return torch.hstack([inputs, torch.ones_like(inputs[:, :1])])


def with_padding(inputs):
    """Let `pad` put one column on the right, and none on the left."""
    return torch.nn.functional.pad(inputs, (0, 1), value=1)
