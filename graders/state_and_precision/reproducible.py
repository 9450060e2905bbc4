import random
from itertools import chain

import numpy as np
import torch
from torch import nn

from torchkata import Grader, parts

grader = Grader(
    points=3,
    level=3,
    after=("data_and_models/data_loaders",),
    hints=(
        "Who draws, and from which generator? The layers and Dropout from torch's global one. And "
        "the loader?",
        "`torch.manual_seed(seed)` has to come before the layers draw.",
        "A `torch.Generator()` of its own, seeded by `seed`, goes to the DataLoader as "
        "`generator=`: nobody else draws from it.",
    ),
)


@grader.observe
def several_runs(answer, seed, make_model, examples, batch_size):
    """The same run three times, with other draws before and during it, and runs of other seeds."""

    def run(seed, make_model, before=3):
        torch.manual_seed(500 + before)
        return one_run(answer(seed, make_model, examples, batch_size), before)

    first, again = run(seed, make_model), run(seed, make_model, before=11)
    larger = run(seed, lambda: nn.Sequential(make_model(), nn.Linear(3, 2)))
    others = [run((seed + more) % 1000001, make_model) for more in (1, 2, 1000)]
    same = {"weights": first["weights"], "drawn after the call": first["drawn after the call"]}
    return {
        "returned": first["returned"],
        "sizes of the batches": first["sizes"],
        "each example once in an epoch": [
            sorted(order) == [*examples] for order in first["orders"]
        ],
        "in the order of the examples": first["orders"][0] == sorted(first["orders"][0]),
        "epoch 2 in the order of epoch 1": first["orders"][0] == first["orders"][1],
        "as before with the same seed": {name: again[name] == same[name] for name in same},
        "orders of two epochs as before": {
            "if more is drawn while it trains": again["orders"] == first["orders"],
            "with a larger model": larger["orders"] == first["orders"],
        },
        "other seeds that give the same": {
            name: sum(other[name] == first[name] for other in others)
            for name in ("weights", "drawn after the call", "orders")
        },
    }


def one_run(returned, draws):
    """The weights, what is drawn next, and two epochs, in which others draw from all generators."""
    seen = parts(returned, "model", "loader")
    model, loader = seen["model"], seen["loader"]
    weights = [param.tolist() for param in model.parameters()]
    run = {"returned": seen["returned"], "weights": weights}
    run["drawn after the call"] = torch.rand(3).tolist()
    run["orders"], run["sizes"] = [], []
    pythons, numpys = random.getstate(), np.random.get_state()
    for _ in range(2):
        batches = []
        for batch in loader:
            batches.append(batch.tolist())
            torch.rand(draws), np.random.rand(draws), random.randbytes(draws)
        run["orders"].append(list(chain(*batches)))
        run["sizes"].append([len(batch) for batch in batches])
    random.setstate(pythons), np.random.set_state(numpys)
    return run


def some(seed, make_model, batch_size):
    """20 to 40 examples, each of which is its own number."""
    return seed, make_model, range(random.randint(20, 40)), batch_size


@grader.case
def any_seed():
    """A seed from 1 to 900000, a small model, and batches of 3 to 7."""
    seed, batch_size = random.randint(1, 900000), random.randint(3, 7)
    return some(seed, lambda: nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)), batch_size)


@grader.case
def seed_0():
    """The seed 0, a model with Dropout, and batches of 4."""
    return some(0, lambda: nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5)), 4)


@grader.case
def largest_seed():
    """The seed 1000000, a convolution, and single examples."""
    return some(1000000, lambda: nn.Conv2d(1, 2, 3), 1)


@grader.case
def one_batch():
    """All examples in one batch, which would hold more; the seed is that of many tutorials, 42."""
    return some(42, lambda: nn.Linear(4, 2), 64)


@grader.case
def as_in_the_docstring():
    """The seed 3 of the docstring, 20 examples, and batches of 5."""
    return 3, lambda: nn.Linear(1, 1), range(20), 5


grader.edit(
    "shuffles_with_the_global_generator",
    "The loader draws from torch's global generator, so the order of the examples changes with "
    "what the model has drawn, and with every Dropout. Give it a generator of its own: "
    "`generator=`.",
    '{"shuffle": True, "generator": generator}',
    '{"shuffle": True}',
    idea="one_generator_for_all",
)

MODEL = "model = make_model()"
SEEDED = "torch.manual_seed(seed)\n"
OWN = "generator = torch.Generator().manual_seed(seed)"
SHUFFLED = 'shuffled = {"shuffle": True, "generator": generator}'
BOTH = f"\n    {SEEDED}    {MODEL}\n"
RETURNED = "return model, torch.utils.data.DataLoader(examples, batch_size, **shuffled)"

grader.edits(
    "takes_the_global_generator_for_an_own_one",
    "The order of the examples changes with what is drawn while the model is trained, as where it "
    "comes from a global generator (torch's, Python's or numpy's), from which others draw, too. "
    "`torch.manual_seed(...)` returns torch's global one; an own one is "
    "`torch.Generator().manual_seed(seed)`.",
    OWN,
    ["generator = torch.manual_seed(seed)", "generator = torch.random.manual_seed(seed)"],
    idea="one_generator_for_all",
)
grader.edits(
    "seeds_the_loader_from_what_is_left",
    "The order of the examples changes with the model: the generator's seed is drawn from the "
    "global generator after the layers have drawn. Seed it by `seed`.",
    OWN,
    [
        "generator = torch.Generator().manual_seed(int(torch.randint(2**31, ())))",
        "generator = torch.Generator(); generator.set_state(torch.get_rng_state())",
    ],
    idea="one_generator_for_all",
)
grader.edit(
    "seeds_the_loader_alone",
    "The weights are others each time: the layers draw from torch's global generator, which was "
    "not seeded (those of Python and numpy are others). `torch.manual_seed(seed)` before the model "
    "is made.",
    BOTH,
    f"\n    {MODEL}\n",
    idea="unseeded",
)
grader.edits(
    "takes_seed_0_for_none",
    "With the seed 0 the weights are others each time, as where `if seed:` asks whether there is "
    "one: 0 counts as False. It is a seed like the others.",
    f"{BOTH}    {OWN}\n",
    [
        f"\n    generator = torch.Generator()\n    {otherwise}if seed:\n        {SEEDED}"
        f"        generator.manual_seed(seed)\n    {MODEL}\n"
        for otherwise in ("", "generator.seed()\n    ")
    ],
    idea="zero_for_not_given",
)
grader.edit(
    "seeds_after_the_model",
    "The weights are others each time: the generator was seeded when the layers had drawn already. "
    "Seed it before `make_model()`.",
    BOTH,
    f"\n    {MODEL}\n    {SEEDED}",
    idea="seeded_too_late",
)
grader.edits(
    "seeds_by_a_fixed_number",
    "The weights are the same for every seed, as where a fixed number is the seed. Use `seed`.",
    BOTH,
    [f"\n    torch.manual_seed({number})\n    {MODEL}\n" for number in (0, 1, 7, 42, 1234)],
    idea="seed_ignored",
)
grader.edits(
    "shuffles_by_a_fixed_number",
    "The order of the examples is the same for every seed, as with a fixed number, or with a "
    "`torch.Generator()` that is not seeded: a new one always begins at the same place. Use "
    "`seed`.",
    OWN,
    [
        "generator = torch.Generator()",
        *(f"generator = torch.Generator().manual_seed({number})" for number in (0, 1, 42)),
    ],
    idea="seed_ignored",
)
grader.edits(
    "seeds_everything_by_a_fixed_number",
    "Weights and orders are the same for every seed: `seed` is not used. Seed both generators by "
    "it.",
    f"{BOTH}    {OWN}\n",
    [
        f"\n    torch.manual_seed({number})\n    {MODEL}\n"
        f"    generator = torch.Generator().manual_seed({number})\n"
        for number in (0, 42)
    ],
    idea="seed_ignored",
)
grader.edits(
    "seeds_everything_by_chance",
    "Nothing comes again: neither the weights nor the orders follow from `seed`.",
    f"{BOTH}    {OWN}\n",
    [
        f"\n    {MODEL}\n    generator = None\n",
        f"\n    torch.seed()\n    {MODEL}\n    generator = None\n",
        f"\n    {MODEL}\n    generator = torch.default_generator\n",
    ],
    idea="unseeded",
)
grader.edits(
    "keeps_the_global_generator_unseeded",
    "Weights and orders come again, but what is drawn after the call does not follow from the "
    "seed, so Dropout is another one each time, as where `fork_rng` puts the global generator "
    "back. Leave it seeded.",
    BOTH,
    [
        f"\n    {SEEDED}    {MODEL}\n    torch.seed()\n",
        f"\n    with torch.random.fork_rng():\n        {SEEDED}        {MODEL}\n",
    ],
    idea="unseeded",
)
grader.edit(
    "does_not_shuffle",
    "The examples come in their own order in each epoch. Shuffle: `shuffle=True`.",
    SHUFFLED,
    'shuffled = {"shuffle": False, "generator": generator}',
    idea="unshuffled_training",
)
grader.edits(
    "shuffles_once",
    "Every epoch has the same order, as where the examples are shuffled before the loader is made, "
    "or where the seed is set at the beginning of each epoch. Seed once, before the first epoch.",
    RETURNED,
    [
        "order = torch.randperm(len(examples), generator=generator).tolist(); return model, "
        "torch.utils.data.DataLoader(torch.utils.data.Subset(examples, order), batch_size)",
        "return model, list(torch.utils.data.DataLoader(examples, batch_size, **shuffled))",
    ],
    idea="shuffled_once",
)
grader.edits(
    "draws_with_replacement",
    "Some examples come several times in an epoch, and others not at all, as where they are drawn "
    "with replacement. Each is to come once in every epoch, in another order: `shuffle=True`.",
    SHUFFLED,
    [
        f'shuffled = {{"sampler": torch.utils.data.{sampler}, "generator": generator}}'
        for sampler in (
            "RandomSampler(examples, replacement=True, generator=generator)",
            "WeightedRandomSampler([1.0] * len(examples), len(examples), generator=generator)",
        )
    ],
    idea="with_replacement",
)
grader.edit(
    "leaves_out_the_smaller_batch",
    "The last batch is left out where it is smaller. Without `drop_last` it comes as well.",
    SHUFFLED,
    'shuffled = {"shuffle": True, "generator": generator, "drop_last": True}',
    idea="last_batch_left_out",
)
grader.edit(
    "gives_single_examples",
    "Each batch has one example: `batch_size` was not given to the loader.",
    RETURNED,
    "return model, torch.utils.data.DataLoader(examples, **shuffled)",
    idea="argument_not_used",
)
grader.edit(
    "returns_a_list",
    "A list comes back. A tuple is asked for: `return model, loader`.",
    RETURNED,
    "return [model, torch.utils.data.DataLoader(examples, batch_size, **shuffled)]",
    idea="list_for_tuple",
)

grader.not_here(
    "generator seeded: torch.manual_seed",
    reason="To seed torch's global generator is what is asked for.",
)
grader.not_here(
    "example not a case: call 4",
    reason="A case is run with its seed and with others, and this call is one of the others.",
)
