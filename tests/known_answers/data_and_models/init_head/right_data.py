# Right: numbers, one by one, through .data
import math


def init_head(model, prior):
    model.head.weight.data.mul_(0)
    shares = prior.tolist()
    for place, share in enumerate(shares):
        rest = 1 - share if len(shares) == 1 else 1
        model.head.bias.data[place] = math.log(share) - math.log(rest)
