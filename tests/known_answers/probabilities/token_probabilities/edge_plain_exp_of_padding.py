# edge: takes exp of the padding scores without a shift and multiplies by the mask, so a huge score at a padding position gives inf * 0 = nan; scores of 1000 at a padding position show it (tokens are right).
import torch


def token_probabilities(scores, is_token):
    keep = is_token.unsqueeze(-1)
    top = torch.where(keep, scores, torch.zeros_like(scores)).amax(dim=-1, keepdim=True)
    weights = torch.exp(scores - top) * keep
    total = weights.sum(dim=-1, keepdim=True)
    return weights / torch.where(keep, total, torch.ones_like(total))
