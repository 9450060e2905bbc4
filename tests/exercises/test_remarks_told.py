"""Right answers as people write them, and what is said of them after the pass."""

import pytest

from torchkata.running.files import File
from torchkata.running.practice import examine

TWICE = """
from torch import nn
from torch.nn.functional import log_softmax

def cross_entropy(logits, target):
    log_probs = log_softmax(logits, dim=-1)
    loss_fn = nn.CrossEntropyLoss()
    return loss_fn(log_probs, target)
"""
ONCE = """
import torch.nn.functional as F

def cross_entropy(logits, target):
    return F.nll_loss(F.log_softmax(logits, 1), target)
"""
IN_PLACE = """
def sgd_step(params, lr):
    for param in params:
        if param.grad is not None:
            param.data.add_(param.grad.data, alpha=-lr)
"""
VARIABLES = """
from torch.autograd import Variable

def train_step(model, inputs, targets, loss_fn, optimizer):
    inputs, targets = Variable(inputs), Variable(targets)
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), targets)
    loss.backward()
    optimizer.step()
    return loss.item()
"""
LOOP = """
import torch

def prediction(logits):
    probabilities = torch.softmax(logits, dim=1)
    labels = []
    for row in probabilities:
        labels.append(int(row.argmax()))
    return torch.tensor(labels, device=logits.device), probabilities.max(dim=1)[0]
"""
NORM = """
import torch

def l2_penalty(params, weight_decay):
    return 0.5 * weight_decay * sum(torch.norm(param, p=2) ** 2 for param in params)
"""
ANSWERS = {
    "log_softmax before cross entropy": ("cross_entropy/cross_entropy", TWICE, "of_log_softmax"),
    "log_softmax before nll_loss": ("cross_entropy/cross_entropy", ONCE, ""),
    ".data in place": ("optimizers/sgd_step", IN_PLACE, "through_data"),
    "Variable": ("training_loop/train_step", VARIABLES, "with_variables"),
    "a loop over the rows": ("probabilities/prediction", LOOP, "row_after_row"),
    "the old norm": ("optimizers/l2_penalty", NORM, "with_the_old_norm"),
}


@pytest.mark.parametrize(("name", "text", "remark"), ANSWERS.values(), ids=list(ANSWERS))
def test_what_people_write_passes_with_its_remark(course, name, text, remark):
    """In words other than those of the remark's own answer."""
    result = examine(course.exercises[name], File("answer.py", text))
    assert (result.verdict, result.remark) == ("passed", remark)


def test_no_remark_says_what_another_says(course):
    """Each sentence is about its exercise."""
    said = [one.text for e in course.exercises.values() for one in e.grader.remarks.values()]
    assert len(said) == len(set(said)) >= 12
