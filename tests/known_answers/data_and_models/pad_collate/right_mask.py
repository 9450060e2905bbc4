# Right: a mask, filled with all tokens at once
import torch


def pad_collate(batch):
    lengths = torch.tensor([x.numel() for x, _ in batch], dtype=torch.int64)
    real = torch.arange(int(lengths.max())) < lengths[:, None]
    tokens = torch.zeros(real.shape, dtype=torch.int64)
    targets = torch.full(real.shape, -100)
    tokens[real] = torch.cat([x for x, _ in batch])
    targets[real] = torch.cat([y for _, y in batch])
    return tokens, targets, lengths
