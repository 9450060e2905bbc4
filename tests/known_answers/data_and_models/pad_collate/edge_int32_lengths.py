# int32 lengths
import torch
from torch.nn.utils.rnn import pad_sequence


def pad_collate(batch):
    lengths = torch.tensor([len(x) for x, _ in batch], dtype=torch.int32)
    tokens = pad_sequence([x for x, _ in batch], batch_first=True)
    targets = pad_sequence([y for _, y in batch], batch_first=True, padding_value=-100)
    return tokens, targets, lengths
