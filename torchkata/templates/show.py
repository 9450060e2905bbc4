"""What an answer was given, what it did, and what was expected. Run: python show.py"""

import torch


def difference(got, expected):
    """By how much two tensors differ at most, as text; nothing where that cannot be said."""
    both = isinstance(expected, torch.Tensor) and isinstance(got, torch.Tensor)
    if not both or expected.shape != got.shape or not expected.numel():
        return ""
    return f"   (largest difference {(got.double() - expected.double()).abs().max():g})"


for case in torch.load("values.pt", weights_only=True):
    print("=" * 70)
    print(f"{case['exercise']}, case {case['case']}, seed {case['seed']}")
    for kind in ("arguments", "got", "expected"):
        print(f"--- {kind}:")
        for name, value in case[kind].items():
            more = difference(value, case["expected"].get(name)) if kind == "got" else ""
            print(f"{name} = {value}{more}")
