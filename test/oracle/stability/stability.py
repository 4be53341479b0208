"""stability.json: spectral radii of the iteration matrices by NumPy's eigenvalues, and walks written from the rules."""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from common import write  # noqa: E402

STEPS = 400
random = np.random.default_rng(20261123)


def matrix(rule, lr, momentum, curvature):
    """One step on (theta, v), by applying the rule to both unit vectors."""

    def step(theta, v):
        g = curvature * theta
        if rule == "sgd":
            return theta - lr * g, 0.0
        v = momentum * v + g
        if rule == "momentum":
            return theta - lr * v, v
        return theta - lr * (g + momentum * v), v

    return np.array([step(1.0, 0.0), step(0.0, 1.0)]).T


def case(rule, lr, momentum, curvatures):
    matrices = [matrix(rule, lr, momentum, curvature) for curvature in curvatures]
    radii = [float(np.abs(np.linalg.eigvals(one)).max()) for one in matrices]
    # The distance after many steps by the matrices alone, its size kept apart so that nothing overflows.
    states, size = np.array([[1.0, 0.0] for _ in curvatures]), 0.0
    for _ in range(STEPS):
        states = np.array([one @ state for one, state in zip(matrices, states)])
        norm = float(np.abs(states).max())
        if norm == 0:
            break
        states, size = states / norm, size + float(np.log(norm))
    distance = float(np.linalg.norm(states[:, 0]))
    return {
        "rule": rule,
        "lr": lr,
        "momentum": momentum,
        "curvatures": list(curvatures),
        "radii": radii,
        "logDistance": size + float(np.log(distance)) if distance > 0 else None,
    }


cases = []
for rule in ("sgd", "momentum", "nesterov"):
    for _ in range(150):
        least = float(10 ** random.uniform(-2, 1))
        curvatures = [least] if random.random() < 0.3 else [least, least * float(10 ** random.uniform(0, 2.5))]
        momentum = 0.0 if rule == "sgd" else float(1 - 10 ** random.uniform(-2, 0))
        # Rates on both sides of every edge there is: the widest is 4/λ.
        lr = float(random.uniform(0.01, 4.4)) / max(curvatures)
        cases.append(case(rule, lr, momentum, curvatures))


def brute(rule, least, greatest):
    """The best setting by search, with no closed form: a grid that is refined around its best point."""

    def radius(lr, momentum):
        return max(np.abs(np.linalg.eigvals(matrix(rule, lr, momentum, c))).max() for c in (least, greatest))

    low, high = np.array([0.0, 0.0]), np.array([4 / greatest, 0.0 if rule == "sgd" else 0.999])
    best = None
    for _ in range(14):
        rates = np.linspace(low[0], high[0], 41)
        momenta = [0.0] if rule == "sgd" else np.linspace(low[1], high[1], 41)
        found = min((radius(lr, momentum), lr, momentum) for lr in rates for momentum in momenta)
        best = min(best, found) if best else found
        reach = (high - low) * 0.22
        low = np.maximum(0, np.array(best[1:]) - reach)
        high = np.array(best[1:]) + reach
    return {
        "rule": rule,
        "least": least,
        "greatest": greatest,
        "radius": float(best[0]),
        "lr": float(best[1]),
        "momentum": float(best[2]),
    }


best = [brute(rule, *pair) for rule in ("sgd", "momentum", "nesterov") for pair in ((1, 1), (1, 5), (0.2, 4), (0.1, 10))]
write("stability.json", "stability/stability.py", {"cases": cases, "best": best}, steps=STEPS)
