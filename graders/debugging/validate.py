import random

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from torchkata import Grader, has_graph, parts, randn64, snapshot, unchanged, with_old_gradients

grader = Grader(
    points=2,
    level=2,
    core=True,
    after=("training_loop/evaluate",),
    start="records_for_autograd",
    tolerance={"accuracy": (1e-6, 1e-6)},
    hints=(
        "Print `scores.requires_grad`. Who needs the numbers of the hidden layers later?",
        "Autograd keeps them for a `backward()`. Does `model.eval()` say that there will be none?",
        "`with torch.no_grad():` around the loop.",
    ),
)


def held(scores):
    """How many numbers stay in memory as long as `scores`: a view keeps those of its whole base."""
    if isinstance(scores, torch.Tensor):
        return scores.untyped_storage().nbytes() // scores.element_size()
    return None


@grader.observe
def measured(answer, model, loader):
    inside, state = [], snapshot(model.state_dict())
    gradients = {name: snapshot(param.grad) for name, param in model.named_parameters()}
    trained = [param.requires_grad for param in model.parameters()]

    def look(model, inputs):
        modes = {module.training for module in model.modules()}
        inside.append((modes, torch.is_grad_enabled()))

    looking = model.register_forward_pre_hook(look)
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(lambda one: kept.append(one) or one, id):
        returned = parts(answer(model, loader), "scores", "accuracy")
    looking.remove()
    now = {name: param.grad for name, param in model.named_parameters()}
    return returned | {
        "scores": snapshot(returned["scores"]),
        "numbers in memory with the scores": held(returned["scores"]),
        "the scores have a graph": has_graph(returned["scores"]),
        "tensors kept for backward": len(kept),
        "calls of the model": len(inside),
        "in evaluation mode inside": all(modes == {False} for modes, _ in inside),
        "autograd records inside": any(recording for _, recording in inside),
        "in training mode afterwards": model.training,
        "autograd records afterwards": torch.is_grad_enabled(),
        "state of the model is unchanged": unchanged(state, model.state_dict()),
        "gradients are unchanged": unchanged(gradients, now),
        "which parameters are trained is unchanged": trained
        == [param.requires_grad for param in model.parameters()],
    }


def network(features, classes, dtype=torch.float32):
    """A model with BatchNorm and Dropout, in training mode, with old gradients."""
    hidden, output = nn.Linear(features, 8, dtype=dtype), nn.Linear(8, classes, dtype=dtype)
    norm = nn.BatchNorm1d(8, dtype=dtype)
    return with_old_gradients(nn.Sequential(hidden, norm, nn.Tanh(), nn.Dropout(0.4), output))


@grader.case
def three_batches():
    """Batches of 8, 8 and 3 to 6 examples of 5 classes, for a model in training mode."""
    count = 16 + random.randint(3, 6)
    examples = TensorDataset(torch.randn(count, 4), torch.arange(count) % 5)
    return network(4, 5), DataLoader(examples, batch_size=8)


@grader.case
def images():
    """A list of batches of 4, 6 and 1 images, in float64, for a model of convolutions that comes in
    evaluation mode, with a frozen layer."""
    plain = {"dtype": torch.float64}
    layers = nn.Conv2d(2, 3, 2, **plain), nn.ReLU(), nn.Flatten(), nn.Linear(12, 3, **plain)
    model = with_old_gradients(nn.Sequential(*layers)).eval()
    model[0].requires_grad_(False)
    return model, [(randn64(n, 2, 3, 3), torch.randint(3, (n,))) for n in (4, 6, 1)]


@grader.case
def single_batch():
    """One batch of 7 examples of 7 classes."""
    return network(3, 7), [(torch.randn(7, 3), torch.randperm(7))]


@grader.case
def as_in_the_docstring():
    """The example of the docstring: a batch of two examples and a batch of one."""
    model = nn.Linear(2, 2, bias=False)
    nn.init.eye_(model.weight)
    first = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.tensor([0, 1])
    return model, [first, (torch.tensor([[3.0, 0.0]]), torch.tensor([1]))]


from graders._shared import INDEPENDENT, SWITCHES_AUTOGRAD_OFF_FOR_GOOD
from graders.training_loop._shared import AS_PERCENT

RUN = """
    outputs, right = [], 0
    with torch.no_grad():
        for inputs, targets in loader:
            scores = model(inputs)
            outputs.append(scores)
            right += (scores.argmax(dim=1) == targets).sum().item()
    scores = torch.cat(outputs)
"""
END = "return scores, right / len(scores)"
RECORDED = RUN.replace("with torch.no_grad():", "if True:")

grader.edit(
    "records_for_autograd",
    "Autograd records each call of the model, and the scores hold its graph with all hidden "
    "layers, for a `backward()` that never comes. `model.eval()` does not prevent that: put "
    "`with torch.no_grad():` around the loop.",
    """
    with torch.no_grad():
        for inputs, targets in loader:
            scores = model(inputs)
            outputs.append(scores)
            right += (scores.argmax(dim=1) == targets).sum().item()
    """,
    """
    for inputs, targets in loader:
        scores = model(inputs)
        outputs.append(scores)
        right += (scores.argmax(dim=1) == targets).sum().item()
    """,
    idea="autograd_left_on",
)
grader.edits(
    "detaches_the_scores",
    "What comes back has no graph any more, as with `scores.detach()`, or where `torch.no_grad()` "
    "is around `torch.cat` alone. But autograd still records each call of the model, which takes "
    "time and memory. Let it record nothing: put `with torch.no_grad():` around the loop.",
    f"{RUN}    {END}",
    [
        RECORDED.replace("append(scores)", f"append({scores})") + f"    {END}"
        for scores in ("scores.detach()", "scores.data", "scores.detach().clone()")
    ]
    + [
        f"{RECORDED}    return scores.detach(), right / len(scores)",
        RECORDED.replace(" scores = torch", " with torch.no_grad():\n        scores = torch")
        + f"    {END}",
    ],
    idea="autograd_left_on",
)
grader.edits(
    "freezes_the_parameters",
    "No parameter is trained any more after this, as where `requires_grad_(False)` is used to keep "
    "autograd quiet: the next epoch learns nothing. Use `with torch.no_grad():`, which ends by "
    "itself.",
    f"    model.eval(){RUN}",
    [
        f"    model.eval().requires_grad_(False){RECORDED}",
        f"    model.eval().requires_grad_(False){RUN}",
    ],
    idea="parameters_frozen_for_good",
)
grader.edit(
    "thaws_frozen_parameters",
    "A layer that came frozen is trained from now on, as where `requires_grad_(True)` follows "
    "`requires_grad_(False)`. Measuring needs neither: use `with torch.no_grad():`.",
    END,
    f"model.requires_grad_(True)\n{END}",
    idea="frozen_parameters_thawed",
)
grader.edit(
    "switches_autograd_off_for_good",
    **SWITCHES_AUTOGRAD_OFF_FOR_GOOD,
    old="with torch.no_grad():",
    new="torch.set_grad_enabled(False)\nif True:",
)
grader.edit(
    "swaps_eval_for_no_grad",
    "Autograd is quiet, but the model is called in training mode: Dropout drops units, and "
    "BatchNorm learns from what it is tested on. `model.eval()` and `torch.no_grad()` do not do "
    "each other's work: both are needed.",
    "model.eval()",
    "",
    idea="no_evaluation_mode",
)
grader.edit(
    "switches_nothing",
    "The model is called in training mode, and autograd records it: both `model.eval()` and "
    "`with torch.no_grad():` are missing.",
    f"    model.eval(){RUN}",
    RECORDED,
    idea="no_evaluation_mode",
)
grader.edits(
    "returns_a_part_of_a_buffer",
    "The scores are a view of a larger tensor, as where one for full batches is filled and cut at "
    "the end: the rest of it stays in memory with them. Give the number of examples to the buffer, "
    "or join the batches with `torch.cat`.",
    END,
    [
        "scores = torch.cat([scores, scores])[: len(scores)]\nreturn scores, right / len(scores)",
        "buffer = scores.new_empty(len(outputs) * len(outputs[0]), scores.shape[1])\n"
        "buffer[: len(scores)] = scores\n"
        "return buffer[: len(scores)], right / len(scores)",
    ],
    idea="view_of_a_larger_tensor",
)
grader.edits(
    "returns_float32",
    "The scores of a float64 model come back as float32, as where they become a list, and a tensor "
    "again, or go through `.float()`. Keep the dtype of the model.",
    END,
    [
        f"return {made}, right / len(scores)"
        for made in ("scores.float()", "torch.tensor(scores.tolist())")
    ],
    idea="dtype_not_kept",
)
grader.edit(
    "averages_the_shares_of_the_batches",
    "The accuracy is the mean of the batches' accuracies, in which an example of a small batch "
    "counts for more than the others. Count the right ones over all batches, and divide once.",
    f"{RUN}    {END}",
    RUN.replace("sum().item()", "double().mean().item()")
    + "    return scores, right / len(outputs)",
    idea="mean_of_means",
)
grader.edit(
    "calls_the_model_twice",
    "The model is called twice for each batch, as where one call is for the scores and one for the "
    "accuracy, which takes twice the time. Keep what the first call gives.",
    "scores = model(inputs)",
    "scores = model(inputs)\nmodel(inputs)",
    idea="model_called_twice",
)
grader.edit(
    "clears_the_gradients",
    "The gradients of the model have changed, as by `zero_grad()`. That frees no graph, and the "
    "gradients are no business of this function. Use `with torch.no_grad():`.",
    f"    model.eval(){RUN}",
    f"    model.eval()\n    model.zero_grad(){RECORDED}",
    idea="gradient_changed",
)
grader.edit(
    "goes_back_to_training_mode",
    "All numbers are right, but the model is in training mode afterwards. Leave it in evaluation "
    "mode, as it was before your change.",
    END,
    f"model.train()\n{END}",
    idea="mode_changed",
)
grader.edit(
    "keeps_the_last_batch",
    "The scores are those of the last batch alone. Keep the scores of all batches, and join them "
    "with `torch.cat`.",
    f"{RUN}    {END}",
    f"{RUN.replace('    scores = torch.cat(outputs)', '')}    "
    "return scores, right / len(torch.cat(outputs))",
    idea="last_one_only",
)
grader.edits(
    "returns_a_list",
    "The scores are a list with an item for each batch, or for each row. One tensor of shape "
    "(M, C) is asked for: `torch.cat`.",
    END,
    ["return outputs, right / len(scores)", "return scores.tolist(), right / len(scores)"],
    idea="list_for_tensor",
)
grader.edit(
    "gives_percent",
    **AS_PERCENT,
    old="right / len(scores)",
    new="100 * right / len(scores)",
)
grader.edit(
    "divides_by_the_batches",
    "The accuracy is the mean number of right examples in a batch. Divide by the number of "
    "examples.",
    "right / len(scores)",
    "right / len(outputs)",
    idea="mean_over_the_wrong_count",
)

for change in (
    "outputs, right = ([], 0) moved",
    "right += (scores.argmax(dim=1) == targets).sum().item() moved",
):
    grader.equivalent(change, INDEPENDENT)
