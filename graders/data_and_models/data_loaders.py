import random

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from torchkata import Grader

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("data_and_models/image_dataset",),
    hints=(
        "Which of the two loaders shuffles? Compare the orders of two epochs, and of two runs.",
        "`DataLoader` has an argument `generator`: where its random numbers come from.",
        "`torch.Generator().manual_seed(seed)` is a generator that nobody else draws from: give it "
        "to the training loader alone.",
    ),
)


@grader.observe
def orders(answer, train_set, val_set, batch_size, seed):
    torch.manual_seed(1234 + seed)
    before = torch.get_rng_state()
    loaders = answer(train_set, val_set, batch_size, seed)
    seen = {
        "returned": kinds_of(loaders),
        "seeds torch's global generator": torch.initial_seed() != 1234 + seed,
        "changes torch's global generator": not torch.equal(before, torch.get_rng_state()),
    }
    if not isinstance(loaders, (tuple, list)) or not all(map(can_be_iterated, loaders)):
        return seen
    first, validations = epochs_of(loaders)
    reseeded = torch.initial_seed() != 1234 + seed
    again = epochs_among_others(lambda: answer(train_set, val_set, batch_size, seed))
    alone, _ = epochs_of(answer(train_set, val_set, batch_size, seed), validate=False)
    other, _ = epochs_of(answer(train_set, val_set, batch_size, seed + 1), validate=False)
    given, given_val = ([numbers(item) for item in data] for data in (train_set, val_set))
    seen |= {
        "seeds it by the end of the training": reseeded,
        "len(train_loader), len(val_loader)": [len(loader) for loader in loaders],
        "sizes of the training batches": [[len(b) for b in epoch] for epoch in first],
        "all examples come in an epoch": [set(given) <= set(flat(epoch)) for epoch in first],
        "an example comes again in an epoch": [
            len(set(flat(epoch))) < len(flat(epoch)) for epoch in first
        ],
        "sizes of the validation batches": [[len(b) for b in epoch] for epoch in validations],
        "examples of each validation, sorted": [sorted(flat(epoch)) for epoch in validations],
    }
    # Of a few examples two orders may be the same by chance.
    if len(val_set) >= 10:
        seen["validations in the order of the data set"] = [
            flat(epoch) == given_val for epoch in validations
        ]
        seen["validations in the order of the first"] = same(validations[:1] * 3, validations)
    if len(train_set) < 12:
        return seen
    return seen | {
        "epoch 1 is in the order of the data set": flat(first[0]) == given,
        "epochs 2 and 3 are in the order of epoch 1": same(first[:1] * 2, first[1:]),
        "the same orders in a run that draws other numbers": same(first, again),
        "the same orders in a run without validation": same(first, alone),
        "with another seed the same orders": same(first, other),
    }


def epochs_among_others(made):
    """The epochs of a run that draws other numbers, too; Python's and NumPy's are put back."""
    kept = random.getstate(), np.random.get_state()
    epochs, _ = epochs_of(made(), before=draw_others)
    random.setstate(kept[0])
    np.random.set_state(kept[1])
    return epochs


def draw_others():
    """What another part of a run draws."""
    return torch.rand(3), np.random.rand(3), random.random()


def flat(epoch):
    return [number for batch in epoch for number in batch]


def same(epochs, others):
    return [one == two for one, two in zip(epochs, others, strict=True)]


def kinds_of(loaders):
    if not isinstance(loaders, (tuple, list)):
        return type(loaders).__name__
    return [
        "DataLoader" if isinstance(loader, DataLoader) else type(loader).__name__
        for loader in loaders
    ] + [f"with {n} workers" for n in (getattr(x, "num_workers", 0) for x in loaders) if n]


def can_be_iterated(loader):
    return isinstance(loader, DataLoader) and loader.num_workers == 0


def epochs_of(loaders, validate=True, before=lambda: None):
    """The batches of three epochs of training, each with a validation after it."""
    train_loader, val_loader = loaders
    training, validation = [], []
    for _ in range(3):
        before()
        training.append([numbers(batch) for batch in train_loader])
        if validate:
            validation.append([numbers(batch) for batch in val_loader])
    return training, validation


def numbers(batch):
    """What an example, or each of a batch, is recognised by."""
    found = batch[1] if isinstance(batch, (tuple, list)) else batch
    return found.tolist() if isinstance(found, torch.Tensor) else found


def drawn(count):
    """Examples of 3 inputs, each with a target that no other has."""
    return TensorDataset(torch.randint(256, (count, 3)), torch.randperm(1000)[:count])


@grader.case
def smaller_last_batches():
    """22 examples for training and 10 for validation, in batches of 8."""
    return drawn(22), drawn(10), 8, 3


@grader.case
def full_batches():
    """24 examples for training and 12 for validation, in batches of 4; the seed is 0."""
    return drawn(24), drawn(12), 4, 0


@grader.case
def batches_of_one():
    """13 examples for training and 3 for validation, one by one."""
    return drawn(13), drawn(3), 1, 7


@grader.case
def one_large_batch():
    """12 examples for training and 14 for validation, where a batch could hold 50."""
    return drawn(12), drawn(14), 50, 42


@grader.case
def one_example_each():
    """A list of one number for training, and one for validation."""
    return torch.randint(100, (1,)).tolist(), torch.randint(100, (1,)).tolist(), 2, 5


@grader.case
def as_in_the_docstring():
    """The example of the docstring: 7 numbers and 3 numbers, in batches of 2."""
    digits = list(range(10))
    return digits[:7], digits[7:], 2, 0


from solutions.data_and_models.data_loaders import data_loaders

TRAIN = "DataLoader(train_set, batch_size, shuffle=True, generator=generator)"
VAL = "DataLoader(val_set, batch_size)"

grader.edit(
    "shuffles_the_validation",
    "The examples of the validation come in a random order. It changes no mean, but the outputs of "
    "two epochs cannot be compared any more: leave `shuffle` out for `val_loader`.",
    old=VAL,
    new="DataLoader(val_set, batch_size, shuffle=True)",
    idea="shuffled_validation",
)
grader.edit(
    "never_shuffles",
    "The training examples come in the order of the data set, in every epoch. If it is sorted by "
    "class, whole batches are of one class: `shuffle=True`.",
    old=TRAIN,
    new="DataLoader(train_set, batch_size, generator=generator)",
    idea="unshuffled_training",
)
grader.edit(
    "shuffles_the_wrong_one",
    "The validation is shuffled, and the training is not: it should be the other way round.",
    old="train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)\n"
    "return train_loader, DataLoader(val_set, batch_size)",
    new="train_loader = DataLoader(train_set, batch_size)\n"
    "return train_loader, DataLoader(val_set, batch_size, shuffle=True, generator=generator)",
)
grader.edit(
    "leaves_out_the_last_examples",
    "The last, smaller batch of the training is left out, so some examples are missing in each "
    "epoch, as with `drop_last=True`. Leave it at its default.",
    old=TRAIN,
    new=TRAIN.replace("shuffle=True", "shuffle=True, drop_last=True"),
    idea="last_batch_left_out",
)
grader.edit(
    "leaves_out_the_last_of_both",
    "The last, smaller batch of both loaders is left out, as with `drop_last=True`: some examples "
    "are not trained on in an epoch, and some are never validated. Leave it at its default.",
    old=f"train_loader = {TRAIN}\nreturn train_loader, {VAL}",
    new=f"train_loader = {TRAIN}\nreturn train_loader, {VAL}".replace(
        "batch_size", "batch_size, drop_last=True"
    ),
    idea="last_batch_left_out",
)
grader.edit(
    "never_validates_the_last_examples",
    "The last, smaller batch of the validation is left out, as with `drop_last=True`: those "
    "examples are never looked at. Leave it at its default.",
    old=VAL,
    new="DataLoader(val_set, batch_size, drop_last=True)",
    idea="last_batch_left_out",
)
grader.edit(
    "forgets_the_seed",
    "Two runs with the same seed have different orders: nothing gives `seed` to the generator that "
    "the training loader draws from, as where `generator=` is left out.",
    old=TRAIN,
    new="DataLoader(train_set, batch_size, shuffle=True)",
    idea="unseeded",
)
grader.edits(
    "takes_0_for_no_seed",
    "With the seed 0 two runs have different orders, as where `if seed:` asks whether there is "
    "one: that is false of 0, too. Seed with 0 as with any other number.",
    old="generator = torch.Generator().manual_seed(seed)",
    news=[
        "generator = torch.Generator()\nif seed:\n    generator.manual_seed(seed)\n"
        "else:\n    generator.seed()",
        "generator = torch.Generator().manual_seed(seed) if seed else None",
    ],
)
grader.edits(
    "always_has_the_same_seed",
    "Another seed gives the same orders: the generator is seeded with a fixed number, or not at "
    "all, and a new `torch.Generator()` begins with the same number each time. Use `seed`.",
    old=".manual_seed(seed)",
    news=[".manual_seed(0)", ".manual_seed(42)", ""],
    idea="seed_ignored",
)
grader.edit(
    "sets_the_global_seed",
    "The loader draws from torch's global generator, which `torch.manual_seed` seeds and returns: "
    "the orders depend on what else is drawn in between. `torch.Generator().manual_seed(seed)` is "
    "a generator of its own.",
    old="generator = torch.Generator().manual_seed(seed)\n"
    "train_loader = DataLoader(train_set, batch_size, shuffle=True, generator=generator)",
    new="torch.manual_seed(seed)\ntrain_loader = DataLoader(train_set, batch_size, shuffle=True)",
    idea="global_seed",
)
grader.edit(
    "shares_the_generator",
    "Both loaders draw from one generator, as each does when it is iterated, even one that does "
    "not shuffle. So the orders depend on whether there was a validation: give it to the training "
    "loader alone.",
    old=VAL,
    new="DataLoader(val_set, batch_size, generator=generator)",
    idea="shared_generator",
)
grader.edit(
    "validates_one_by_one",
    "The batches of the validation have one example each: `batch_size` is for both loaders.",
    old=VAL,
    new="DataLoader(val_set)",
)
grader.edit(
    "validates_in_one_batch",
    "The validation is one single batch. A real one would not fit into memory: `batch_size` is for "
    "both loaders.",
    old=VAL,
    new="DataLoader(val_set, batch_size=len(val_set))",
)
grader.edit(
    "validates_in_larger_batches",
    "The batches of the validation are larger than asked for. Without gradients that would fit, "
    "but here `batch_size` is for both loaders.",
    old=VAL,
    new="DataLoader(val_set, batch_size=2 * batch_size)",
)
grader.edit(
    "gives_no_batch_size",
    "The batches have one example each, the default: `batch_size` reaches neither loader.",
    old=f"train_loader = {TRAIN}\nreturn train_loader, {VAL}",
    new=f"train_loader = {TRAIN}\nreturn train_loader, {VAL}".replace(" batch_size,", "").replace(
        ", batch_size", ""
    ),
)
grader.edit(
    "validates_on_the_training_set",
    "The second loader has the training examples, too. A model that has learned them by heart "
    "looks perfect there: use `val_set`.",
    old=VAL,
    new="DataLoader(train_set, batch_size)",
    idea="validated_on_training_data",
)
grader.edit(
    "returns_the_validation_first",
    "Both loaders are there, but in the other order: the one for training comes first.",
    old=f"return train_loader, {VAL}",
    new=f"return {VAL}, train_loader",
    idea="swapped_pair",
)
grader.edit(
    "returns_iterators",
    "These are iterators, as `iter(loader)` gives them: empty after the first epoch. Return the "
    "loaders themselves; each `for` loop makes a new iterator.",
    old=f"return train_loader, {VAL}",
    new=f"return iter(train_loader), iter({VAL})",
)
grader.edit(
    "returns_lists_of_batches",
    "These are lists of batches: they need the memory of the whole data set, and each epoch has "
    "the same batches again. Return the loaders themselves.",
    old=f"return train_loader, {VAL}",
    new=f"return list(train_loader), list({VAL})",
)
grader.edit(
    "returns_the_training_loader_alone",
    "There is only one loader. Return two: `return train_loader, val_loader`.",
    old=f"return train_loader, {VAL}",
    new="return train_loader",
)
grader.edits(
    "starts_workers",
    "The loaders have worker processes. Leave `num_workers` at 0: this exercise loads its examples "
    "in the main process.",
    old=f"train_loader = {TRAIN}\nreturn train_loader, {VAL}",
    news=[
        f"train_loader = {TRAIN}\nreturn train_loader, {VAL}".replace(
            "batch_size", f"batch_size, num_workers={n}"
        )
        for n in (1, 2, 4)
    ],
)


@grader.misconception(idea="shuffled_once")
def shuffles_once(train_set, val_set, batch_size, seed):
    """All epochs have the same order: the data set was shuffled once, before the loader was made,
    or the generator begins again in each epoch. Let the loader shuffle: `shuffle=True`."""
    order = torch.randperm(len(train_set), generator=torch.Generator().manual_seed(seed)).tolist()
    shuffled = torch.utils.data.Subset(train_set, order)
    return DataLoader(shuffled, batch_size), DataLoader(val_set, batch_size)


@grader.misconception(idea="with_replacement")
def draws_with_replacement(train_set, val_set, batch_size, seed):
    """Some examples come several times in an epoch, and others do not come at all, as with
    `replacement=True`. In an epoch, each example comes once."""
    order = _Drawn(len(train_set), seed)
    return DataLoader(train_set, batch_size, sampler=order), DataLoader(val_set, batch_size)


class _Drawn:
    def __init__(self, count, seed):
        self.count, self.generator = count, torch.Generator().manual_seed(seed)

    def __len__(self):
        return self.count

    def __iter__(self):
        drawn = torch.randint(self.count, (self.count,), generator=self.generator)
        return iter(drawn.tolist())


@grader.misconception(idea="global_seed")
def seeds_everything_first(train_set, val_set, batch_size, seed):
    """`torch.manual_seed` seeds what everything else draws from, too, and two models that should
    differ begin with the same weights. `torch.Generator().manual_seed(seed)` is enough."""
    torch.manual_seed(seed)
    return data_loaders(train_set, val_set, batch_size, seed)


@grader.misconception
def draws_while_it_makes_them(train_set, val_set, batch_size, seed):
    """The loaders are right, but making them draws from torch's global generator, as where a loader
    is iterated to look at a batch: a model that is made afterwards has other initial weights. Draw
    nothing from it here."""
    loaders = data_loaders(train_set, val_set, batch_size, seed)
    next(iter(loaders[1]))
    return loaders


@grader.misconception(idea="global_seed")
def draws_from_a_global_generator(train_set, val_set, batch_size, seed):
    """The orders change if something else draws random numbers in between, as with the global
    generator of NumPy (`np.random.seed`) or of `random`, which all parts of a run share. Draw from
    a generator of your own."""
    random.seed(seed)
    np.random.seed(seed)
    order = _Mixed(range(len(train_set)))
    return DataLoader(train_set, batch_size, sampler=order), DataLoader(val_set, batch_size)


class _Mixed(list):
    def __iter__(self):
        return iter(np.random.permutation(len(self)).tolist())


@grader.misconception(idea="global_seed")
def seeds_in_each_epoch(train_set, val_set, batch_size, seed):
    """The orders are right, but the loader seeds torch's global generator when it is iterated, and
    dropout draws from that, too. Draw the orders from a generator of your own."""
    order = _Reseeded(len(train_set), seed)
    return DataLoader(train_set, batch_size, sampler=order), DataLoader(val_set, batch_size)


class _Reseeded(_Drawn):
    def __iter__(self):
        self.epoch = getattr(self, "epoch", -1) + 1
        torch.manual_seed(self.generator.initial_seed() + 1000 * self.epoch)
        return iter(torch.randperm(self.count).tolist())
