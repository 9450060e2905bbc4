"""The pictures of the module pages, each drawn from numbers that torch computes here and now.

Run: python docs/pictures.py            writes them all, to exercises/<module>/<picture>.png
"""

import sys
from pathlib import Path

import matplotlib
import torch
import torch.nn.functional as F
from matplotlib import pyplot as plt
from torch import nn

ROOT = Path(__file__).parents[1]
DIGITS = ROOT / "data" / "digits.bin"
# Okabe and Ito's colours, which the colour-blind tell apart.
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#009e73", "#777777"


def double_softmax(axes):
    """Training with softmax inside the loss, and with a second one before it."""
    generator = torch.Generator().manual_seed(0)
    target = torch.arange(10).repeat(20)
    centres = 3 * torch.randn(10, 16, generator=generator)
    inputs = centres[target] + torch.randn(200, 16, generator=generator)
    floor = torch.tensor(9 / torch.e).log1p().item()
    prepared = {
        "raw scores": (BLUE, lambda scores: scores),
        "softmax first": (ORANGE, lambda scores: scores.softmax(dim=1)),
    }
    for name, (colour, prepare) in prepared.items():
        weight = torch.zeros(16, 10, requires_grad=True)
        optimizer = torch.optim.SGD([weight], lr=0.5)
        losses = []
        for _ in range(150):
            optimizer.zero_grad()
            loss = F.cross_entropy(prepare(inputs @ weight), target)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        axes.plot(losses, color=colour, label=name)
    axes.axhline(floor, color=GREY, linestyle="--")
    axes.text(149, floor - 0.05, f"ln(1 + 9 / e) = {floor:.2f}", ha="right", va="top", color=GREY)
    axes.set(xlabel="step", ylabel="loss that is reported", ylim=(0, None))
    axes.set_title("10 classes that are easy to tell apart")
    axes.legend()


def two_paths(axes):
    """Three optimizers on their way down the same valley."""

    def valley(point):
        return 0.05 * point[0] ** 2 + point[1] ** 2

    across, along = torch.meshgrid(
        torch.linspace(-2, 2, 90), torch.linspace(-10.5, 3, 120), indexing="ij"
    )
    heights = valley(torch.stack([along, across]))
    axes.contour(along, across, heights, levels=14, colors="#cccccc", linewidths=0.8)
    optimizers = {
        "SGD": (BLUE, lambda params: torch.optim.SGD(params, lr=0.9)),
        "SGD, momentum 0.8": (ORANGE, lambda params: torch.optim.SGD(params, 0.15, momentum=0.8)),
        "Adam": (GREEN, lambda params: torch.optim.Adam(params, lr=0.5)),
    }
    for name, (colour, build) in optimizers.items():
        point = torch.tensor([-10.0, 1.6], requires_grad=True)
        optimizer = build([point])
        path = [point.tolist()]
        for _ in range(25):
            optimizer.zero_grad()
            valley(point).backward()
            optimizer.step()
            path.append(point.tolist())
        axes.plot(*zip(*path, strict=True), ".-", color=colour, label=name, linewidth=1.2)
    axes.plot(0, 0, "k*", markersize=12)
    axes.set(xlabel="a direction in which the loss is flat", ylabel="one in which it is steep")
    axes.set_title("25 steps of three optimizers, from the left")
    axes.legend(loc="lower right")


def weight_decay(axes):
    """Where SGD with weight decay comes to rest, for bowls of three curvatures."""
    decay = torch.logspace(-5, 0, 200)
    for curvature, colour in ((1.0, BLUE), (0.1, ORANGE), (0.01, GREEN)):
        kept = curvature / (curvature + decay)
        axes.semilogx(decay, 100 * kept, color=colour, label=f"curvature {curvature:g}")
    for usual, name in ((1e-4, "usual for SGD"), (0.1, "the tutorial's")):
        axes.axvline(usual, color=GREY, linestyle="--")
        axes.text(usual * 1.1, 105, name, color=GREY)
    axes.set(xlabel="weight decay", ylabel="% of the best value that is left", ylim=(0, 112))
    axes.set_title("Weight decay takes most from what the loss holds least")
    axes.legend(loc="lower left")


def steady_step(axes):
    """The steps of SGD while the gradient is 1, and after it has become 0."""
    settings = {
        "no momentum": (GREY, ":", {}),
        "momentum 0.9": (ORANGE, "-", {"momentum": 0.9}),
        "momentum 0.9, dampening 0.5": (BLUE, "--", {"momentum": 0.9, "dampening": 0.5}),
    }
    for name, (colour, line, chosen) in settings.items():
        param = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.SGD([param], lr=0.1, **chosen)
        lengths = []
        for step in range(100):
            before = param.item()
            param.grad = torch.full((1,), -1.0 if step < 45 else 0.0)
            optimizer.step()
            lengths.append(param.item() - before)
        axes.plot(lengths, line, color=colour, label=name)
    axes.axvline(44.5, color=GREY, linewidth=0.8)
    axes.text(45.5, 1.05, "from here on the gradient is 0", color=GREY)
    axes.set(xlabel="step", ylabel="length of the step", ylim=(0, 1.12))
    axes.set_title("The gradient stays the same, the step does not (lr 0.1)")
    axes.legend(loc="upper right", bbox_to_anchor=(1, 0.92))


def too_large(axes):
    """The loss of a bowl of curvatures 1 and 10, at four learning rates."""
    curvature = torch.tensor([1.0, 10.0])
    rates = {0.02: (GREY, ":"), 0.1: (GREEN, "-."), 0.198: (BLUE, "-"), 0.203: (ORANGE, "--")}
    for lr, (colour, line) in rates.items():
        param = torch.ones(2, requires_grad=True)
        optimizer = torch.optim.SGD([param], lr=lr)
        losses = []
        for _ in range(60):
            optimizer.zero_grad()
            loss = (curvature / 2 * param.square()).sum()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        axes.semilogy(losses, line, color=colour, label=f"lr {lr:g}")
    axes.set(xlabel="step", ylabel="loss")
    axes.set_title("A bowl of curvatures 1 and 10: the limit is 2 / 10")
    axes.legend(loc="lower left")


def temperature(axes):
    """One example's probabilities at four temperatures."""
    scores = torch.tensor([3.0, 2.0, 0.5, -1.0])
    temperatures = (0.5, 1.0, 2.0, 8.0)
    colours = (ORANGE, BLUE, GREEN, GREY)
    for place, (value, colour) in enumerate(zip(temperatures, colours, strict=True)):
        probabilities = (scores / value).softmax(dim=0).tolist()
        left = [middle + 0.2 * (place - 1.5) for middle in range(4)]
        axes.bar(left, probabilities, width=0.18, color=colour, label=f"temperature {value:g}")
    axes.set_xticks(range(4), [f"score {score:g}" for score in scores.tolist()])
    axes.set(ylabel="probability", ylim=(0, 1))
    axes.set_title("The same scores, more or less sure")
    axes.legend()


def best_constant(axes):
    """What the mean loss of one number is, where one value is far off."""
    values = torch.tensor([1.0, 2.0, 3.0, 4.0, 100.0])
    guesses = torch.linspace(-5, 60, 1301)
    apart = guesses[:, None] - values
    losses = {
        "L1": (BLUE, apart.abs().mean(dim=1)),
        "MSE": (ORANGE, apart.square().mean(dim=1)),
    }
    for name, (colour, loss) in losses.items():
        loss = loss / loss.min()
        best = guesses[loss.argmin()].item()
        axes.plot(guesses, loss, color=colour, label=f"{name}: smallest at {best:.0f}")
        axes.plot(best, 1, "o", color=colour)
    axes.plot(values[:-1], torch.full((4,), 0.93), "k|", markersize=12)
    axes.text(5, 0.9, "4 of the 5 values; the last is 100", va="center")
    axes.set(xlabel="the one number", ylabel="mean loss, in units of its smallest", ylim=(0.85, 2))
    axes.set_title("One value in five is far off")
    axes.legend(loc="upper left")


def sure_and_wrong(axes):
    """What a no costs that the model took for a yes, as the score rises."""
    scores = torch.linspace(-6, 8, 281)
    no = torch.zeros_like(scores)
    losses = {
        "cross entropy of the score": (
            BLUE, "-", F.binary_cross_entropy_with_logits(scores, no, reduction="none")
        ),
        "squared error of the probability": (ORANGE, "--", scores.sigmoid().square()),
    }  # fmt: skip
    for name, (colour, line, loss) in losses.items():
        axes.plot(scores, loss, line, color=colour, label=name)
    axes.set(xlabel="score (right is: no)", ylabel="loss", ylim=(0, 8.2))
    axes.annotate(
        "sure and wrong: no slope left", (6, 1.05), (3.4, 1.9), arrowprops={"arrowstyle": "->"}
    )
    axes.set_title("What a sure mistake costs")
    axes.legend(loc="upper left")


def gradients_add_up(axes):
    """A training loop with and without zero_grad."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(64, 5, generator=generator)
    targets = inputs @ torch.randn(5, 1, generator=generator)
    loops = {"with zero_grad": BLUE, "without: like momentum 1": ORANGE}
    for name, colour in loops.items():
        model = nn.Linear(5, 1)
        nn.init.zeros_(model.weight)
        nn.init.zeros_(model.bias)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
        losses = []
        for _ in range(120):
            if colour == BLUE:
                optimizer.zero_grad()
            loss = F.mse_loss(model(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        axes.plot(losses, color=colour, label=name)
    axes.set(xlabel="step", ylabel="loss", ylim=(0, None))
    axes.set_title("Old gradients push on after the valley is reached")
    axes.legend()


def eval_forgotten(axes):
    """The loss of a training run, and that of its validation in both modes of the model."""
    rows = torch.frombuffer(bytearray((ROOT / "data/digits.bin").read_bytes()), dtype=torch.uint8)
    inputs, labels = rows.view(-1, 65)[:, :64] / 16, rows.view(-1, 65)[:, 64].long()
    train, validation = slice(0, 400), slice(400, 800)
    torch.manual_seed(0)
    layers = nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10)
    model = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = {"train": [], "validation, eval() called": [], "validation, eval() forgotten": []}
    trained, measured, forgotten = losses.values()
    for _ in range(25):
        total = 0.0
        model.train()
        for places in torch.randperm(400).split(40):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(inputs[train][places]), labels[train][places])
            loss.backward()
            optimizer.step()
            total += loss.item() / 10
        trained.append(total)
        with torch.no_grad():
            forgotten.append(F.cross_entropy(model(inputs[validation]), labels[validation]).item())
            model.eval()
            measured.append(F.cross_entropy(model(inputs[validation]), labels[validation]).item())
    looks = ((GREY, ":"), (BLUE, "-"), (ORANGE, "--"))
    for (name, values), (colour, line) in zip(losses.items(), looks, strict=True):
        axes.plot(range(1, 26), values, line, color=colour, label=name)
    axes.set(xlabel="epoch", ylabel="loss", ylim=(0, 1.2))
    axes.set_title("The same model after each epoch, measured in both modes")
    axes.legend()


def permute_or_reshape(axes):
    """A picture whose colours are put first in two ways, and what is then at its places."""
    height, width = 60, 84
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    # Sky, grass, roof, wall, door: light and dark enough to be told apart without colours.
    picture = torch.tensor([0.75, 0.88, 1.0]).repeat(height, width, 1)
    picture[y >= 46] = torch.tensor([0.45, 0.65, 0.35])
    picture[(y - 10 > (x - 42).abs() * 0.7) & (y < 28)] = torch.tensor([0.5, 0.12, 0.08])
    picture[(y >= 28) & (y < 52) & ((x - 42).abs() < 20)] = torch.tensor([1.0, 0.93, 0.75])
    picture[(y >= 36) & (y < 52) & ((x - 46).abs() < 5)] = torch.tensor([0.15, 0.1, 0.1])
    shown = {
        "image: (H, W, 3)": picture,
        "image.permute(2, 0, 1)": picture.permute(2, 0, 1).permute(1, 2, 0),
        "image.reshape(3, H, W)": picture.reshape(3, height, width).permute(1, 2, 0),
    }
    for place, (name, pixels) in enumerate(shown.items()):
        left = place * (width + 6)
        extent = (left, left + width, height, 0)
        axes.imshow(pixels.tolist(), extent=extent, interpolation="nearest")
        axes.text(left + width / 2, -3, name, ha="center", va="bottom", family="monospace")
    axes.set(xlim=(0, 3 * width + 12), ylim=(height, -12), xticks=[], yticks=[])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_title("The same shape, (3, H, W), and not the same picture")


def kernel_places(axes):
    """Where a kernel of 3 fits in a row of 8 pixels, with four settings."""
    settings = {
        "kernel_size=3": (0, 1, 1),
        "padding=1": (1, 1, 1),
        "padding=1, stride=2": (1, 2, 1),
        "dilation=2": (0, 1, 2),
    }
    for panel, (name, (padding, stride, dilation)) in enumerate(settings.items()):
        left, top = 12 * (panel % 2), -5.4 * (panel // 2)
        for pixel in range(-padding, 8 + padding):
            inside = 0 <= pixel < 8
            style = {"facecolor": "#dddddd"} if inside else {"facecolor": "none", "hatch": "////"}
            box = plt.Rectangle((left + pixel, top), 1, 0.7, edgecolor=GREY, linewidth=0.8, **style)
            axes.add_patch(box)
        row = torch.zeros(1, 1, 8)
        count = F.conv1d(row, row[..., :3], None, stride, padding, dilation).shape[-1]
        for place in range(count):
            first = left + place * stride - padding + 0.5
            reached = [first + dilation * step for step in range(3)]
            colour = (BLUE, ORANGE)[place % 2]
            axes.plot(reached, [top - 0.3 - 0.36 * place] * 3, "o-", color=colour, markersize=3.5)
        axes.text(left, top + 0.95, f"{name}: {count} places", family="monospace")
    axes.set(xlim=(-1.4, 21.4), ylim=(-8.6, 1.9), xticks=[], yticks=[])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_title("A kernel of 3 and a row of 8 pixels; padding is hatched")


def confusion(axes):
    """Which digits a small classifier takes for which, after little training."""
    rows = torch.frombuffer(bytearray(DIGITS.read_bytes()), dtype=torch.uint8).view(-1, 65)
    inputs, target = rows[:, :64].float() / 16, rows[:, 64].long()
    model = nn.Linear(64, 10)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(20):
        optimizer.zero_grad()
        F.cross_entropy(model(inputs[:1000]), target[:1000]).backward()
        optimizer.step()
    target, predicted = target[1000:], model(inputs[1000:]).argmax(dim=1)
    counts = torch.bincount(10 * target + predicted, minlength=100).view(10, 10)
    axes.imshow(counts.clamp(max=20).tolist(), cmap="Blues", vmax=40)
    for place, count in enumerate(counts.flatten().tolist()):
        if count:
            right, said = divmod(place, 10)
            weight = "bold" if right != said and count >= 5 else "normal"
            axes.text(said, right, count, ha="center", va="center", fontsize=8, weight=weight)
    axes.set(xlabel="predicted", ylabel="right", xticks=range(10), yticks=range(10))
    accuracy = (target == predicted).double().mean().item()
    axes.set_title(f"797 digits after 20 steps, accuracy {accuracy:.2f}")


def learning_rates(axes):
    """The learning rates of four schedules over the same 100 steps."""
    kinds = torch.optim.lr_scheduler

    def warmup_and_cosine(optimizer):
        rise = kinds.LambdaLR(optimizer, lambda step: min((step + 1) / 16, 1))
        return kinds.SequentialLR(optimizer, [rise, kinds.CosineAnnealingLR(optimizer, 85)], [15])

    schedules = {
        "StepLR": (GREY, "-", lambda optimizer: kinds.StepLR(optimizer, 30, 0.3)),
        "ExponentialLR": (GREEN, ":", lambda optimizer: kinds.ExponentialLR(optimizer, 0.96)),
        "warmup, then cosine": (BLUE, "--", warmup_and_cosine),
        "OneCycleLR": (
            ORANGE, "-.", lambda optimizer: kinds.OneCycleLR(optimizer, 0.1, total_steps=100)
        ),
    }  # fmt: skip
    for name, (colour, line, build) in schedules.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1, momentum=0.9)
        scheduler = build(optimizer)
        lrs = []
        for _ in range(100):
            lrs.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        axes.plot(lrs, line, color=colour, label=name)
    axes.set(xlabel="step", ylabel="learning rate", ylim=(0, 0.108))
    axes.set_title("Four ways to come down from 0.1")
    axes.legend(loc="upper right")


class Run:
    """A small training run: Dropout, momentum, a cosine schedule, shuffled batches."""

    def __init__(self, seed):
        torch.manual_seed(seed)
        layers = nn.Linear(8, 16), nn.Tanh(), nn.Dropout(0.1), nn.Linear(16, 1)
        self.model, self.generator = nn.Sequential(*layers), torch.Generator().manual_seed(seed)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.05, momentum=0.9)
        self.scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, 20)

    def train(self, epochs):
        """The weights after each of 8 steps an epoch, shape (steps, numbers)."""
        inputs = torch.linspace(-1, 1, 512).view(64, 8).sin()
        weights = []
        for _ in range(epochs):
            for rows in torch.randperm(64, generator=self.generator).split(8):
                self.optimizer.zero_grad()
                target = inputs[rows].sum(dim=1, keepdim=True)
                F.mse_loss(self.model(inputs[rows]), target).backward()
                self.optimizer.step()
                weights.append(nn.utils.parameters_to_vector(self.model.parameters()).detach())
            self.scheduler.step()
        return torch.stack(weights)


def resumed(axes):
    """How far runs that were stopped get from the one that was not, by what was not saved."""
    whole = Run(1).train(20)
    missing = {
        "optimizer": (ORANGE, "-"),
        "scheduler": (GREEN, "--"),
        "shuffling": (BLUE, "-."),
        "Dropout": (GREY, ":"),
    }
    for name, (colour, line) in missing.items():
        old = Run(1)
        old.train(10)
        drawn, run = torch.get_rng_state(), Run(2)
        for part in {"model", "optimizer", "scheduler"} - {name}:
            getattr(run, part).load_state_dict(getattr(old, part).state_dict())
        if name != "shuffling":
            run.generator.set_state(old.generator.get_state())
        if name != "Dropout":
            torch.set_rng_state(drawn)
        apart = (run.train(10) - whole[80:]).norm(dim=1) / whole[80:].norm(dim=1)
        axes.plot(range(1, 81), apart, line, color=colour, label=name)
    axes.set(xlabel="step after the stop (8 are an epoch)", yscale="log")
    axes.set_ylabel("weights that differ, as a share")
    axes.set_title("The same run, stopped and continued")
    axes.legend(loc="lower right", title="not restored")


PICTURES = {
    "tensors/permute_or_reshape": permute_or_reshape,
    "probabilities/temperature": temperature,
    "cross_entropy/double_softmax": double_softmax,
    "regression_and_binary/best_constant": best_constant,
    "regression_and_binary/sure_and_wrong": sure_and_wrong,
    "data_and_models/kernel_places": kernel_places,
    "optimizers/paths": two_paths,
    "optimizers/weight_decay": weight_decay,
    "optimizers/steady_step": steady_step,
    "optimizers/too_large": too_large,
    "training_loop/gradients_add_up": gradients_add_up,
    "training_loop/confusion": confusion,
    "training_loop/eval_forgotten": eval_forgotten,
    "schedules/learning_rates": learning_rates,
    "state_and_precision/resumed": resumed,
}


def main(root):
    """Draw all pictures into the folders of their modules."""
    matplotlib.use("Agg")
    for name, draw in PICTURES.items():
        figure, axes = plt.subplots(figsize=(7, 3.8), layout="constrained")
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        path = root / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=110, metadata={"Software": None})
        plt.close(figure)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "exercises")
