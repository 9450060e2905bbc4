import torch

from torchkata import Grader, snapshot, unchanged

grader = Grader(
    points=3,
    level=3,
    core=True,
    after=("optimizers/build",),
    forbid=("torch.optim.Adam", "torch.optim.AdamW"),
    hints=(
        "Each parameter needs three things of its own: a number of steps and two running means.",
        "A running mean that started at zero is too small by the factor 1 - beta ** steps.",
        "Divide both by theirs. The step goes along mean / (square.sqrt() + eps), times -lr.",
    ),
)


@grader.observe
def twelve_steps(answer, params, gradients, settings, later_lr=None, as_generator=False):
    params = [param.requires_grad_() for param in params]
    step_of_another(answer, params)
    optimizer = answer((param for param in params) if as_generator else params, **settings)
    seen, kept, modes, cleared = {}, [], [], []
    for step, grads in enumerate(gradients, start=1):
        if step == 7 and later_lr is not None:
            optimizer.lr = later_lr
        for param, grad in zip(params, grads or map(slope, params), strict=True):
            param.grad = grad
        before = grads_of(params)
        with torch.set_grad_enabled(step not in (5, 6)):
            optimizer.step()
            modes.append(torch.is_grad_enabled())
        seen[f"params after step {step}"] = snapshot(params)
        left = grads_of(params)
        kept.append(all(unchanged(before, left)))
        if step not in (4, 10):  # `zero_grad` is not called between all steps
            optimizer.zero_grad()
            cleared.append(all(p.grad is None or not p.grad.any() for p in params))
    return seen | {
        "each step leaves the gradients exactly as they were": kept,
        "gradients after step 12": left,
        "each grad is None or 0 after zero_grad": cleared,
        "autograd is on after each step (off before steps 5 and 6)": modes,
        "still leaves that require a gradient": [p.is_leaf and p.requires_grad for p in params],
    }


def grads_of(params):
    return snapshot([param.grad for param in params])


def step_of_another(answer, params):
    """Let another optimizer of the same kind take a step with them, and put them back."""
    before = snapshot(params)
    another = answer(list(params), lr=1e-3)
    for param in params:
        param.grad = torch.ones_like(param)
    another.step()
    for param, value in zip(params, before, strict=True):
        param.data.copy_(value)
        param.grad = None


def drawn(*shapes, dtype=torch.float64):
    """Parameters of these shapes, and their gradients in 12 steps."""
    params, *gradients = [[torch.randn(s, dtype=dtype) for s in shapes] for _ in range(13)]
    return params, gradients


@grader.case
def other_settings():
    """No setting has its default, and `optimizer.lr` is set to 0.005 between steps 6 and 7."""
    return *drawn((3, 2), (2,), ()), {"lr": 0.05, "betas": (0.3, 0.45), "eps": 1e-2}, 0.005


@grader.case
def tiny_and_zero_gradients():
    """The default settings; some gradients are always 0, some near 1e-7 and some near 3."""
    params, gradients = drawn((5,), (2, 2))
    for grads in gradients:
        grads[0] *= torch.tensor([0.0, 1e-7, 3.0, 1.0, 1e-7])
    return params, gradients, {}


@grader.case
def missing_gradients():
    """The first of three parameters has no gradient (None) in steps 1 to 3 and in step 8; in step 9
    it has one that is 0 everywhere."""
    params, gradients = drawn((2,), (2,), (3,))
    for step in (1, 2, 3, 8):
        gradients[step - 1][0] = None
    gradients[8][0] *= 0
    return params, gradients, {"lr": 0.1, "betas": (0.8, 0.99)}


@grader.case
def given_by_a_generator():
    """A matrix and a vector in float32, from a generator; the first beta is 0, so that nothing of
    the old mean stays."""
    settings = {"lr": 0.1, "betas": (0.0, 0.99)}
    return *drawn((2, 3), (4,), dtype=torch.float32), settings, None, True


@grader.case
def squares_without_memory():
    """The second beta is 0, so that nothing of the old squares stays, and the first is 0.6."""
    return *drawn((3,), (2, 2)), {"lr": 0.02, "betas": (0.6, 0.0), "eps": 1e-3}


def valley(x, y):
    """How high it is at (x, y): 16 times steeper along y than along x."""
    return (x**2 + 16 * y**2) / 2


def slope(param):
    """The gradient of the valley where `param` is."""
    return param.detach() * param.new_tensor([1.0, 16.0])


@grader.case
def as_in_the_docstring():
    """The example of the docstring: one parameter of two numbers; only lr is given, 0.1."""
    gradients = [[torch.tensor([5.0, -0.01])], *([torch.randn(2)] for _ in range(11))]
    return [torch.tensor([1.0, 2.0])], gradients, {"lr": 0.1}


@grader.case(loss=valley)
def down_a_valley():
    """Each gradient is that of the loss `(x**2 + 16 * y**2) / 2` at the parameter (x, y)."""
    start = torch.tensor([3.0, 2.0], dtype=torch.float64) + torch.rand(2, dtype=torch.float64)
    return [start * torch.tensor([-1.0, 1.0])], [None] * 12, {"lr": 0.4}


from graders._shared import (
    ENDS_AT_THE_FIRST_MISSING_GRADIENT,
    INDEPENDENT,
    SWITCHES_AUTOGRAD_OFF_FOR_GOOD,
)

grader.edit(
    "leaves_out_the_bias_correction",
    "Both means start at zero and are too small at first: divide each by 1 - beta ** step before "
    "it is used.",
    old="""
    mean = state["mean"] / (1 - beta1 ** state["step"])
    square = state["square"] / (1 - beta2 ** state["step"])
    """,
    new="""
    mean = state["mean"]
    square = state["square"]
    """,
)
grader.edit(
    "corrects_the_mean_alone",
    "The mean of the squares starts at zero as well and needs the same correction, with its own "
    "beta: without it, the first steps are far too large.",
    old=' / (1 - beta2 ** state["step"])',
    new="",
)
grader.edit(
    "corrects_the_squares_alone",
    "The mean of the gradients starts at zero as well and needs the same correction, with its own "
    "beta: without it, the first steps are too small.",
    old=' / (1 - beta1 ** state["step"])',
    new="",
)
grader.edit(
    "counts_from_one_too_many",
    "The first step must be corrected with step = 1: here the count is one ahead all the time.",
    old='"step": 0',
    new='"step": 1',
)
grader.edit(
    "counts_from_zero",
    "The first step must be corrected with step = 1. With 0 the correction divides by 1 - 1 = 0: "
    "count before you use the number.",
    old="""
    state["step"] += 1
    state["mean"] = beta1 * state["mean"] + (1 - beta1) * param.grad
    """,
    new="""
    state["mean"] = beta1 * state["mean"] + (1 - beta1) * param.grad
    """,
)
grader.edit(
    "shares_one_count",
    "Steps in which a parameter had no gradient are counted for it too, as one count for all "
    "parameters does. Count for each parameter only the steps in which it has one.",
    old="""
    if param.grad is not None:
        self._move(param, self.states[param])
    """,
    new="""
    if param.grad is not None:
        self._move(param, self.states[param])
    else:
        self.states[param]["step"] += 1
    """,
)
grader.edit(
    "counts_once_per_parameter",
    "The count goes up for each parameter instead of for each call of `step`: with two parameters "
    "it is 2 after the first. Each parameter needs its own count.",
    old='state["step"] += 1',
    new='self.count = state["step"] = getattr(self, "count", 0) + 1',
)
grader.edit(
    "adds_eps_inside_the_root",
    "Take the root first and add `eps` then: inside of the root it counts as its own root, 1e-4 in "
    "place of 1e-8, and slows down whatever has a small gradient.",
    old="(square.sqrt() + self.eps)",
    new="(square + self.eps).sqrt()",
)
grader.edit(
    "adds_eps_before_the_correction",
    "`eps` is added to the root before the squares are corrected, so that the correction enlarges "
    "it too. Correct first, then take the root, then add `eps`.",
    old="(square.sqrt() + self.eps)",
    new='((state["square"].sqrt() + self.eps) / (1 - beta2 ** state["step"]) ** 0.5)',
)
grader.edit(
    "leaves_out_eps",
    "Where all gradients of a number have been 0 so far, this divides 0 by 0: add `eps` to the "
    "root.",
    old="square.sqrt() + self.eps",
    new="square.sqrt()",
)
grader.edit(
    "divides_by_the_largest_mean",
    "After a large gradient the steps stay short for good, as where the largest mean of the "
    "squares so far is used, as in AMSGrad. Use the mean as it is now.",
    old='square = state["square"] /',
    new='state["most"] = torch.maximum(state.get("most", state["square"]), state["square"])\n'
    'square = state["most"] /',
)
grader.edit(
    "leaves_out_the_root",
    "Divide by the square root of the mean of the squares: a gradient twice as large should "
    "not make a smaller step.",
    old="square.sqrt()",
    new="square",
)
grader.edit(
    "moves_along_the_last_gradient",
    "The step goes along the mean of the gradients, not along the last one; here nothing is left "
    "of the earlier ones but their squares.",
    old="self.lr * mean /",
    new="self.lr * param.grad /",
)
grader.edit(
    "forgets_between_steps",
    "What is remembered about a parameter starts from zero again in each step, so each step is "
    "about lr long whatever the gradient: keep it on `self` from one step to the next.",
    old="self._move(param, self.states[param])",
    new="self._move(param, {key: 0 * value for key, value in self.states[param].items()})",
)
grader.edit(
    "forgets_the_old_means",
    "Nothing is left of the means of the steps before: add beta times the old mean to what is "
    "new, and keep the result on `self`.",
    old="""
    state["mean"] = beta1 * state["mean"] + (1 - beta1) * param.grad
    state["square"] = beta2 * state["square"] + (1 - beta2) * param.grad**2
    """,
    new="""
    state["mean"] = (1 - beta1) * param.grad
    state["square"] = (1 - beta2) * param.grad**2
    """,
)
grader.edit(
    "swaps_the_betas",
    "The betas have changed places: the first belongs to the mean of the gradients, the second to "
    "that of their squares.",
    old="beta1, beta2 = self.betas",
    new="beta2, beta1 = self.betas",
)
grader.edit(
    "gives_beta_to_the_new_gradient",
    "beta is how much of the old mean stays; what is new comes in with 1 - beta. Here it is the "
    "other way round.",
    old="""
    state["mean"] = beta1 * state["mean"] + (1 - beta1) * param.grad
    state["square"] = beta2 * state["square"] + (1 - beta2) * param.grad**2
    """,
    new="""
    state["mean"] = (1 - beta1) * state["mean"] + beta1 * param.grad
    state["square"] = (1 - beta2) * state["square"] + beta2 * param.grad**2
    """,
)
grader.edit(
    "stores_the_corrected_means",
    "The corrected means are only for this step. Stored in place of the running means, they are "
    "corrected again in the next.",
    old="""
    mean = state["mean"] / (1 - beta1 ** state["step"])
    square = state["square"] / (1 - beta2 ** state["step"])
    """,
    new="""
    mean = state["mean"] = state["mean"] / (1 - beta1 ** state["step"])
    square = state["square"] = state["square"] / (1 - beta2 ** state["step"])
    """,
)
BOTH = """
    state["mean"] = beta1 * state["mean"] + (1 - beta1) * param.grad
    state["square"] = beta2 * state["square"] + (1 - beta2) * param.grad**2
"""
grader.edits(
    "changes_the_gradient_in_place",
    "The parameter's own gradient is changed, as by `grad.mul_(...)`, `grad.pow_(2)` or `grad *=`, "
    "also for what uses it afterwards. Without the underscore, a method makes a new tensor.",
    old=BOTH,
    news=[
        BOTH.replace("(1 - beta1) * param.grad", "param.grad.mul_(1 - beta1)"),
        BOTH.replace("param.grad**2", "param.grad.pow_(2)"),
        BOTH.replace("(1 - beta2) * param.grad**2", "param.grad.pow_(2).mul_(1 - beta2)"),
    ],
    idea="gradient_changed",
)
grader.edit(
    "shares_the_running_means",
    "All parameters share the same running means: each parameter needs its own, of its own shape.",
    old="""
    state["mean"] = beta1 * state["mean"] + (1 - beta1) * param.grad
    state["square"] = beta2 * state["square"] + (1 - beta2) * param.grad**2
    mean = state["mean"] / (1 - beta1 ** state["step"])
    square = state["square"] / (1 - beta2 ** state["step"])
    """,
    new="""
    self.mean = beta1 * getattr(self, "mean", 0) + (1 - beta1) * param.grad
    self.square = beta2 * getattr(self, "square", 0) + (1 - beta2) * param.grad**2
    mean = self.mean / (1 - beta1 ** state["step"])
    square = self.square / (1 - beta2 ** state["step"])
    """,
)
grader.edit(
    "keeps_the_first_lr",
    "`optimizer.lr` was set to another value, and the steps still have the old one: read `self.lr` "
    "in each step.",
    old="param -= self.lr *",
    new='param -= self.__dict__.setdefault("first_lr", self.lr) *',
)
grader.edit(
    "goes_through_a_generator_twice",
    "A generator such as `model.parameters()` can be iterated once; then it is empty and nothing "
    "moves. Keep `list(params)`.",
    old="self.params = list(params)",
    new="self.params = params",
    idea="generator_used_up",
)
MOVED = """
    if param.grad is not None:
        self._move(param, self.states[param])
"""
FILLED = """
    missing = param.grad is None
    if missing:
        param.grad = torch.zeros_like(param)
    self._move(param, self.states[param])
"""
grader.edits(
    "takes_none_for_zero",
    "A parameter whose `grad` is None must be left as it is. Taken for a gradient of 0, it still "
    "moves by what is remembered.",
    old=MOVED,
    news=[FILLED, f"{FILLED}    if missing:\n        param.grad = None\n"],
    idea="zero_gradient_for_none",
)
grader.edit(
    "ends_at_the_first_missing_gradient",
    **ENDS_AT_THE_FIRST_MISSING_GRADIENT,
    old="""
    if param.grad is not None:
        self._move(param, self.states[param])
    """,
    new="""
    if param.grad is None:
        break
    self._move(param, self.states[param])
    """,
)
grader.edit(
    "takes_the_means_of_another",
    "The means are found by a place in a list from which parameters without gradient were left "
    "out: in such a step, a parameter takes those of another.",
    old="""
    for param in self.params:
        if param.grad is not None:
            self._move(param, self.states[param])
    """,
    new="""
    moving = [param for param in self.params if param.grad is not None]
    for param, state in zip(moving, self.states.values()):
        self._move(param, state)
    """,
)
grader.edit(
    "takes_zero_for_none",
    "A gradient of 0 is a gradient: the means shrink, the step is counted, and the parameter "
    "still moves. Only a parameter whose `grad` is None is skipped.",
    old="if param.grad is not None:",
    new="if param.grad is not None and param.grad.any():",
)
grader.edit(
    "cannot_zero_a_missing_gradient",
    "A `grad` is None where no gradient came, and None has no `.zero_()`: ask for that first, or "
    "set `grad` to None.",
    old="param.grad = None",
    new="param.grad.zero_()",
    idea="gradient_may_be_none",
)
grader.edit(
    "stops_clearing_at_a_missing_gradient",
    "`zero_grad` ends at the first parameter without a gradient, and those after it keep theirs: "
    "skip that one alone, or set all to None.",
    old="""
    for param in self.params:
        param.grad = None
    """,
    new="""
    for param in self.params:
        if param.grad is None:
            return
        param.grad = None
    """,
    idea="loop_ends_at_no_gradient",
)
grader.edit(
    "assigns_a_new_tensor",
    "`param = param - ...` makes a new tensor and gives it the name `param`; the model keeps the "
    "old one. Change it in place, with `-=` or `sub_`.",
    old="param -= ",
    new="param = param - ",
    idea="new_tensor_for_the_parameter",
)
grader.edit(
    "records_the_step",
    "A tensor that requires a gradient may only be changed in place where nothing is recorded: "
    "update it under `torch.no_grad()`.",
    old="@torch.no_grad()",
    new="",
    idea="step_recorded",
)

for change in (
    "self.lr = lr moved",
    "self.betas = betas moved",
    "self.eps = eps moved",
    "self.states = {param: {'step': 0, 'mean': torch.zeros_like(param), "
    "'square': torch.zeros_like(param)} for param in self.params} moved",
    "state['mean'] = beta1 * state['mean'] + (1 - beta1) * param.grad moved",
    "state['square'] = beta2 * state['square'] + (1 - beta2) * param.grad ** 2 moved",
    "mean = state['mean'] / (1 - beta1 ** state['step']) moved",
    "square = state['square'] / (1 - beta2 ** state['step']) moved",
):
    grader.equivalent(change, INDEPENDENT)

grader.edit(
    "switches_autograd_off_for_good",
    **SWITCHES_AUTOGRAD_OFF_FOR_GOOD,
    old="""
    @torch.no_grad()
    def _move(self, param, state):
        beta1, beta2 = self.betas
    """,
    new="""
    def _move(self, param, state):
        torch.set_grad_enabled(False)
        beta1, beta2 = self.betas
    """,
)
grader.edit(
    "corrects_as_in_the_first_step",
    "This divides by `1 - beta` in every step, which is right in the first alone. The correction "
    "is `1 - beta ** step`.",
    old="""
    mean = state["mean"] / (1 - beta1 ** state["step"])
    square = state["square"] / (1 - beta2 ** state["step"])
    """,
    new="""
    mean = state["mean"] / (1 - beta1)
    square = state["square"] / (1 - beta2)
    """,
)


grader.edit(
    "keeps_the_state_on_the_class",
    "What is remembered belongs to one optimizer. Here a second one with the same parameters "
    "continues with it, as happens if it is kept on the class or on the tensors: keep it on "
    "`self`.",
    old="""
    self.states = {
        param: {"step": 0, "mean": torch.zeros_like(param), "square": torch.zeros_like(param)}
        for param in self.params
    }
    """,
    new="""
    self.states = Adam.__dict__.get("shared", {})
    for param in self.params:
        if param not in self.states:
            zeros = torch.zeros_like(param)
            self.states[param] = {"step": 0, "mean": zeros, "square": zeros}
    Adam.shared = self.states
    """,
)
grader.edit(
    "switches_autograd_on",
    "Autograd is on after `step`, even for a caller who had switched it off. `with "
    "torch.no_grad():` puts back what was.",
    old="""
        for param in self.params:
            if param.grad is not None:
                self._move(param, self.states[param])
    """,
    new="""
        for param in self.params:
            if param.grad is not None:
                self._move(param, self.states[param])
        torch.set_grad_enabled(True)
    """,
    idea="autograd_left_on",
)
grader.edit(
    "forgets_in_zero_grad",
    "After `zero_grad`, the means and the count of steps start from zero again. It forgets the "
    "gradients and nothing else.",
    old="param.grad = None",
    new="""
    param.grad = None
    self.states[param] = {key: 0 * value for key, value in self.states[param].items()}
    """,
)


from solutions.optimizers_from_scratch.adam import Adam

grader.edit(
    "begins_with_the_first_gradient",
    "The first step is not as long as `lr`, as where the means begin with the first gradient and "
    "are corrected as if they had begun with 0. Begin with 0.",
    old="""
    state["mean"] = beta1 * state["mean"] + (1 - beta1) * param.grad
    state["square"] = beta2 * state["square"] + (1 - beta2) * param.grad**2
    """,
    new="""
    first = state["step"] == 1
    state["mean"] = param.grad if first else beta1 * state["mean"] + (1 - beta1) * param.grad
    state["square"] = (
        param.grad**2 if first else beta2 * state["square"] + (1 - beta2) * param.grad**2
    )
    """,
)


grader.edit(
    "squares_the_mean",
    "The second mean is made of squares of the first mean here. It is the mean of the squares of "
    "the gradients themselves: `param.grad ** 2`.",
    "param.grad**2",
    'state["mean"] ** 2',
)
grader.edit(
    "keeps_both_means_in_one_place",
    "Both means are kept in one place, as after `self.v = self.m`, or `self.m = self.v = [...]`: "
    "what is written to one of them is written to the other. Make two.",
    'state["square"] = beta2 * state["square"]',
    'state["mean"] = state["square"] = beta2 * state["mean"]',
)


grader.edit(
    "goes_uphill",
    "The parameters go the other way: a gradient points to where the loss grows, so the step is "
    "subtracted.",
    "param -= self.lr",
    "param += self.lr",
    idea="uphill",
)
grader.edit(
    "sums_the_gradients",
    "The mean of the gradients is a sum here, which grows to 1 / (1 - beta1) times as much: the "
    "new gradient counts `1 - beta1`.",
    "(1 - beta1) * param.grad",
    "param.grad",
)


@grader.remark(written="_.data")
class ThroughData(Adam):
    """Autograd does not see what is done through `.data`, so that a change of a value which
    `backward()` still needs is not noticed. `@torch.no_grad()` above the method is meant for this,
    and there `param -= ...` is enough."""

    def _move(self, param, state):
        beta1, beta2 = self.betas
        grad = param.grad.data
        state["step"] += 1
        state["mean"] = beta1 * state["mean"] + (1 - beta1) * grad
        state["square"] = beta2 * state["square"] + (1 - beta2) * grad**2
        mean = state["mean"] / (1 - beta1 ** state["step"])
        square = state["square"] / (1 - beta2 ** state["step"])
        param.data -= self.lr * mean / (square.sqrt() + self.eps)
