# Every second number belongs to the second head, where the first 8 should be the first one's
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
            part.reshape(count, length, -1, self.heads).permute(0, 3, 1, 2)
            for part in self.attention(x).chunk(3, dim=-1)
        )
        scores = queries @ keys.mT / math.sqrt(keys.shape[-1])
        later = torch.ones_like(scores, dtype=torch.bool).triu(1)
        weights = scores.masked_fill(later, float("-inf")).softmax(dim=-1)
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
