"""How well the reference of data_and_models/small_cnn reads digits that it has not seen.

Run: python -m benchmarks.digits [SEEDS]

Trains it from each of 20 seeds on 1500 of the digits, on one thread, and prints how many of the
other 297 it reads, and how long that took.
"""

import sys
import time

import torch
import torch.nn.functional as F

import torchkata
from solutions.data_and_models.small_cnn import SmallCNN

STEPS, BATCH, TRAINED = 700, 64, 1500


def accuracy(seed, images, labels):
    """Train from a seed, and return the share of right answers on what was not trained on."""
    torch.manual_seed(seed)
    order = torch.randperm(len(images))
    train, test = order[:TRAINED], order[TRAINED:]
    model = SmallCNN(1, 10)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for _ in range(STEPS):
        batch = train[torch.randperm(TRAINED)[:BATCH]]
        optimizer.zero_grad()
        F.cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()
    with torch.no_grad():
        right = model.eval()(images[test]).argmax(dim=1) == labels[test]
    return right.float().mean().item()


def main(seeds):
    """Print a line for each seed, and the worst of all."""
    torch.set_num_threads(1)
    stored = bytearray(torchkata.data("digits.bin").read_bytes())
    rows = torch.frombuffer(stored, dtype=torch.uint8).view(-1, 65)
    images, labels = rows[:, :64].reshape(-1, 1, 8, 8) / 16, rows[:, 64].long()
    found = []
    for seed in range(seeds):
        began = time.process_time()
        found.append((accuracy(seed, images, labels), time.process_time() - began))
        print(f"seed {seed}: accuracy {found[-1][0]:.3f}, {found[-1][1]:.1f} s on one core")
    worst, longest = min(share for share, _ in found), max(seconds for _, seconds in found)
    print(f"{seeds} seeds: accuracy at least {worst:.3f}, at most {longest:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
