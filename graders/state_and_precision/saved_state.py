import random

from torchkata import Grader, called

grader = Grader(
    points=2,
    level=2,
    after=("state_and_precision/checkpoint",),
    hints=(
        "Print `model.state_dict()`, `optimizer.state_dict()` and `scheduler.state_dict()` after a "
        "few steps. What is in them, and what is not?",
        "A state_dict holds tensors and settings that a class has declared as its state. What of "
        "the model is neither a parameter nor a (persistent) buffer?",
        "A pickled object brings all its attributes. But `.grad` belongs to a tensor, and is not "
        "saved with it; and a seed is where a generator began, not where it is.",
    ),
)


@grader.observe
def what_comes_back(answer, saved):
    returned, changes = called(answer, saved=saved)
    return {"what comes back": returned} | changes


PARAMETERS, MODEL_STATE, MODEL = "list(model.parameters())", "model.state_dict()", "model"
OPTIMIZER, SCHEDULER = "optimizer.state_dict()", "scheduler.state_dict()"
GENERATOR, DROPOUT, SEED = "generator.get_state()", "torch.get_rng_state()", "torch.initial_seed()"
ALL = PARAMETERS, MODEL_STATE, MODEL, OPTIMIZER, SCHEDULER, GENERATOR, DROPOUT, SEED


def with_some(entry, *others):
    """The entry, and none to all of the others, in any order."""
    entries = [entry, *random.sample(others, random.randint(0, len(others)))]
    return (random.sample(entries, len(entries)),)


@grader.case
def parameters():
    """The parameters, and maybe something beside the model."""
    return with_some(PARAMETERS, OPTIMIZER, SCHEDULER, GENERATOR, SEED)


@grader.case
def state_of_the_model():
    """The state_dict of the model, and maybe more."""
    return with_some(MODEL_STATE, OPTIMIZER, GENERATOR, DROPOUT, SEED)


@grader.case
def whole_model():
    """The model itself, pickled, and maybe more."""
    return with_some(MODEL, SCHEDULER, GENERATOR, SEED)


@grader.case
def state_of_the_optimizer():
    """The state_dict of the optimizer, and maybe more."""
    return with_some(OPTIMIZER, GENERATOR, DROPOUT, SEED)


@grader.case
def state_of_the_scheduler():
    """The state_dict of the scheduler, and maybe more."""
    return with_some(SCHEDULER, PARAMETERS, MODEL_STATE, DROPOUT)


@grader.case
def state_of_the_generator():
    """The state of `generator`, and maybe more."""
    return with_some(GENERATOR, MODEL_STATE, OPTIMIZER, SCHEDULER)


@grader.case
def state_of_the_global_generator():
    """The state of torch's global generator, and maybe more."""
    return with_some(DROPOUT, PARAMETERS, OPTIMIZER, SCHEDULER)


@grader.case
def only_a_seed():
    """The seed of torch's global generator, and maybe something beside the model."""
    return with_some(SEED, PARAMETERS, OPTIMIZER, SCHEDULER)


@grader.case
def all_of_them():
    """Six to eight of the eight entries, among them those of the optimizer and the scheduler."""
    left_out = random.sample([one for one in ALL if one not in (OPTIMIZER, SCHEDULER)], 2)
    entries = [one for one in ALL if one not in left_out[: random.randint(0, 2)]]
    return (random.sample(entries, len(entries)),)


@grader.case
def nothing():
    """An empty file."""
    return ([],)


@grader.case
def as_in_the_docstring():
    """The example of the docstring: the state of the generator alone."""
    return ([GENERATOR],)


grader.edit(
    "finds_the_running_mean_in_the_parameters",
    "The running mean of BatchNorm is a buffer and no parameter: `list(model.parameters())` does "
    "not have it.",
    '"running mean": ["model.state_dict()", "model"]',
    '"running mean": ["list(model.parameters())", "model.state_dict()", "model"]',
    idea="buffer_for_parameter",
)

WHOLE = '"weights": ["list(model.parameters())", "model.state_dict()", "model"]'
RUNNING = '"running mean": ["model.state_dict()", "model"]'
RETURNED = "return {name: any(one in saved for one in those) for name, those in sources.items()}"

grader.edit(
    "loses_the_running_mean",
    "The running mean of BatchNorm is in the model's state_dict, as all buffers are that are "
    "persistent.",
    RUNNING,
    '"running mean": ["model"]',
    idea="buffers_left_out",
)
grader.edit(
    "finds_every_buffer_in_the_state",
    "A buffer that is registered with `persistent=False` is not in the state_dict: that is what "
    "the argument means. A pickled model has it.",
    '"buffer": ["model"]',
    '"buffer": ["model.state_dict()", "model"]',
    idea="state_has_all",
)
grader.edit(
    "loses_the_buffer_with_the_model",
    "A pickled model has all its attributes, the buffer with `persistent=False` as well: that one "
    "is only left out of the state_dict.",
    '"buffer": ["model"]',
    '"buffer": []',
    idea="pickle_has_tensors_alone",
)
grader.edit(
    "finds_the_classes_in_the_state",
    "A state_dict has parameters and buffers. `model.classes` is a plain attribute, so it is not "
    "in there, and with classes in another order every prediction has a wrong name. Save the list "
    "beside it.",
    '"classes": ["model"]',
    '"classes": ["model.state_dict()", "model"]',
    idea="state_has_all",
)
grader.edit(
    "finds_what_is_frozen_in_the_state",
    "A state_dict has the numbers of the parameters, and not their `requires_grad`: after a new "
    "start nothing is frozen until the script does it again.",
    '"frozen": ["model"]',
    '"frozen": ["model.state_dict()", "model"]',
    idea="state_has_all",
)
grader.edit(
    "finds_what_is_frozen_in_the_parameters",
    "Only the numbers are copied here, so the parameters of the new model are as frozen as they "
    "were: not at all.",
    '"frozen": ["model"]',
    '"frozen": ["list(model.parameters())", "model"]',
    idea="state_has_all",
)
grader.edit(
    "finds_all_of_the_model_in_its_state",
    "A state_dict has parameters and persistent buffers, and nothing else of the model: no plain "
    "attribute, no `requires_grad`, no buffer with `persistent=False`.",
    """
    "buffer": ["model"],
    "classes": ["model"],
    "frozen": ["model"],
    """,
    """
    "buffer": ["model.state_dict()", "model"],
    "classes": ["model.state_dict()", "model"],
    "frozen": ["model.state_dict()", "model"],
    """,
    idea="state_has_all",
)
grader.edit(
    "thaws_the_pickled_model",
    "A pickled model brings `requires_grad` of its parameters: what was frozen is frozen.",
    '"frozen": ["model"]',
    '"frozen": []',
    idea="pickle_has_tensors_alone",
)
grader.edit(
    "loses_the_classes_with_the_model",
    "A pickled model brings its plain attributes, `model.classes` among them. That is what a "
    "state_dict does not do.",
    '"classes": ["model"]',
    '"classes": []',
    idea="pickle_has_tensors_alone",
)
grader.edits(
    "finds_gradients_in_the_optimizer",
    "An optimizer's state_dict has what it has gathered (momentum) and its settings (lr). The "
    "gradients are the parameters' own, `.grad`, and are in none of these.",
    '"gradients": []',
    [
        '"gradients": ["optimizer.state_dict()"]',
        '"gradients": ["model", "optimizer.state_dict()"]',
    ],
    idea="gradients_saved",
)
grader.edits(
    "finds_gradients_in_the_model",
    "Gradients are not saved with a parameter, in a pickled model neither: after loading, `.grad` "
    "is None.",
    '"gradients": []',
    [
        '"gradients": ["model"]',
        '"gradients": ["model.state_dict()"]',
        '"gradients": ["model.state_dict()", "model"]',
        '"gradients": ["list(model.parameters())"]',
        '"gradients": ["list(model.parameters())", "model.state_dict()", "model"]',
        '"gradients": ["list(model.parameters())", "model"]',
    ],
    idea="gradients_saved",
)
grader.edit(
    "finds_the_momentum_in_the_model",
    "The momentum is in the optimizer, and nothing of the model knows it.",
    '"momentum": ["optimizer.state_dict()"]',
    '"momentum": ["optimizer.state_dict()", "model"]',
    idea="state_of_the_optimizer_lost",
)
grader.edit(
    "loses_the_momentum",
    "The momentum is in the optimizer's state_dict, below `state`.",
    '"momentum": ["optimizer.state_dict()"]',
    '"momentum": []',
    idea="state_of_the_optimizer_lost",
)
grader.edit(
    "sets_the_lr_by_the_schedule",
    "Loading a scheduler does not touch the optimizer, which holds the lr: without the "
    "optimizer's state the next step is taken with the first lr.",
    '"lr": ["optimizer.state_dict()"]',
    '"lr": ["optimizer.state_dict()", "scheduler.state_dict()"]',
    idea="lr_in_the_scheduler",
)
grader.edit(
    "keeps_the_lr_in_the_scheduler_alone",
    "The lr is in the optimizer's `param_groups`, and so in its state_dict. The scheduler only "
    "writes it there when it steps.",
    '"lr": ["optimizer.state_dict()"]',
    '"lr": ["scheduler.state_dict()"]',
    idea="lr_in_the_scheduler",
)
grader.edit(
    "asks_for_both_to_know_the_lr",
    "The lr of now is in the optimizer's `param_groups`, so its state_dict alone brings it back. "
    "The scheduler's is needed for the lr after that.",
    RETURNED,
    f"{RETURNED.replace('return', 'back =')}; back['lr'] &= back['schedule']; return back",
    idea="lr_in_the_scheduler",
)
grader.edit(
    "loses_the_lr",
    "The lr is in the optimizer's state_dict, below `param_groups`.",
    '"lr": ["optimizer.state_dict()"]',
    '"lr": []',
    idea="lr_in_the_scheduler",
)
grader.edit(
    "finds_the_schedule_in_the_optimizer",
    "The optimizer knows the lr of now, and not which epoch of the schedule it belongs to: that is "
    "in the scheduler's state_dict.",
    '"schedule": ["scheduler.state_dict()"]',
    '"schedule": ["scheduler.state_dict()", "optimizer.state_dict()"]',
    idea="schedule_begins_again",
)
grader.edits(
    "takes_a_seed_for_the_state_of_dropout",
    "A seed is where a generator began. `torch.manual_seed` puts it back there, so Dropout drops "
    "again what it dropped in the first epochs.",
    '"dropout": ["torch.get_rng_state()"]',
    [
        '"dropout": ["torch.get_rng_state()", "torch.initial_seed()"]',
        '"dropout": ["torch.initial_seed()"]',
    ],
    idea="seed_for_state",
)
grader.edit(
    "shuffles_with_the_global_generator",
    "`generator` is a generator of its own: torch's global one has no part in the shuffling here.",
    '"shuffling": ["generator.get_state()"]',
    '"shuffling": ["generator.get_state()", "torch.get_rng_state()"]',
    idea="one_generator_for_all",
)
grader.edit(
    "shuffles_with_both_generators",
    "The state of `generator` alone decides the shuffling: torch's global generator has no part in "
    "it.",
    RETURNED,
    f"{RETURNED.replace('return', 'back =')}; back['shuffling'] &= back['dropout']; return back",
    idea="one_generator_for_all",
)
grader.edit(
    "shuffles_with_the_seed",
    "The seed is that of torch's global generator, and one where it began. The examples are "
    "shuffled by `generator`, which has its own state.",
    '"shuffling": ["generator.get_state()"]',
    '"shuffling": ["generator.get_state()", "torch.initial_seed()"]',
    idea="one_generator_for_all",
)
grader.edit(
    "drops_with_the_generator",
    "`generator` shuffles the examples. Dropout draws from torch's global generator, whose state "
    "is `torch.get_rng_state()`.",
    '"dropout": ["torch.get_rng_state()"]',
    '"dropout": ["torch.get_rng_state()", "generator.get_state()"]',
    idea="one_generator_for_all",
)
grader.edits(
    "finds_dropout_in_the_model",
    "A Dropout layer keeps p alone. Which units it drops is drawn each time, from torch's global "
    "generator.",
    '"dropout": ["torch.get_rng_state()"]',
    [
        '"dropout": ["torch.get_rng_state()", "model"]',
        '"dropout": ["torch.get_rng_state()", "model.state_dict()", "model"]',
        '"dropout": ["model"]',
        '"dropout": []',
    ],
    idea="generator_not_restored",
)
grader.edit(
    "finds_the_weights_in_the_state_alone",
    "`list(model.parameters())` has all weights: copied into the new model in the same order, they "
    "are back.",
    WHOLE,
    '"weights": ["model.state_dict()", "model"]',
    idea="parameters_not_counted",
)
grader.edit(
    "finds_the_weights_in_the_optimizer",
    "An optimizer's state_dict has numbers in place of its parameters, and no weights.",
    WHOLE,
    WHOLE.replace('"model"]', '"model", "optimizer.state_dict()"]'),
    idea="weights_in_the_optimizer",
)
grader.edit(
    "gives_the_names",
    "The names of what comes back are given. Give a dict: each of the eleven names, with True or "
    "False.",
    RETURNED,
    "return [name for name, those in sources.items() if any(one in saved for one in those)]",
    idea="list_for_dict",
)
grader.edit(
    "leaves_out_what_is_lost",
    "What does not come back is left out of the dict. Give each of the eleven names, with True or "
    "False.",
    RETURNED,
    "return {name: True for name, those in sources.items() if any(one in saved for one in those)}",
    idea="list_for_dict",
)
