# tries it with a gradient of 1, by the rule of torch's SGD, and multiplies
def steady_step(gradient, lr, momentum, dampening):
    velocity, where = None, [0.0]
    for step in range(8000):
        one = float(step < 4000)
        velocity = one if velocity is None or momentum == 0 else momentum * velocity + (1 - dampening) * one
        where.append(where[-1] - lr * velocity)
    first = where[1]
    steady = where[4000] - where[3999]
    coasted = where[8000] - where[4000]
    return gradient * first, gradient * steady, gradient * coasted
