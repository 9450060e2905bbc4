# einsum, a mask that is added, and a loss from log_softmax
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
        _, length = tokens.shape
        steps = torch.arange(length, device=tokens.device)
        x = self.tokens(tokens) + self.positions(steps).unsqueeze(0)
        q, k, v = self.attention(x).unflatten(-1, (3, self.heads, -1)).unbind(dim=2)
        mask = x.new_full((length, length), -math.inf).triu(1)
        scores = torch.einsum("nthd,nshd->nhts", q, k) * k.shape[-1] ** -0.5 + mask
        mixed = torch.einsum("nhts,nshd->nthd", scores.softmax(dim=-1), v)
        return self.head(x + self.out(mixed.reshape(x.shape)))

    def fit(self, optimizer, batches):
        losses = []
        for tokens in batches:
            logs = self(tokens[:, :-1]).log_softmax(dim=-1)
            loss = -logs.gather(-1, tokens[:, 1:, None]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses
