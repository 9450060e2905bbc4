import torch

from torchkata import Grader, called, parts

grader = Grader(
    points=2,
    level=2,
    after=("data_and_models/data_loaders", "cross_entropy/masked_cross_entropy"),
    hints=(
        "Which rows are too short, and by how much? What is put there, in the tokens and in the "
        "targets?",
        "`pad_sequence(..., batch_first=True, padding_value=...)` pads a list of tensors to the "
        "longest of them.",
        "`zip(*batch)` makes all tokens and all targets of the pairs. The lengths are those before "
        "anything is padded.",
    ),
)


@grader.observe
def padded(answer, batch):
    answered, changes = called(answer, batch=batch)
    return parts(answered, "tokens", "targets", "lengths") | changes


def drawn(*lengths, ids=50):
    """Sentences of these lengths, with the token 0 and the class 0 among others."""
    batch = [(torch.randint(ids, (n,)), torch.randint(5, (n,))) for n in lengths]
    for tokens, targets in batch:
        tokens[-1:], targets[:1] = 0, 0
    return batch


@grader.case
def of_different_lengths():
    """4 sentences of 3, 6, 1 and 4 tokens, each of which ends with the token 0."""
    return (drawn(3, 6, 1, 4),)


@grader.case
def all_of_one_length():
    """3 sentences of 5 tokens: nothing is padded."""
    return (drawn(5, 5, 5),)


@grader.case
def an_empty_sentence():
    """3 sentences, of which the second has no token."""
    return (drawn(2, 0, 7),)


@grader.case
def empty_sentences_alone():
    """2 sentences, neither of which has a token: T is 0."""
    return (drawn(0, 0),)


@grader.case
def one_sentence():
    """A single sentence of 4 tokens: the batch has 1 row."""
    return (drawn(4),)


@grader.case
def longest_first():
    """6 sentences of 9, 7, 7, 4, 2 and 1 tokens, with ids up to 100 000 000."""
    return (drawn(9, 7, 7, 4, 2, 1, ids=100_000_001),)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 1 token and 3 tokens."""
    long = torch.tensor([5, 0, 8]), torch.tensor([1, 0, 2])
    return ([(torch.tensor([7]), torch.tensor([2])), long],)


from graders._shared import changed_list
from solutions.data_and_models.pad_collate import pad_collate

TOKENS = "pad(tokens, batch_first=True)"
TARGETS = "pad(targets, batch_first=True, padding_value=-100)"
LENGTHS = "torch.tensor([len(sentence) for sentence in tokens])"

grader.edit(
    "pads_the_targets_with_0",
    "The targets are padded with 0, which is a real class: the loss would train the model to see "
    "class 0 in the padding. Pad them with -100, which the loss ignores.",
    old=", padding_value=-100",
    new="",
    idea="padding_is_a_class",
)
grader.edits(
    "pads_the_targets_with_another_number",
    "The targets are padded with a number that `nn.CrossEntropyLoss` does not ignore by default. "
    "It ignores -100.",
    old="padding_value=-100",
    news=[f"padding_value={n}" for n in ("-1", "100", "255", "-99", "1")],
)
grader.edit(
    "pads_both_with_minus_100",
    "The tokens are padded with -100, too, and an embedding has no row of that index. Pad the "
    "tokens with 0, and the targets with -100.",
    old=TOKENS,
    new="pad(tokens, batch_first=True, padding_value=-100)",
)
grader.edit(
    "exchanges_the_paddings",
    "The two paddings are exchanged: tokens are padded with 0, and targets with -100.",
    old=f"{TOKENS},\n{TARGETS}",
    new="pad(tokens, batch_first=True, padding_value=-100),\npad(targets, batch_first=True)",
)
grader.edit(
    "leaves_batch_first_out",
    "The batch has shape (T, B): a sentence is a column. `pad_sequence` does so by default: give "
    "it `batch_first=True`.",
    old=f"{TOKENS},\n{TARGETS}",
    new="pad(tokens),\npad(targets, padding_value=-100)",
    idea="batch_second",
)
grader.edit(
    "pads_at_the_front",
    "The padding comes before the tokens, as with `padding_side='left'`, or a swapped pair in "
    "`F.pad`. Here it comes after them.",
    old=f"{TOKENS},\n{TARGETS}",
    new="pad(tokens, batch_first=True, padding_side='left'),\n"
    "pad(targets, batch_first=True, padding_value=-100, padding_side='left')",
)
grader.edits(
    "pads_to_a_fixed_length",
    "The rows are longer than the longest sentence of this batch, as where they are padded to a "
    "fixed length, or to the longest of the whole data set. That costs time: pad to the longest of "
    "the batch.",
    old=f"{TOKENS},\n{TARGETS}",
    news=[
        f"torch.nn.functional.pad({TOKENS}, (0, {n} - max(map(len, tokens)))),\n"
        f"torch.nn.functional.pad({TARGETS}, (0, {n} - max(map(len, tokens))), value=-100)"
        for n in (10, 16, 32, 64, 128, 512)
    ],
    idea="padded_too_far",
)
grader.edit(
    "cuts_to_the_shortest",
    "All sentences are cut to the length of the shortest, and the rest of their tokens is lost. "
    "Pad the short ones instead.",
    old=f"{TOKENS},\n{TARGETS}",
    new="torch.stack([t[: min(map(len, tokens))] for t in tokens]),\n"
    "torch.stack([t[: min(map(len, tokens))] for t in targets])",
)
grader.edit(
    "stacks",
    "`torch.stack` needs sentences of one length. Pad them first: `pad_sequence` does both.",
    old=f"{TOKENS},\n{TARGETS}",
    new="torch.stack(tokens),\ntorch.stack(targets)",
)
grader.edit(
    "makes_float_tokens",
    "The token ids are floats, as `torch.zeros` makes them: an embedding wants int64, and float32 "
    "cannot tell 100 000 000 from 100 000 001.",
    old=TOKENS,
    new=f"{TOKENS}.float()",
    idea="float_token_ids",
)
grader.edit(
    "makes_floats_of_both",
    "Tokens and targets are floats, as `torch.zeros` and `torch.full` with -100.0 make them. Both "
    "are indices: give `dtype=torch.int64`.",
    old=f"{TOKENS},\n{TARGETS}",
    new=f"{TOKENS}.float(),\n{TARGETS}.float()",
    idea="float_token_ids",
)
grader.edit(
    "makes_float_targets",
    "The targets are floats. They are class indices: `nn.CrossEntropyLoss` wants int64.",
    old=TARGETS,
    new=f"{TARGETS}.float()",
    idea="float_class_index",
)
grader.edit(
    "makes_floats_of_nothing",
    "Where all sentences are empty, tokens and targets are float32, as of `torch.tensor([[], "
    "[]])`, which has no number whose dtype it could take. Give `dtype=torch.int64`.",
    old=f"{TOKENS},\n{TARGETS}",
    new=f"torch.tensor({TOKENS}.tolist()),\ntorch.tensor({TARGETS}.tolist())",
    idea="dtype_of_nothing",
)
grader.edit(
    "ignores_the_targets_of_real_tokens",
    "Where a real token is 0, its target has become -100 as well, so the loss leaves it out: 0 is "
    "not only the padding. Pad the targets by themselves, with `padding_value=-100`.",
    old=TARGETS,
    new=f"{TARGETS}.masked_fill({TOKENS} == 0, -100)",
    idea="padding_is_a_token",
)
grader.edit(
    "ignores_class_0",
    "Where a real target is 0, it has become -100 as well, so the loss leaves it out, as where "
    "every 0 of the padded targets is exchanged. Class 0 looks like that padding: pad with -100 "
    "from the start.",
    old=TARGETS,
    new="pad(targets, batch_first=True).masked_fill(pad(targets, batch_first=True) == 0, -100)",
    idea="padding_is_a_class",
)
grader.edits(
    "leaves_empty_sentences_out",
    "The batch has fewer rows than sentences, as where those without a token are left out. An "
    "empty sentence has a row, too, of padding alone, and the length 0.",
    old="tokens, targets = zip(*batch, strict=True)",
    news=[
        f"kept = [pair for pair in batch if len(pair[0])]{more}\n"
        "tokens, targets = zip(*kept, strict=True)"
        for more in (" or batch", "")
    ],
    idea="empty_ones_left_out",
)
grader.edit(
    "makes_int32",
    "Tokens and targets are int32. `nn.CrossEntropyLoss` wants int64: leave the dtype as it came.",
    old=f"{TOKENS},\n{TARGETS}",
    new=f"{TOKENS}.int(),\n{TARGETS}.int()",
)
grader.edit(
    "counts_what_is_not_0",
    "Where a real token is 0, the length is too small: it was counted in the padded tokens, and "
    "there 0 is not only the padding. Take the lengths before you pad.",
    old=LENGTHS,
    new=f"({TOKENS} != 0).sum(dim=1)",
    idea="padding_is_a_token",
)
grader.edit(
    "gives_the_padded_length",
    "All lengths are T, that of the padded rows. They are to tell where the padding begins: take "
    "them before you pad.",
    old=LENGTHS,
    new="torch.tensor([max(map(len, tokens)) for _ in tokens])",
)
grader.edit(
    "gives_a_list_of_lengths",
    "The lengths are a list. Make a tensor of it: `torch.tensor(lengths)`.",
    old=LENGTHS,
    new="[len(sentence) for sentence in tokens]",
)
grader.edit(
    "makes_float_lengths",
    "The lengths are floats, as `torch.Tensor(lengths)` makes them. `torch.tensor(lengths)`, in "
    "small letters, keeps the ints.",
    old="torch.tensor([len",
    new="torch.Tensor([len",
)
grader.edit(
    "makes_int32_lengths",
    "The lengths are int32. They are to be int64, as `torch.tensor` makes them of ints.",
    old=LENGTHS,
    new=f"{LENGTHS}.int()",
)
grader.edit(
    "gives_a_mask",
    "In the place of the lengths there is a mask, True where a token is. Asked for is the number "
    "of tokens of each sentence.",
    old=LENGTHS,
    new=f"{TARGETS} != -100",
)
grader.edit(
    "leaves_the_lengths_out",
    "The lengths are missing. Return three tensors: tokens, targets, lengths.",
    old=f"{TARGETS},\n{LENGTHS},",
    new=f"{TARGETS},",
)
grader.edit(
    "sorts_by_length",
    "The sentences are in another order, the longest first, as `pack_padded_sequence` once wanted "
    "them. Keep the order of the batch; it has `enforce_sorted=False` today.",
    old="tokens, targets = zip(*batch, strict=True)",
    new="ordered = sorted(batch, key=lambda pair: len(pair[0]), reverse=True)\n"
    "tokens, targets = zip(*ordered, strict=True)",
    idea="order_of_the_examples",
)
grader.edit(
    "joins_the_sentences",
    "All sentences are in one row, one after the other, as `torch.cat` joins them. Each needs a "
    "row of its own.",
    old=f"{TOKENS},\n{TARGETS}",
    new="torch.cat(tokens),\ntorch.cat(targets)",
)
grader.edit(
    "takes_the_targets_for_tokens",
    "Tokens and targets are exchanged: the first of a pair are its tokens.",
    old="tokens, targets =",
    new="targets, tokens =",
    idea="swapped_pair",
)


@grader.misconception(**changed_list("batch", "`sorted(batch, key=...)`, `list(batch)`"))
def sorts_the_batch_itself(batch):
    answered = pad_collate(batch)
    batch.sort(key=lambda pair: len(pair[0]))
    return answered


for call in ("zip(*batch, strict=False)", "zip(*batch)"):
    grader.equivalent(
        f"tokens, targets = zip(*batch, strict=True) -> tokens, targets = {call}",
        "each example is a pair",
    )
