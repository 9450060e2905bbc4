import torch
from torch import nn

from torchkata import Grader, held_by, set_by_size, training_steps

grader = Grader(
    points=1,
    level=1,
    core=True,
    after=("cross_entropy/cross_entropy",),
    hints=(
        "Which of the three has to know the model? Build the model before that one.",
        "nn.Sequential holds layers in a row. nn.CrossEntropyLoss applies softmax by itself.",
        "torch.optim.SGD takes model.parameters(), then lr=... and momentum=...",
    ),
)


@grader.observe
def outputs_and_three_steps(answer, num_features, num_classes, inputs, targets):
    model, loss_fn, optimizer = answer(num_features, num_classes)
    model.to(inputs)
    set_by_size(model.parameters())
    params = {str(tuple(param.shape)): param for param in model.parameters()}
    logits = model(inputs)
    seen = {
        "shapes of the model's params": ", ".join(sorted(params)),
        **held_by(optimizer.param_groups, params),
        "logits": logits,
        "loss": loss_fn(logits, targets),
        "logits of one example": model(inputs[:1]),
        "loss of one example": loss_fn(model(inputs[:1]), targets[:1]),
        "loss of logits 100 times as large": loss_fn(100 * logits.detach(), targets),
    }
    seen |= training_steps(optimizer, lambda: loss_fn(model(inputs), targets), params)
    return seen | {"gradients in step 3": {name: param.grad for name, param in params.items()}}


@grader.case
def more_features_than_classes():
    """3 training steps on 6 examples of 5 features and 3 classes."""
    return 5, 3, torch.randn(6, 5), torch.randint(3, (6,))


@grader.case
def more_classes_than_features():
    """3 training steps on 9 examples of 2 features and 7 classes, of which the last is missing."""
    return 2, 7, torch.randn(9, 2), torch.randint(6, (9,))


@grader.case
def as_in_the_docstring():
    """The sizes of the docstring's example, 4 features and 3 classes: 3 training steps on 6."""
    return 4, 3, torch.randn(6, 4), torch.arange(6) % 3


@grader.case
def converted_afterwards():
    """1 feature, 2 classes; the model is converted to float64 after `build` returned, and then
    trained for 3 steps."""
    return 1, 2, torch.randn(8, 1, dtype=torch.float64), torch.randint(2, (8,))


from graders.optimizers._shared import SWITCHES_NESTEROV_ON

grader.edit(
    "replaces_the_last_layer_afterwards",
    "The last layer was replaced after the optimizer was built, which still holds the old one: the "
    "new layer never moves. Finish the model first, then build the optimizer.",
    old="""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return model, loss_fn, optimizer
    """,
    new="""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model[-1] = nn.Linear(16, num_classes)
    return model, loss_fn, optimizer
    """,
    idea="optimizer_before_the_layer",
    more=(
        "An optimizer holds parameters, not the model: it never hears of a layer that comes later.",
        "Compare the `id` of the last weight with those in `optimizer.param_groups`.",
    ),
)
grader.edit(
    "trains_another_model",
    "The optimizer holds the parameters of another model, or of a copy, so the model that is "
    "returned never changes. Make one model, and give `model.parameters()` of that one.",
    old="""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return model, loss_fn, optimizer
    """,
    new="""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model = nn.Sequential(nn.Linear(num_features, 16), nn.ReLU(), nn.Linear(16, num_classes))
    return model, loss_fn, optimizer
    """,
    idea="optimizer_of_a_copy",
    more=("Compare the `id` of a parameter of the model with those in `optimizer.param_groups`.",),
)


@grader.misconception
def keeps_a_layer_in_a_plain_list(num_features, num_classes):
    """A layer in a plain Python list is no part of the model: `model.parameters()` does not find
    it. Assign it to an attribute of its own, or use `nn.ModuleList`."""

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = [nn.Linear(num_features, 16)]
            self.head = nn.Linear(16, num_classes)

        def forward(self, inputs):
            return self.head(self.hidden[0](inputs).relu())

    model = Classifier()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return model, nn.CrossEntropyLoss(), optimizer


grader.edit(
    "uses_up_the_parameters",
    "The optimizer was given no parameter. Either all layers are in a plain Python list, where "
    "the model does not see them, or `model.parameters()` was iterated before, which works only "
    "once.",
    old="""
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    """,
    new="""
    loss_fn = nn.CrossEntropyLoss()
    params = model.parameters()
    size = sum(param.numel() for param in params)
    optimizer = torch.optim.SGD(params, lr=0.1, momentum=0.9)
    """,
    idea="generator_used_up",
)
grader.edit(
    "trains_only_the_last_layer",
    "The optimizer holds the last layer alone, so the hidden layer does not move: give it "
    "`model.parameters()`, all of them.",
    old="SGD(model.parameters()",
    new="SGD(model[-1].parameters()",
    idea="optimizer_of_one_part",
)
grader.edit(
    "trains_only_the_weights",
    "The optimizer holds the weights alone, so the biases do not move: give it "
    "`model.parameters()`, all of them.",
    old="SGD(model.parameters()",
    new="SGD([layer.weight for layer in (model[0], model[2])]",
)
grader.edit(
    "swaps_lr_and_momentum",
    "The learning rate and the momentum have changed places: SGD takes `lr` first. Give both by "
    "name.",
    old="lr=0.1, momentum=0.9",
    new="lr=0.9, momentum=0.1",
    idea="settings_by_place",
    more=("The order of torch.optim.SGD is params, lr, momentum, dampening, weight_decay.",),
)
grader.edit(
    "forgets_the_momentum",
    "Without `momentum=0.9`, SGD takes none: its first step is the same, but from the second on "
    "its steps are too short.",
    old=", momentum=0.9",
    new="",
    idea="no_momentum",
    more=("`optimizer.param_groups[0]` shows all settings that it was built with.",),
)
grader.edit(
    "applies_softmax_in_the_model",
    "The model ends in softmax, and cross entropy applies it again. Let the model give raw scores.",
    old="nn.Linear(16, num_classes),",
    new="nn.Linear(16, num_classes), nn.Softmax(dim=1),",
    idea="double_softmax",
    more=(
        "Probabilities differ by 1 at most: taken for scores, they never let the model be sure.",
    ),
)
grader.edit(
    "applies_log_softmax_in_the_model",
    "The model ends in log softmax. It learns the same, but its outputs are log probabilities and "
    "not raw scores: leave that to `nn.CrossEntropyLoss`.",
    old="nn.Linear(16, num_classes),",
    new="nn.Linear(16, num_classes), nn.LogSoftmax(dim=1),",
)
grader.edit(
    "pairs_log_softmax_with_nll_loss",
    "Log softmax in the model with `nn.NLLLoss` learns the same, but then the outputs are no raw "
    "scores. `nn.CrossEntropyLoss` does both at once.",
    old="""
        nn.Linear(16, num_classes),
    )
    loss_fn = nn.CrossEntropyLoss()
    """,
    new="""
        nn.Linear(16, num_classes),
        nn.LogSoftmax(dim=1),
    )
    loss_fn = nn.NLLLoss()
    """,
)
grader.edit(
    "applies_relu_to_the_scores",
    "The model ends in ReLU, which makes every negative score 0. ReLU belongs between the two "
    "layers; the scores stay raw.",
    old="nn.Linear(16, num_classes),",
    new="nn.Linear(16, num_classes), nn.ReLU(),",
)
grader.edit(
    "leaves_out_the_activation",
    "Nothing is between the two linear layers, so together they are no more than one linear "
    "layer. Put a ReLU between them.",
    old="nn.ReLU(),",
    new="",
    more=("`W2 (W1 x + b1) + b2` is `W x + b` with another matrix and another bias.",),
)
grader.edit(
    "takes_nll_loss",
    "`nn.NLLLoss` expects log probabilities and takes no logarithm and no softmax itself. For raw "
    "scores, use `nn.CrossEntropyLoss`.",
    old="nn.CrossEntropyLoss()",
    new="nn.NLLLoss()",
    idea="nll_loss_without_log_softmax",
)
grader.edit(
    "returns_the_class_of_the_loss",
    "`nn.CrossEntropyLoss` without parentheses is a class, and calling it makes a loss function "
    "instead of a loss. Return `nn.CrossEntropyLoss()`.",
    old="nn.CrossEntropyLoss()",
    new="nn.CrossEntropyLoss",
)
grader.edit(
    "returns_the_model_alone",
    "Only the model is returned. The training loop needs all three: `return model, loss_fn, "
    "optimizer`.",
    old="return model, loss_fn, optimizer",
    new="return model",
)
grader.edit(
    "returns_the_optimizer_second",
    "All three are there, but in another order: return model, loss function, optimizer.",
    old="return model, loss_fn, optimizer",
    new="return model, optimizer, loss_fn",
)

grader.equivalent(
    "loss_fn = nn.CrossEntropyLoss() moved", "the loss knows neither the model nor the optimizer"
)


@grader.misconception(idea="bare_squeeze")
def squeezes_the_scores(num_features, num_classes):
    """`squeeze()` removes every dimension of size 1, so a single example gets logits of shape
    (num_classes,) instead of (1, num_classes). Leave it out."""

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(num_features, 16)
            self.head = nn.Linear(16, num_classes)

        def forward(self, inputs):
            return self.head(self.hidden(inputs).relu()).squeeze()

    model = Classifier()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return model, nn.CrossEntropyLoss(), optimizer


@grader.misconception(idea="one_hot_without_num_classes")
def lets_one_hot_count_the_classes(num_features, num_classes):
    """`one_hot(targets)` takes the largest target for the last class, and a batch may not have all
    classes in it. Cross entropy takes the classes as they are: no `one_hot` is needed."""

    def loss_fn(logits, targets):
        one_hot = nn.functional.one_hot(targets)
        return nn.functional.cross_entropy(logits, one_hot.to(logits))

    model = nn.Sequential(nn.Linear(num_features, 16), nn.ReLU(), nn.Linear(16, num_classes))
    return model, loss_fn, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


grader.edit(
    "switches_nesterov_on",
    **SWITCHES_NESTEROV_ON,
    old="momentum=0.9",
    new="momentum=0.9, nesterov=True",
)

grader.edit(
    "takes_the_features_again",
    "What the hidden layer gives does not fit the last one, which takes as many numbers as there "
    "are features: it has to take 16, the hidden units.",
    old="nn.Linear(16, num_classes)",
    new="nn.Linear(num_features, num_classes)",
)
HIDDEN = """
    nn.Linear(num_features, 16),
    nn.ReLU(),
    nn.Linear(16, num_classes),
"""
grader.edits(
    "has_another_number_of_hidden_units",
    "The hidden layer has another number of units than 16: the shapes say which.",
    old=HIDDEN,
    news=[HIDDEN.replace("16", size) for size in ("32", "64", "128", "8", "10")],
)


grader.edit(
    "makes_one_logit_of_two_classes",
    "Of two classes the model gives a single score, as for one question with yes or no. Here each "
    "class has a score of its own: shape (N, 2).",
    old="""
        nn.Linear(16, num_classes),
    )
    loss_fn = nn.CrossEntropyLoss()
    """,
    new="""
        nn.Linear(16, 1 if num_classes == 2 else num_classes),
    )

    def loss_fn(logits, targets):
        if num_classes > 2:
            return nn.functional.cross_entropy(logits, targets)
        yes = targets.to(logits.dtype)
        return nn.functional.binary_cross_entropy_with_logits(logits.squeeze(1), yes)

    """,
)
grader.edits(
    "takes_another_lr",
    "The model is right, but its steps are too short: the learning rate is not 0.1.",
    "lr=0.1",
    ["lr=0.01", "lr=0.001"],
)
grader.edits(
    "takes_adam",
    "This optimizer moves all parameters by about `lr` in the first step, whatever their "
    "gradients, as Adam does: take `torch.optim.SGD`.",
    "torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)",
    [f"torch.optim.Adam(model.parameters(), lr={lr})" for lr in (0.1, 0.01, 0.001)],
)


grader.not_here(
    "exception alone: returns_the_class_of_the_loss",
    reason="No loss function takes logits and targets for its settings; only the class does.",
)

grader.not_here(
    "exception alone: returns_the_model_alone",
    "exception alone: returns_the_optimizer_second",
    reason="The message has the type of what was returned in the optimizer's place.",
)

grader.not_here(
    "exception alone: takes_the_features_again",
    reason="The message has the sizes of both layers, and they are those of the two.",
)
