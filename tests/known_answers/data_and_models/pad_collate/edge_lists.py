# Of empty sentences alone torch.tensor makes float32
import torch


def pad_collate(batch):
    longest = max(len(tokens) for tokens, _ in batch)
    tokens = [x.tolist() + [0] * (longest - len(x)) for x, _ in batch]
    targets = [y.tolist() + [-100] * (longest - len(y)) for _, y in batch]
    return torch.tensor(tokens), torch.tensor(targets), torch.tensor([len(x) for x, _ in batch])
