# Right: one over the sum of exp of the pairwise leads.
import torch


def soften(logits, temperature):
    leads = (logits.unsqueeze(1) - logits.unsqueeze(2)) / temperature  # [n, i, j] = z_j - z_i
    return 1 / leads.exp().sum(dim=2)
