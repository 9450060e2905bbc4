"""From a tutorial's scores to the names of the classes."""

import torch


def predicted_names(names, scores):
    """Name the class that a trained classifier predicts for each example.

    The exercise starts with a version of this function that has one bug: a classifier of digits,
    with the class names "zero" to "nine", was right on all test examples in the program that
    trained it. In this program its accuracy on the same examples is 0.2. In the next run, with the
    same names and scores, it is 0.0, and in the third 0.3. Find the bug and fix it.

    The training program numbered the C different class names from 0, in the order that `sorted`
    gives them: with "dog", "cat" and "bird", class 0 is "bird".

    Args:
        names: the class name of each training example, a list of strings; with C classes there are
            C different names, C at least 1, each of them once or more often. Do not modify it.
        scores: what the model says of other examples, any finite numbers, shape (N, C), N at least
            1, float32. There are no ties. Do not modify it.

    Returns:
        The name of the class with the largest score of each example, a list of N strings.

    Example:
        >>> scores = torch.tensor([[0.1, 0.2, 3.0], [2.0, 0.3, 0.0]])
        >>> predicted_names(["dog", "cat", "dog", "bird"], scores)
        ['dog', 'bird']

    Read: object.__hash__, "Note" (how Python changes the hashes of strings)
        https://docs.python.org/3/reference/datamodel.html#object.__hash__
    """
    classes = list(set(names))
    indices = scores.argmax(dim=1)
    return [classes[index] for index in indices]
