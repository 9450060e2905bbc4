# Weights of all positions, divided by their sum up to this one: 0 / 0 below a far larger score
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
        count, length = tokens.shape
        x = self.tokens(tokens) + self.positions(torch.arange(length, device=tokens.device))
        queries, keys, values = (
            part.reshape(count, length, self.heads, -1).transpose(1, 2)
            for part in self.attention(x).chunk(3, dim=-1)
        )
        scores = queries @ keys.mT / math.sqrt(keys.shape[-1])
        later = torch.ones_like(scores, dtype=torch.bool).triu(1)
        weights = scores.softmax(dim=-1).masked_fill(later, 0.0)
        weights = weights / weights.sum(dim=-1, keepdim=True)
        mixed = (weights @ values).transpose(1, 2).flatten(2)
        return self.head(x + self.out(mixed))

    def fit(self, optimizer, batches):
        losses = []
        for tokens in batches:
            optimizer.zero_grad()
            logits = self(tokens[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses
