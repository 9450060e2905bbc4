import torch

from torchkata import Grader, called

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("probabilities/prediction",),
    tolerance={"accuracy": (1e-6, 1e-7)},
    hints=(
        "For one example: which classes have the k best scores, and is its own among them?",
        "`logits.topk(k, dim=1).indices` has shape (N, k). What if k is above C?",
        "Compare (N, k) with `target[:, None]`, (N, 1): a row has one True at most.",
    ),
)


@grader.observe
def accuracies(answer, logits, target, ks):
    accuracy, changes = called(answer, logits=logits.detach(), target=target, ks=ks)
    return {"accuracy": accuracy, **changes}


def scores(examples, classes, dtype=torch.float32):
    """Different whole numbers in each row, at places that are drawn."""
    return torch.rand(examples, classes).argsort(dim=1).to(dtype)


@grader.case
def one_and_five():
    """43 examples of 11 classes, at k = 1 and 5; of each row 8 scores are below 0."""
    return scores(43, 11) - 8, torch.randint(11, (43,)), (1, 5)


@grader.case
def in_any_order():
    """37 examples of 7 classes, at k = 4, 1 and 2, a list; the scores are a transposed tensor."""
    return scores(37, 7).t().contiguous().t(), torch.randint(7, (37,)), [4, 1, 2]


@grader.case
def more_than_there_are():
    """3 examples of 3 classes, in float64, at k = 2, 4 and 9: all are right at 4 and at 9."""
    return scores(3, 3, torch.float64), torch.randint(3, (3,)), (2, 4, 9)


@grader.case
def one_example():
    """A single example of 2 classes, which has the smaller score, at k = 2 and 1."""
    logits, target = torch.full((1, 2), 0.5), torch.randint(2, (1,))
    logits[0, target] -= 1
    return logits, target, (2, 1)


@grader.case
def close_scores():
    """29 examples of 6 classes, in float64, whose scores are 1e-9 apart, at k = 2; most are right
    at k = 1."""
    logits = 5 + 1e-9 * scores(29, 6, torch.float64)
    target = logits.argmax(dim=1)
    target[24:] = torch.randint(6, (5,))
    return logits, target, [2]


@grader.case
def sure_scores():
    """31 examples of 8 classes, whose scores are 200 apart, at k = 2, 3 and 5; more than half are
    of class 7."""
    target = torch.randint(8, (31,))
    target[13:] = 7
    return 200 * scores(31, 8), target, (2, 3, 5)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 3 examples of 3 classes, at k = 1 and 2."""
    logits = torch.tensor([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [1.0, 2.0, 3.0]])
    return logits, torch.tensor([0, 1, 0]), (1, 2)


from graders._shared import changed_in_place, changed_list
from graders.training_loop._shared import AS_PERCENT, AS_TENSORS, rounded
from solutions.training_loop.topk_accuracy import topk_accuracy

BEST = "best = logits.topk(min(max(ks), logits.shape[1]), dim=1).indices"
HITS = "hits[:, :k].sum().item() / len(target)"

grader.edit(
    "asks_for_more_than_there_are",
    "`topk` raises an error where k is above the number of classes. Ask for `min(k, C)`: then each "
    "example is right.",
    old="min(max(ks), logits.shape[1])",
    new="max(ks)",
)
grader.edits(
    "divides_by_all_that_were_compared",
    "The accuracies at k are k times too small, as where the mean is taken over all N * k "
    "comparisons. Each example counts once: divide the hits by N, or take `any(dim=1)` first.",
    old=HITS,
    news=("hits[:, :k].float().mean().item()", "hits[:, :k].sum().item() / (k * len(target))"),
    idea="mean_over_the_wrong_count",
)
grader.edits(
    "looks_at_the_kth_alone",
    "Only the class at place k counts, as with `[:, k - 1]`: an example whose class is better than "
    "that is counted as wrong. Take the first k: `[:, :k]`.",
    old="hits[:, :k]",
    news=(
        "hits[:, min(k, hits.shape[1]) - 1]",
        "hits[:, k - 1 : k]",
        "hits[:, k - 1]",
        "hits[:, k - 1 if k <= hits.shape[1] else 0 : k]",
    ),
    idea="last_one_only",
)
grader.edit(
    "looks_at_one_too_few",
    "The accuracy at k is the one at k - 1, as with `[:, :k - 1]` or `rank < k - 1`: a slice "
    "`[:k]` already ends at place k.",
    old="hits[:, :k]",
    new="hits[:, :k - 1]",
    idea="off_by_one",
)
grader.edits(
    "takes_the_smallest",
    "These are the accuracies of the k *worst* classes, as where `sort` or `argsort` puts the "
    "smallest score first. Sort with `descending=True`, or use `topk`.",
    old=BEST,
    news=(
        "best = logits.argsort(dim=1)",
        "best = logits.topk(min(max(ks), logits.shape[1]), dim=1, largest=False).indices",
    ),
    idea="sign_turned_over",
)
grader.edit(
    "ranks_the_examples",
    "`dim=0` compares the examples with each other. The classes of each example compete: `dim=1`.",
    old=BEST,
    new="best = logits.argsort(dim=0, descending=True)",
    idea="wrong_dim",
)
grader.edit(
    "compares_the_scores",
    "`topk` gives the scores first and their indices second, and a score is hardly ever equal to a "
    "class index. Take the second: `.indices`.",
    old=f"""
    {BEST}
    """,
    new="""
    best = logits.topk(min(max(ks), logits.shape[1]), dim=1).values
    """,
    idea="swapped_pair",
)
grader.edits(
    "gives_the_largest_k_for_all",
    "All entries are the accuracy of the largest k: `topk(max(ks))` is enough for all of them, but "
    "each k needs its own slice, `[:, :k]`.",
    old="hits[:, :k]",
    news=("hits", "hits[:, : max(ks)]"),
    idea="argument_not_used",
)
grader.edit(
    "gives_the_first_for_all",
    "All entries are the usual accuracy, that of k = 1, as with `argmax`. `topk(k, dim=1)` gives "
    "the best k.",
    old="hits[:, :k]",
    new="hits[:, :1]",
    idea="argument_not_used",
)
grader.edit(
    "lets_the_place_in_ks_be_k",
    "The first entry is the accuracy at 1, the second that at 2, and so on, whatever `ks` says: k "
    "is the number in `ks`, not its place there.",
    old=f"{{k: {HITS} for k in ks}}",
    new="{k: hits[:, :place].sum().item() / len(target) for place, k in enumerate(ks, 1)}",
)
grader.edit(
    "counts_the_hits",
    "These are numbers of examples, and the accuracy is a share: divide by N.",
    old=HITS,
    new="float(hits[:, :k].sum())",
    idea="sum_for_mean",
)
grader.edits("gives_percent", **AS_PERCENT, old=HITS, news=(f"100 * {HITS}", f"100.0 * ({HITS})"))
grader.edits(
    "gives_tensors",
    **AS_TENSORS,
    old=HITS,
    news=(
        "hits[:, :k].sum() / len(target)",
        "hits[:, :k].any(dim=1).double().mean()",
        "hits[:, :k].any(dim=1).float().sum(0, keepdim=True) / len(target)",
    ),
)
grader.edits("rounds_the_share", **rounded(HITS))
grader.edit(
    "returns_a_list",
    "This is a list of the accuracies. Return a dict, {k: accuracy}, so that each one says which k "
    "it is for.",
    old=f"{{k: {HITS} for k in ks}}",
    new=f"[{HITS} for k in ks]",
)
grader.edit(
    "leaves_out_what_is_too_large",
    "A k above the number of classes has no entry. It needs one: every example is right there.",
    old="for k in ks}",
    new="for k in ks if k <= logits.shape[1]}",
)
grader.edit(
    "calls_it_by_another_k",
    "A k above the number of classes has no entry of its own, as where `min(k, C)` is the key. "
    "Clamp what you give `topk`, and keep the k of `ks` as the key.",
    old="return {k:",
    new="return {min(k, logits.shape[1]):",
)
grader.edit(
    "gives_the_error",
    "This is 1 minus the accuracy: the top-k *error*, the share of the examples that are wrong.",
    old=HITS,
    new=f"1 - {HITS}",
)
grader.edits(
    "divides_by_another_number",
    "The hits are divided by the number of classes, as with `logits.shape[1]`, or of the values of "
    "k. Divide by the number of examples.",
    old="len(target)",
    news=("logits.shape[1]", "len(logits[0])"),
    idea="mean_over_the_wrong_count",
)
grader.edit(
    "compares_with_a_row",
    "Each row was compared with the targets of all examples, (N,), and not with its own, or the "
    "shapes did not fit. Make `target` a column, (N, 1): `target[:, None]`.",
    old="target[:, None]",
    new="target",
    idea="column_meets_row",
)
grader.edit(
    "looks_in_all_rows",
    "An example counts as right where its class is among the best k of *any* example, as with "
    "`torch.isin(target, best)`. Compare each row with its own target: `target[:, None]`.",
    old="hits[:, :k].sum()",
    new="torch.isin(target, best[:, :k]).sum()",
    idea="every_target_in_every_row",
)
grader.edit(
    "views_what_is_not_contiguous",
    "`view` cannot flatten the first k rows of a transposed tensor: its numbers are not one after "
    "the other in memory. `reshape` can, or sum without flattening.",
    old="hits[:, :k].sum()",
    new="hits.t().contiguous().t()[:, :k].t().t().view(-1).float().sum(0)",
)
grader.edits(
    "takes_softmax_first",
    "Softmax gives every class exactly 0 whose score is far below the best, and then these are "
    "ties: their order is lost. Compare the raw scores, which softmax would not reorder.",
    old="hits[:, :k]",
    news=[
        f"(logits.softmax(dim=1){best} == target[:, None])[:, :k]"
        for best in (
            ".topk(min(max(ks), logits.shape[1]), dim=1).indices",
            ".topk(min(k, logits.shape[1]), dim=1).indices",
            ".argsort(dim=1, descending=True)",
            ".sort(dim=1, descending=True, stable=True).indices",
        )
    ]
    + ["(((p := logits.softmax(1)) > p.gather(1, target[:, None])).sum(1) < k)"],
    idea="exponential_overflows",
)
grader.edits(
    "rounds_the_scores",
    "Scores that are close in float64 become ties in float32, as with `.float()`, and their order "
    "is lost. Compare them in their own dtype.",
    old="best = logits.topk(",
    news=(
        "best = logits.float().topk(",
        "best = logits.to(torch.float32).topk(",
        "hits = (s := logits.float()) > s.gather(1, target[:, None])\n"
        "return {k: (hits.sum(dim=1) < k).sum().item() / len(target) for k in ks}\n"
        "best = logits.topk(",
    ),
    idea="dtype_not_kept",
)


@grader.misconception(idea="off_by_one")
def looks_at_one_too_many(logits, target, ks):
    """The accuracy at k is the one at k + 1, as with `rank <= k` where ranks begin with 0: fewer
    than k classes may have a larger score."""
    rank = (logits > logits.gather(1, target[:, None])).sum(dim=1)
    return {k: (rank <= k).double().mean().item() for k in ks}


@grader.misconception
def takes_0_for_a_score_below_0(logits, target, ks):
    """An example whose own class has a score below 0 is ranked as if that score were 0, as where
    the scores are multiplied by a one-hot target and the largest product is taken. Pick the score
    itself: `gather`."""
    own = (logits * torch.nn.functional.one_hot(target, logits.shape[1])).amax(dim=1, keepdim=True)
    rank = (logits > own).sum(dim=1)
    return {k: (rank < k).double().mean().item() for k in ks}


@grader.misconception
def pairs_them_in_another_order(logits, target, ks):
    """The accuracies are right, but some belong to another k, as where `ks` was sorted first.
    Compute each one with the k that it is returned for."""
    right = topk_accuracy(logits, target, sorted(ks))
    return dict(zip(ks, right.values(), strict=True))


@grader.misconception(**changed_in_place("logits"))
def strikes_out_the_best(logits, target, ks):
    accuracy = topk_accuracy(logits, target, ks)
    logits[torch.arange(len(logits)), logits.argmax(dim=1)] = -torch.inf
    return accuracy


@grader.misconception(**changed_list("ks", "`sorted(ks)`"))
def sorts_the_list(logits, target, ks):
    accuracy = topk_accuracy(logits, target, ks)
    if isinstance(ks, list):
        ks.sort()
    return accuracy


grader.equivalent(
    "best = logits.topk(min(max(ks), logits.shape[1]), dim=1).indices -> "
    "best = logits.topk(min(max(ks), logits.shape[1])).indices",
    "`topk` takes the last dimension if it is not told otherwise, and that is the one of the "
    "classes",
)
