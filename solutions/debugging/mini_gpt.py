"""A small GPT and its training, with five bugs at once."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class MiniGPT(nn.Module):
    """A GPT of one layer that predicts the next token, and its training.

    The exercise starts with a version of this class that has five bugs, in `forward` and in `fit`.
    It runs, and in a short training its loss goes down. With 8 tokens, a context of 6, a width of
    16 and 2 heads:

    - The same sentence twice in a batch gets logits that differ by 1 between the two rows.
    - Another token at the end of a sentence changes the logits before it, by about 0.01.
    - If all values are 1, the heads should give 1 at each position. At the first, they give 0.2.
    - If `head` gives 100 to the token just read and 0 to all others, the loss is 0.
    - A second step of SGD with the same small batch is twice as long as the first one, and tokens
      drawn at random, which nothing predicts better than log(8) = 2.08, get a loss of 600 after
      500 steps of Adam.

    A bug may show in several of them. From your second try on you are told how many are left, and
    which, where the next one leaves the same.

    What is right: all layers, and what is computed of them. x is the embedding of each token plus
    that of its position in the sentence, counted from 0. Queries, keys and values are three equal
    parts of `attention(x)`, in this order. Each is cut into as many equal parts as there are heads:
    with a width of 16, the first of two heads has the first 8 of the 16 numbers of each position.
    A head's weights are the softmax of query * key / sqrt(size of a head), over the positions up to
    and with its own, however far apart these scores are. The heads' outputs, side by side, go
    through `out`, and are added to x; `head` gives the logits.

    Args:
        vocabulary: how many tokens there are, an int, at least 2.
        context: the most tokens that a sentence may have, an int.
        width: of the embeddings, an int, a multiple of `heads`.
        heads: how many there are, an int, at least 1.

    Example:
        >>> model = MiniGPT(vocabulary=5, context=4, width=8, heads=2)
        >>> tokens = torch.tensor([[1, 3, 0, 2], [1, 3, 0, 4]])
        >>> model(tokens).shape
        torch.Size([2, 4, 5])
        >>> first, second = model(tokens)[:, :3]  # what comes later does not change them
        >>> torch.allclose(first, second, atol=1e-6)
        True

    Read: torch.nn.functional.scaled_dot_product_attention, with the code of it
        https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
    """

    def __init__(self, vocabulary, context, width, heads):
        super().__init__()
        self.heads = heads
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context, width)
        self.attention = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, tokens):
        """Give the logits of the next token at each position.

        Args:
            tokens: N sentences of T tokens, shape (N, T), integers in [0, vocabulary); N and T are
                at least 1, and T at most `context`. Do not modify them.

        Returns:
            The logits, shape (N, T, vocabulary). Those at position t follow from the tokens up to
            and with t of the same sentence, and from nothing else.
        """
        count, length = tokens.shape
        x = self.tokens(tokens) + self.positions(torch.arange(length, device=tokens.device))
        queries, keys, values = (
            part.reshape(count, length, self.heads, -1).transpose(1, 2)
            for part in self.attention(x).chunk(3, dim=-1)
        )
        scores = queries @ keys.mT / math.sqrt(keys.shape[-1])
        later = torch.ones_like(scores, dtype=torch.bool).triu(1)
        weights = scores.masked_fill(later, -math.inf).softmax(dim=-1)
        mixed = (weights @ values).transpose(1, 2).flatten(2)
        return self.head(x + self.out(mixed))

    def fit(self, optimizer, batches):
        """Take a step for each batch, with the gradients of its mean loss alone.

        Args:
            optimizer: of the parameters of this model; they may have old gradients.
            batches: a list of tensors of tokens, shape (N, T + 1), with T at most `context`.
                Of each sentence, the first T are read, and the token after each of them is to be
                predicted.

        Returns:
            The loss of each batch before its step, a list of Python floats.
        """
        losses = []
        for tokens in batches:
            logits = self(tokens[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses


class WithTorchsAttention(MiniGPT):
    """Leave attention and its mask to torch."""

    def forward(self, tokens):
        """Give the logits of the next token at each position."""
        where = torch.arange(tokens.size(1), device=tokens.device)
        x = self.tokens(tokens) + self.positions(where)[None]
        parts = self.attention(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(*parts, is_causal=True)
        return self.head(x + self.out(mixed.transpose(1, 2).reshape(x.shape)))


class WithALargeNegativeNumber(MiniGPT):
    """Mask with -1e9, and clear the gradients after each step."""

    def forward(self, tokens):
        """Give the logits of the next token at each position."""
        n, t = tokens.shape
        x = self.tokens(tokens) + self.positions.weight[:t]
        q, k, v = self.attention(x).split(x.shape[-1], dim=-1)
        q, k, v = (part.view(n, t, self.heads, -1).permute(0, 2, 1, 3) for part in (q, k, v))
        scores = q @ k.mT * k.size(-1) ** -0.5
        seen = torch.ones(t, t, device=tokens.device).tril()
        weights = F.softmax(scores.masked_fill(seen == 0, -1e9), dim=-1)
        mixed = (weights @ v).permute(0, 2, 1, 3).contiguous().view(n, t, -1)
        return self.head(x + self.out(mixed))

    def fit(self, optimizer, batches):
        """Take a step for each batch."""
        optimizer.zero_grad()
        losses = []
        for tokens in batches:
            logits = self(tokens[:, :-1]).transpose(1, 2)
            loss = nn.functional.cross_entropy(logits, tokens[:, 1:])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        return losses


class WithNormalisedWeights(MiniGPT):
    """Mask after the exponentials, and divide by what is left."""

    def forward(self, tokens):
        """Give the logits of the next token at each position."""
        count, length = tokens.shape
        positions = torch.arange(length, device=tokens.device).expand(count, length)
        x = self.tokens(tokens) + self.positions(positions)
        outputs, parts = [], self.attention(x).chunk(3, dim=-1)
        heads = [part.chunk(self.heads, dim=-1) for part in parts]
        for q, k, v in zip(*heads, strict=True):
            scores = q @ k.mT / q.shape[-1] ** 0.5
            largest = scores.cummax(dim=-1).values.diagonal(dim1=1, dim2=2)[:, :, None]
            weights = (scores - largest).tril().exp().tril()
            outputs.append(weights / weights.sum(dim=-1, keepdim=True) @ v)
        return self.head(x + self.out(torch.cat(outputs, dim=-1)))
