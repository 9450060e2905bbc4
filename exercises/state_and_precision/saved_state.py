"""What of a training run is in a checkpoint, and what begins again after a new start?"""

import torch


def saved_state(saved):
    """Predict what of a training run comes back from a file, and what does not.

    A script trains `model`, which has BatchNorm and Dropout, a first layer that was frozen by
    `requires_grad_(False)`, a buffer registered with `persistent=False`, and the names of its
    classes as `model.classes`. It uses SGD with momentum, a cosine schedule, and a `generator` that
    shuffles the examples. After some epochs, right after a `backward()`, it writes a file and ends.

    Started again, the script makes everything afresh: other weights, nothing frozen, the classes in
    another order, every generator and schedule at its beginning. Then it loads what is in the file,
    in the usual way and in the order of this table:

        "list(model.parameters())"    the numbers are copied into the parameters
        "model.state_dict()"          model.load_state_dict(...)
        "model"                       the loaded object is used in place of the new model
        "optimizer.state_dict()"      optimizer.load_state_dict(...)
        "scheduler.state_dict()"      scheduler.load_state_dict(...)
        "generator.get_state()"       generator.set_state(...)
        "torch.initial_seed()"        torch.manual_seed(...)
        "torch.get_rng_state()"       torch.set_rng_state(...)

    Which of these are then as they were when the file was written?

        "weights"        all parameters of the model
        "running mean"   of BatchNorm
        "buffer"         the one with `persistent=False`
        "classes"        the names of the classes, in their order
        "frozen"         that the first layer is frozen
        "gradients"      `.grad` of the parameters
        "momentum"       what SGD has gathered
        "lr"             the one that the next step is taken with
        "schedule"       how many epochs of it are over
        "shuffling"      which examples come next
        "dropout"        which units are dropped next

    Try it out in torch before you write it down.

    Args:
        saved: a list of strings, those on the left of the first table that are in the file, in any
            order; it may be empty. Do not modify it.

    Returns:
        A dict with the names of the second table as keys, each with True or False.

    Example:
        >>> back = saved_state(["generator.get_state()"])
        >>> [name for name in back if back[name]]
        ['shuffling']

    Read: Saving and Loading Models
        https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html
    """
    raise NotImplementedError
