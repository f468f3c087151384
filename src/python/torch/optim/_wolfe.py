"""A line search for the strong Wolfe conditions (Nocedal and Wright, Numerical Optimization, 2006, algorithms 3.5 and 3.6)."""

from collections import namedtuple

Point = namedtuple("Point", "t loss grad slope")
"""How far along the direction; loss, gradient and directional derivative there."""

DECREASE, FLATTENING = 1e-4, 0.9
"""c1 and c2 of the conditions."""
LEAST_CHANGE, MOST_STEPS = 1e-9, 25


def strong_wolfe(evaluate, start, t, size):
    """The point found and how often `evaluate` was called. `size`: the largest component of the direction."""
    bracket, done, steps = _bracket(evaluate, start, t)
    evaluations = steps + 1
    low, high = _by_loss(bracket)
    close = False
    while not done and steps < MOST_STEPS:
        if abs(bracket[1].t - bracket[0].t) * size < LEAST_CHANGE:
            break
        t, close = _trial(bracket, close)
        new = evaluate(t)
        evaluations += 1
        steps += 1
        if _is_too_high(new, start) or new.loss >= bracket[low].loss:
            bracket[high] = new
            low, high = _by_loss(bracket)
            continue
        if _is_flat(new, start):
            done = True
        elif new.slope * (bracket[high].t - bracket[low].t) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = new
    return bracket[low], evaluations


def _bracket(evaluate, start, t):
    """Longer and longer steps until two points have one between them that fulfils the conditions, or one does itself."""
    before, new, steps = start, evaluate(t), 0
    while steps < MOST_STEPS:
        if _is_too_high(new, start) or (steps > 1 and new.loss >= before.loss):
            return [before, new], False, steps
        if _is_flat(new, start):
            return [new], True, steps
        if new.slope >= 0:
            return [before, new], False, steps
        bounds = new.t + 0.01 * (new.t - before.t), new.t * 10
        t = _cubic_minimum(before, new, *bounds)
        before, new = new, evaluate(t)
        steps += 1
    return [start, new], False, steps


def _is_too_high(new, start):
    return new.loss > start.loss + DECREASE * new.t * start.slope


def _is_flat(new, start):
    return abs(new.slope) <= -FLATTENING * start.slope


def _by_loss(bracket):
    return (0, 1) if bracket[0].loss <= bracket[-1].loss else (1, 0)


def _trial(bracket, close):
    """Where to look in a bracket. Twice in a row near one of its ends would lead nowhere: then a tenth of its length away from there."""
    ends = [point.t for point in bracket]
    t = _cubic_minimum(*bracket, *(ends if ends[0] <= ends[1] else reversed(ends)))
    least, most = min(ends), max(ends)
    margin = 0.1 * (most - least)
    if not min(most - t, t - least) < margin:
        return t, False
    if not (close or t >= most or t <= least):
        return t, True
    return (most - margin if abs(t - most) < abs(t - least) else least + margin), False


def _cubic_minimum(a, b, least, most):
    """Of the cubic that has the losses and slopes of two points (equation 3.59); the middle where it has none."""
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = d1**2 - a.slope * b.slope
    if not square >= 0:
        return (least + most) / 2.0
    d2 = square.sqrt()
    near, far = (a, b) if a.t <= b.t else (b, a)
    t = far.t - (far.t - near.t) * ((far.slope + d2 - d1) / (far.slope - near.slope + 2 * d2))
    return min(max(t, least), most)
