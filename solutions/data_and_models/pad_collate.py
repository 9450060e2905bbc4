"""Sentences of different lengths in one batch: what is padded, and with what?"""

import torch


def pad_collate(batch):
    """Put sentences of different lengths into one batch: a `collate_fn` for a DataLoader.

    Each example is a pair (tokens, targets): the token ids of a sentence, and a class index for
    each token. The sentences of a batch are padded at their end to the length of its longest one,
    T: the tokens with 0, the targets with -100, which `nn.CrossEntropyLoss` ignores by default.
    Nothing else changes: neither the order of the examples nor that of the tokens. Beware: 0 is
    also the id of a real token, and the index of a real class.

    Args:
        batch: a list of at least one pair (tokens, targets), each a tensor of shape (L,), int64,
            from 0. L is at least 0 (a sentence may be empty, and so may all), and the same for the
            two of a pair. Do not modify them.

    Returns:
        A tuple (tokens, targets, lengths) of int64 tensors: tokens and targets of shape (B, T), if
        there are B examples, and lengths of shape (B,): the number of tokens of each sentence,
        without the padding.

    Example: sentences of 3 tokens and of 1 token.
        >>> long = torch.tensor([5, 0, 8]), torch.tensor([1, 0, 2])
        >>> short = torch.tensor([7]), torch.tensor([2])
        >>> tokens, targets, lengths = pad_collate([short, long])
        >>> tokens
        tensor([[7, 0, 0],
                [5, 0, 8]])
        >>> targets
        tensor([[   2, -100, -100],
                [   1,    0,    2]])
        >>> lengths
        tensor([1, 3])

    Read: torch.nn.utils.rnn.pad_sequence
        https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html
    """
    tokens, targets = zip(*batch, strict=True)
    pad = torch.nn.utils.rnn.pad_sequence
    return (
        pad(tokens, batch_first=True),
        pad(targets, batch_first=True, padding_value=-100),
        torch.tensor([len(sentence) for sentence in tokens]),
    )


def filled_row_by_row(batch):
    """Make two tensors of padding alone, and write each sentence over the front of its row."""
    lengths = torch.tensor([tokens.numel() for tokens, _ in batch])
    shape = len(batch), int(lengths.max())
    tokens, targets = torch.zeros(shape, dtype=torch.int64), torch.full(shape, -100)
    for row, (words, classes) in enumerate(batch):
        tokens[row, : len(words)] = words
        targets[row, : len(words)] = classes
    return tokens, targets, lengths


def with_pad(batch):
    """Pad each sentence by what it lacks, and stack."""
    lengths = [len(tokens) for tokens, _ in batch]
    missing = [max(lengths) - length for length in lengths]
    pairs = list(zip(batch, missing, strict=True))
    return (
        torch.stack(
            [torch.nn.functional.pad(tokens, (0, more), value=0) for (tokens, _), more in pairs]
        ),
        torch.stack(
            [
                torch.nn.functional.pad(targets, (0, more), value=-100)
                for (_, targets), more in pairs
            ]
        ),
        torch.tensor(lengths, dtype=torch.int64),
    )


def with_lists(batch):
    """Fill Python lists up, and make tensors of them at the end."""
    lengths = [len(tokens) for tokens, _ in batch]
    longest = max(lengths)

    def filled(part, value):
        rows = [pair[part].tolist() for pair in batch]
        rows = [row + [value] * (longest - len(row)) for row in rows]
        return torch.tensor(rows, dtype=torch.int64)

    return filled(0, 0), filled(1, -100), torch.tensor(lengths)
