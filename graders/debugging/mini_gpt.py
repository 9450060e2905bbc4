import itertools

import torch
from torch import optim

from torchkata import Grader, called, set_by_size, snapshot, with_old_gradients

grader = Grader(
    points=5,
    level=4,
    after=("cross_entropy/language_model_loss", "training_loop/train_step"),
    start="all_five_are_left",
    hints=(
        "Take one symptom at a time, the smallest input that shows it, and print shapes and "
        "numbers on the way. A batch of one sentence, one head, or one token hides some of them.",
        "Three bugs are in `forward`: what is counted by the positions, what a head sees of each "
        "position, and over what softmax divides. Two are in `fit`.",
        "`reshape` cuts the numbers in the order in which they are in memory. Which of (N, T, "
        "heads, size) and (N, heads, T, size) has that order? And in `fit`, which token is the "
        "logit at position t about, and whose gradients does the step see?",
    ),
)


@grader.observe
def training(
    answer, vocabulary, context, width, heads, dtype, tokens, make_optimizer, batches, apart=1.0
):
    """`apart` is how many times as far the queries and keys are from 0."""
    model = answer(vocabulary, context, width, heads).to(dtype)
    set_by_size(model.parameters())
    with torch.no_grad():
        model.attention.weight[: 2 * width] *= apart
    logits, changes = called(model, tokens=tokens)
    with_old_gradients(model)
    optimizer = make_optimizer(model.parameters())
    losses, more = called(model.fit, optimizer=optimizer, batches=batches)
    return {
        "logits": logits,
        "losses": losses,
        "parameters after `fit`": snapshot(model),
        **changes,
        **more,
    }


def sgd(params):
    return optim.SGD(params, lr=0.2, momentum=0.5)


def decayed(params):
    # Not Adam: the gradient of the keys' biases is rounding alone, which Adam makes whole steps of.
    return optim.SGD(params, lr=0.05, momentum=0.9, weight_decay=0.1)


def draw(vocabulary, *shapes):
    """Tokens of each shape."""
    return [torch.randint(vocabulary, shape) for shape in shapes]


@grader.case
def three_batches():
    """2 heads, 3 sentences of 5 tokens; 3 steps of SGD in float64, with 4, 4 and 2 sentences."""
    tokens, *batches = draw(7, (3, 5), (4, 6), (4, 6), (2, 6))
    return 7, 5, 6, 2, torch.float64, tokens, sgd, batches


@grader.case
def three_heads():
    """3 heads in float32; sentences shorter than the context, and of several lengths."""
    tokens, *batches = draw(9, (5, 4), (3, 3), (2, 5))
    return 9, 6, 12, 3, torch.float32, tokens, sgd, batches


@grader.case
def one_head():
    """A single head, in float64; 3 steps with weight decay and the same batch."""
    tokens, batch = draw(2, (2, 3), (3, 4))
    return 2, 4, 5, 1, torch.float64, tokens, decayed, [batch] * 3


@grader.case
def one_token():
    """A sentence of a single token, and training on one sentence of two; in float64."""
    tokens, batch = draw(6, (1, 1), (1, 2))
    return 6, 3, 4, 2, torch.float64, tokens, sgd, [batch, batch]


def slow(params):
    return optim.SGD(params, lr=1e-4)


@grader.case
def scores_far_apart():
    """2 heads whose scores are hundreds and thousands apart; one small step, in float64."""
    tokens, batch = draw(7, (4, 5), (4, 6))
    return 7, 5, 6, 2, torch.float64, tokens, slow, [batch], 100.0


@grader.case
def as_in_the_docstring():
    """The two sentences of the docstring's example, which differ in their last token."""
    tokens = torch.tensor([[1, 3, 0, 2], [1, 3, 0, 4]])
    return 5, 4, 8, 2, torch.float64, tokens, sgd, [tokens]


grader.edit(
    "all_five_are_left",
    "All five bugs are left.",
    old='''
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
    ''',
    new='''
        x = self.tokens(tokens) + self.positions(torch.arange(count, device=tokens.device)[:, None])
        queries, keys, values = (
            part.reshape(count, self.heads, length, -1)
            for part in self.attention(x).chunk(3, dim=-1)
        )
        scores = queries @ keys.mT / math.sqrt(keys.shape[-1])
        later = torch.ones_like(scores, dtype=torch.bool).triu(1)
        weights = scores.softmax(dim=-1).masked_fill(later, 0.0)
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
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, :-1].flatten())
    ''',
    more=(
        "They are in what the positions count, in how the heads are cut, in when the mask is used, "
        "in which tokens are the targets, and in which gradients a step takes.",
    ),
)

from graders._shared import CLEARED_LATER, INDEPENDENT

# What each bug is, as it is told where it is left; what it exchanges, and for what.
BUGS = {
    "positions": (
        "each token gets the position that its sentence has in the batch, and not its own in the "
        "sentence",
        "torch.arange(length, device=tokens.device)",
        "torch.arange(count, device=tokens.device)[:, None]",
    ),
    "heads": (
        "a head gets numbers of other positions: reshape to (N, T, heads, size), the order in "
        "memory, and then exchange two dimensions",
        "(count, length, self.heads, -1).transpose(1, 2)",
        "(count, self.heads, length, -1)",
    ),
    "mask": (
        "the mask comes after the softmax, which has divided by the tokens to come as well: their "
        "scores must be -inf before it",
        "scores.masked_fill(later, -math.inf).softmax(dim=-1)",
        "scores.softmax(dim=-1).masked_fill(later, 0.0)",
    ),
    "targets": (
        "the loss compares each prediction with the token just read, and not with the next one",
        "tokens[:, 1:].flatten()",
        "tokens[:, :-1].flatten()",
    ),
    "gradients": (
        "a step takes the gradients of earlier batches along, since nothing clears them",
        "optimizer.zero_grad()",
        "",
    ),
}
COUNTS = {1: "One of the five bugs is", 2: "Two bugs are", 3: "Three bugs are", 4: "Four bugs are"}
WHOLE = grader.misconceptions["all_five_are_left"].old


def with_bugs(names):
    """The passage of the reference with these bugs."""
    text = WHOLE
    for name in names:
        _, right, wrong = BUGS[name]
        text = text.replace(right, wrong)
    return text


for count, left in COUNTS.items():
    for names in itertools.combinations(BUGS, count):
        grader.edit(
            f"left_{'_'.join(names)}",
            f"{left} left.",
            *(WHOLE, with_bugs(names)) if count > 1 else BUGS[names[0]][1:],
            more=(f"What is left: {'; '.join(BUGS[name][0] for name in names)}.",),
        )
grader.edit(
    "counts_positions_from_1",
    "The first position is 1 here, and the last row of the table is asked for one too many. They "
    "count from 0: `torch.arange(length)`.",
    "torch.arange(length, device=tokens.device)",
    "torch.arange(1, length + 1, device=tokens.device)",
    idea="index_from_1",
)
grader.edit(
    "leaves_the_positions_out",
    "The logits do not depend on the positions: without them, attention cannot tell in which order "
    "the tokens before it came. Add `self.positions(...)` of 0, 1, 2, ...",
    " + self.positions(torch.arange(length, device=tokens.device))",
    "",
)
grader.edit(
    "looks_positions_up_by_token",
    "Each token is looked up among the positions as well, as in `self.positions(tokens)`. What is "
    "looked up there is where it is in its sentence: 0, 1, 2, ...",
    "torch.arange(length, device=tokens.device)",
    "tokens",
)
grader.edit(
    "swaps_heads_and_size",
    "The numbers of a position are cut into too many heads, of `heads` numbers each: the number of "
    "heads comes first, and then the size of each.",
    "(count, length, self.heads, -1)",
    "(count, length, -1, self.heads)",
    idea="swapped_sizes",
)
grader.edit(
    "deals_numbers_to_the_heads_in_turn",
    "The numbers of a position go to the heads in turn, as where the heads are the last of the "
    "dimensions. Those of a head are next to one another: the heads come first, then their size.",
    "(count, length, self.heads, -1).transpose(1, 2)",
    "(count, length, -1, self.heads).permute(0, 3, 1, 2)",
    idea="swapped_sizes",
)
grader.edit(
    "puts_heads_together_across_positions",
    "What the heads give is mixed between positions where it is put together: exchange the two "
    "dimensions back to (N, T, heads, size) before the last two become one.",
    "(weights @ values).transpose(1, 2).flatten(2)",
    "(weights @ values).reshape(count, length, -1)",
    idea="view_for_permute",
)
grader.edit(
    "hides_its_own_position",
    "The mask hides each position from itself as well, and from the first one all there is, so its "
    "softmax is nan. Only later ones are hidden: `triu(1)`.",
    ".triu(1)",
    ".triu()",
    idea="off_by_one",
)
grader.edit(
    "divides_by_what_is_left",
    "Right for most scores, but nan where a token to come has a score far above the others: "
    "softmax over all positions rounds the weights before it to 0, and they were divided by their "
    "sum. Set the scores of later positions to -inf before softmax.",
    "weights = scores.masked_fill(later, -math.inf).softmax(dim=-1)",
    "weights = scores.softmax(dim=-1).masked_fill(later, 0.0)\n"
    "weights = weights / weights.sum(dim=-1, keepdim=True)",
)
grader.edit(
    "hides_what_came_before",
    "The mask is the wrong way round: each position sees itself and the later ones. Hide those "
    "above the diagonal.",
    ".triu(1)",
    ".tril(-1)",
    idea="mask_turned_around",
)
grader.edit(
    "hides_nothing",
    "Nothing is hidden: each position sees the later ones too, and with them the token that it is "
    "to predict. Set their scores to -inf.",
    ".masked_fill(later, -math.inf)",
    "",
)
grader.edits(
    "hides_with_a_small_number",
    "A score near 0 does not hide a token, since exp(0) is 1. Only -inf, or a very large negative "
    "number, has a weight of 0.",
    "-math.inf",
    ["0.0", "1e-9", "-1.0"],
    idea="zero_scores_for_ignored",
)
grader.edits(
    "softmax_over_another_dimension",
    "The weights of a query do not add up to 1: softmax goes over another dimension than that of "
    "the keys, which is the last.",
    ".softmax(dim=-1)",
    [".softmax(dim=-2)", ".softmax(dim=1)"],
    idea="wrong_dim",
)
grader.edit(
    "divides_by_the_root_of_the_width",
    "The scores are too small where there are several heads: divide by the root of a head's size, "
    "not of the whole width.",
    "math.sqrt(keys.shape[-1])",
    "math.sqrt(x.shape[-1])",
)
grader.edit(
    "does_not_divide_the_scores",
    "The scores are too large: divide them by the root of a head's size.",
    " / math.sqrt(keys.shape[-1])",
    "",
)
grader.edit(
    "leaves_x_out",
    "The logits come from attention alone. What it gives is added to x, so that each position "
    "keeps what it has: `x + self.out(mixed)`.",
    "x + self.out(mixed)",
    "self.out(mixed)",
)
grader.edit(
    "reads_the_last_token_too",
    "The model reads all T + 1 tokens here, one more than there are positions where T is its "
    "context, although nothing is predicted from the last one: read the first T.",
    "self(tokens[:, :-1])",
    "self(tokens)[:, :-1]",
)
grader.edit(
    "predicts_the_first_after_the_last",
    "At the last position the target is the first token of the sentence, as `roll` gives it. The "
    "token after each of the first T is asked for, and there is one.",
    "tokens[:, 1:].flatten()",
    "tokens[:, :-1].roll(-1, dims=1).flatten()",
)
grader.edit(
    "shifts_twice",
    "The logits at position t are compared with the token at t + 2: inputs and targets were "
    "shifted, and then once more.",
    """
            logits = self(tokens[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
    """,
    """
            logits = self(tokens[:, :-1])[:, :-1]
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 2:].flatten())
    """,
    idea="off_by_one",
)
grader.edit(
    "leaves_out_the_last_target",
    "The last prediction of each sentence has no target: the inputs end before the last token "
    "already, and were cut once more. All T predictions are compared, with tokens 1 to T.",
    """
            logits = self(tokens[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
    """,
    """
            logits = self(tokens[:, :-1])[:, :-1]
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:-1].flatten())
    """,
    idea="off_by_one",
)
grader.edit(
    "predicts_the_token_before",
    "The model reads tokens 1 to T and is to predict the ones before them, which it has seen. It "
    "reads the first T, and predicts what follows.",
    """
            logits = self(tokens[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
    """,
    """
            logits = self(tokens[:, 1:])
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, :-1].flatten())
    """,
)
grader.edit(
    "clears_between_backward_and_step",
    "Nothing moves: the gradients are cleared after `backward()`, and the step finds none.",
    """
            optimizer.zero_grad()
            loss.backward()
    """,
    """
            loss.backward()
            optimizer.zero_grad()
    """,
    idea="zero_grad_too_late",
)
grader.edit(
    "clears_once",
    "The gradients are cleared once, before the first batch: from the second one on, a step takes "
    "along those of the batches before it.",
    """
        for tokens in batches:
            logits = self(tokens[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
            optimizer.zero_grad()
    """,
    """
        optimizer.zero_grad()
        for tokens in batches:
            logits = self(tokens[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
    """,
    idea="no_zero_grad",
)
grader.edit(
    "clears_after_the_step",
    "The old gradients go into the first step: clear them before `backward()`, or before the first "
    "batch too.",
    """
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    """,
    """
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    """,
    idea="zero_grad_too_late",
)

for layer in (
    "self.tokens = nn.Embedding(vocabulary, width)",
    "self.positions = nn.Embedding(context, width)",
    "self.attention = nn.Linear(width, 3 * width)",
    "self.out = nn.Linear(width, width)",
    "self.head = nn.Linear(width, vocabulary)",
):
    grader.equivalent(f"{layer} moved", "the grader sets all parameters itself")
grader.equivalent("optimizer.zero_grad() moved", CLEARED_LATER)
for change in ("losses.append(loss.item()) moved", "self.heads = heads moved"):
    grader.equivalent(change, INDEPENDENT)
grader.equivalent(
    "x = self.tokens(tokens) + self.positions(torch.arange(length, device=tokens.device)) -> "
    "x = self.tokens(tokens) + self.positions(torch.arange(length))",
    "on the CPU, a new tensor is where the model is",
)
