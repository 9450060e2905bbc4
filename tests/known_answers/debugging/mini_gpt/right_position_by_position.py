# Head by head and position by position: no mask is needed
import math

import torch
import torch.nn.functional as F
from torch import nn


class MiniGPT(nn.Module):
    def __init__(self, vocabulary, context, width, heads):
        super().__init__()
        self.heads = heads
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context, width)
        self.attention = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, tokens):
        length = tokens.shape[1]
        x = self.tokens(tokens) + self.positions.weight[:length]
        size = x.shape[-1] // self.heads
        parts = self.attention(x).split(size, dim=-1)
        outputs = []
        for head in range(self.heads):
            query, key, value = parts[head :: self.heads]
            rows = []
            for t in range(length):
                past = slice(0, t + 1)
                scores = (query[:, t : t + 1] * key[:, past]).sum(dim=-1) / size**0.5
                weights = scores.softmax(dim=-1)
                rows.append((weights[:, :, None] * value[:, past]).sum(dim=1))
            outputs.append(torch.stack(rows, dim=1))
        return self.head(x + self.out(torch.cat(outputs, dim=-1)))

    def fit(self, optimizer, batches):
        losses = []
        for tokens in batches:
            self.zero_grad()
            read, wanted = tokens[:, :-1], tokens[:, 1:]
            loss = F.cross_entropy(self(read).mT, wanted)
            loss.backward()
            optimizer.step()
            losses.append(float(loss))
        return losses
