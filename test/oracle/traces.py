"""traces.json: the specification's traces on test functions, and every rule on the Rosenbrock function."""

import math

import mpmath
import numpy as np
import pytorch_rules
import torch
from common import write
from mpmath import mpf
from reference import DEFAULTS, Digits50, Float64, Rule, complete

mpmath.mp.dps = 50

# ---- Deterministic rows: 50 digits, gradients by hand -------------------------------------------------------
ONE = {
    "x^2": (lambda x: x[0] ** 2, lambda x: [2 * x[0]]),
    "x*cos(0.15*pi*x)": (
        lambda x: x[0] * mpmath.cos(mpf(0.15) * mpmath.pi * x[0]),
        lambda x: [
            mpmath.cos(mpf(0.15) * mpmath.pi * x[0])
            - mpf(0.15) * mpmath.pi * x[0] * mpmath.sin(mpf(0.15) * mpmath.pi * x[0])
        ],
    ),
}
TWO = {
    "x1^2+2*x2^2": (lambda x: x[0] ** 2 + 2 * x[1] ** 2, lambda x: [2 * x[0], 4 * x[1]]),
    "0.1*x1^2+2*x2^2": (
        lambda x: mpf(0.1) * x[0] ** 2 + 2 * x[1] ** 2,
        lambda x: [2 * mpf(0.1) * x[0], 4 * x[1]],
    ),
}
ROWS = [
    ("x^2", "sgd", dict(lr=0.2), ["0.060466"]),
    ("x^2", "sgd", dict(lr=0.05), ["3.486784"]),
    ("x^2", "sgd", dict(lr=1.1), ["61.917364"]),
    ("x*cos(0.15*pi*x)", "sgd", dict(lr=2.0), ["-1.528166"]),
    ("x1^2+2*x2^2", "sgd", dict(lr=0.1), ["-0.057646", "-0.000073"]),
    ("0.1*x1^2+2*x2^2", "sgd", dict(lr=0.4), ["-0.943467", "-0.000073"]),
    ("0.1*x1^2+2*x2^2", "sgd", dict(lr=0.6), ["-0.387814", "-1673.365109"]),
    ("0.1*x1^2+2*x2^2", "momentum", dict(lr=0.6, momentum=0.5), ["0.007188", "0.002553"]),
    ("0.1*x1^2+2*x2^2", "momentum", dict(lr=0.6, momentum=0.25), ["-0.126340", "-0.186632"]),
    ("0.1*x1^2+2*x2^2", "adagrad", dict(lr=0.4, eps=1e-6, epsPlacement="inside"), ["-2.382563", "-0.158591"]),
    ("0.1*x1^2+2*x2^2", "adagrad", dict(lr=2.0, eps=1e-6, epsPlacement="inside"), ["-0.002295", "-0.000000"]),
    ("0.1*x1^2+2*x2^2", "rmsprop", dict(lr=0.4, rho=0.9, eps=1e-6, epsPlacement="inside"), ["-0.010599", "0.000000"]),
]


def failed(what, found, expected):
    raise SystemExit(f"{what}: found {found}, the specification says {expected}")


def run(value, gradient, rule, start, steps):
    x = rule.kind.array(start)
    points, values = [x], [value(x)]
    for _ in range(steps):
        x = rule.step(x, rule.kind.array(gradient(x)))
        points.append(x)
        values.append(value(x))
    return points, values


def deterministic(objective, optimizer, settings, printed):
    value, gradient = {**ONE, **TWO}[objective]
    start, steps = ([10.0], 10) if objective in ONE else ([-5.0, -2.0], 20)
    points, values = run(value, gradient, Rule(optimizer, settings, len(start), Digits50), start, steps)
    for found, expected in zip(points[-1], printed):
        if f"{float(found):.6f}" != expected:
            failed(f"{objective} {optimizer} {settings}", f"{float(found):.6f}", expected)
    return {
        "name": f"{objective} {optimizer} " + " ".join(f"{k}={v}" for k, v in settings.items()),
        "objective": objective,
        "optimizer": optimizer,
        "set": settings,
        "start": start,
        "steps": steps,
        "points": points,
        "values": values,
        "printed": printed,
    }


# ---- Noisy rows: mean and deviation of a linear recursion ----------------------------------------------------
# x(k+1) = (1 - lr(k) h) x(k) - lr(k) noise(k) for the curvature h of each coordinate
NOISY = [
    ("constant", dict(base=0.1), 50, lambda t: mpf(0.1), ["-.0001 [.167]", "0 [.125]"]),
    (
        "exponential",
        dict(base=0.1, rate=0.1),
        1000,
        lambda t: mpf(0.1) * mpmath.exp(-mpf(0.1) * t),
        ["-.8257 [.075]", "-.0450 [.040]"],
    ),
    (
        "inverse-power",
        dict(base=0.1, scale=0.1, power=0.5),
        50,
        lambda t: mpf(0.1) * (1 + mpf(0.1) * t) ** mpf(-0.5),
        ["-.0124 [.105]", "0 [.075]"],
    ),
]


def noisy(schedule, settings, steps, rate, printed):
    means, deviations = [], []
    for start, curvature, text in zip((-5, -2), (2, 4), printed):
        mean, variance = mpf(start), mpf(0)
        for k in range(steps):
            lr = rate(k + 2)
            mean *= 1 - lr * curvature
            variance = (1 - lr * curvature) ** 2 * variance + lr**2
        deviation = mpmath.sqrt(variance)
        expected = text.rstrip("]").split(" [")
        for found, figure in zip((mean, deviation), expected):
            digits = len(figure.split(".")[1]) if "." in figure else 4
            if abs(round(float(found), digits) - float(figure)) > 1e-12:
                failed(f"noisy {schedule} from {start}", float(found), figure)
        means.append(mean)
        deviations.append(deviation)
    return {
        "name": f"noisy {schedule}",
        "objective": "x1^2+2*x2^2",
        "optimizer": "sgd",
        "set": dict(lr=0.1),
        "schedule": schedule,
        "scheduleSet": settings,
        "scheduleOffset": 2,
        "noise": 1,
        "start": [-5, -2],
        "steps": steps,
        "mean": means,
        "deviation": deviations,
        "printed": printed,
    }


# ---- All rules on Rosenbrock ---------------------------------------------------------------------------------
ODD = {
    "sgd": dict(lr=0.0017, weightDecay=0.01),
    "momentum": dict(lr=0.0004, momentum=0.8, dampening=0.1),
    "nesterov": dict(lr=0.0005, momentum=0.85),
    "adagrad": dict(lr=0.3, eps=0.001, initialAccumulator=0.5, epsPlacement="inside"),
    "rmsprop": dict(lr=0.002, rho=0.95, eps=0.01, momentum=0.5, centered=True),
    "adadelta": dict(lr=0.5, rho=0.95, eps=1e-7),
    "adam": dict(lr=0.02, beta1=0.7, beta2=0.95, eps=0.001),
    "amsgrad": dict(lr=0.03, beta1=0.8, beta2=0.9, eps=0.01, weightDecay=0.05),
    "adamw": dict(lr=0.04, beta1=0.85, beta2=0.97, eps=1e-6, weightDecay=0.2),
    "nadam": dict(lr=0.02, beta1=0.8, beta2=0.98, eps=1e-5, momentumDecay=0.05),
    "yogi": dict(lr=0.02, beta1=0.8, beta2=0.95, eps=0.01, initialAccumulator=1.0),
    "adamax": dict(lr=0.015, beta1=0.7, beta2=0.99, eps=0.001),
    "radam": dict(lr=0.0008, beta1=0.8, beta2=0.95, eps=1e-4),
    "asgd": dict(lr=0.0007, lambd=0.02, alpha=0.9, t0=50.0),
    "rprop": dict(lr=0.003, etaMinus=0.4, etaPlus=1.3, minStep=1e-5, maxStep=0.2),
    "lion": dict(lr=0.005, beta1=0.8, beta2=0.95, weightDecay=0.1),
}
ROSENBROCK = "(1-x1)^2+100*(x2-x1^2)^2"
START, STEPS, LIMIT = [-1.2, 1.0], 200, 1e30


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def rosenbrock_gradient(x):
    return [-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)]


def over(value) -> bool:
    return not math.isfinite(value) or abs(value) > LIMIT


def rosenbrock_by_hand(optimizer, settings, kind):
    rule = Rule(optimizer, settings, 2, kind)
    x = kind.array(START)
    points = [x]
    with np.errstate(all="ignore"):
        while len(points) <= STEPS and not over(float(rosenbrock(x))):
            x = rule.step(x, kind.array(rosenbrock_gradient(x)))
            points.append(x)
    return points


def rosenbrock_by_pytorch(optimizer, settings):
    x = torch.tensor(START, requires_grad=True)
    method = pytorch_rules.create(optimizer, settings, [x])
    points = [x.detach().numpy().copy()]
    while len(points) <= STEPS and not over(rosenbrock(points[-1])):
        method.zero_grad()
        rosenbrock(x).backward()
        method.step()
        points.append(x.detach().numpy().copy())
    return points


def apart(a, b):
    return max(
        float(abs(p - q) / max(1, abs(q))) for point, other in zip(a, b) for p, q in zip(point, other) if math.isfinite(q)
    )


def on_rosenbrock(optimizer, kind, settings):
    torch_has_it = pytorch_rules.in_pytorch(optimizer, settings)
    points = rosenbrock_by_hand(optimizer, settings, Float64)
    exact = rosenbrock_by_hand(optimizer, settings, Digits50)
    if torch_has_it:
        hand, points = points, rosenbrock_by_pytorch(optimizer, settings)
        assert len(hand) == len(points)
    assert len(exact) == len(points)
    diverged = over(rosenbrock(points[-1]))
    # The last point of a diverged trace is beyond any use; the others show how far rounding is amplified.
    used = slice(0, -1) if diverged else slice(None)
    rounding = apart(points[used], exact[used])
    assert rounding < 1e-12, (optimizer, kind, rounding)
    return {
        "name": f"{optimizer} {kind}",
        "objective": ROSENBROCK,
        "optimizer": optimizer,
        "source": "torch" if torch_has_it else "numpy",
        "set": complete(optimizer, settings),
        "start": START,
        "steps": STEPS,
        "status": "diverged" if diverged else "done",
        "points": points[:-1] if diverged else points,
        "lastValue": rosenbrock(points[-2] if diverged else points[-1]),
        "rounding": rounding,
    }


# ---- Weights that the tutorial plots over 40 steps -----------------------------------------------------------
def weights():
    momentum = [{"rule": "momentum", "beta": b, "values": [mpf(b) ** t for t in range(40)]} for b in (0.95, 0.9, 0.6, 0.0)]
    averages = [
        {"rule": "rmsprop", "gamma": g, "values": [(1 - mpf(g)) * mpf(g) ** t for t in range(40)]}
        for g in (0.95, 0.9, 0.8, 0.7)
    ]
    return momentum + averages


rows = [deterministic(*row) for row in ROWS]
noisy_rows = [noisy(*row) for row in NOISY]
rosenbrock_rows = [
    on_rosenbrock(optimizer, kind, settings)
    for optimizer in DEFAULTS
    for kind, settings in (("defaults", {}), ("odd", ODD[optimizer]))
]
for row in rosenbrock_rows:
    last = ", ".join(f"{value:.6g}" for value in row["points"][-1])
    print(f"  {row['name']:20} {row['status']:8} {len(row['points']):3} points, last {last}; rounding {row['rounding']:.1e}")
for row in noisy_rows:
    print("  " + row["name"], [f"{float(m):.12g} [{float(d):.12g}]" for m, d in zip(row["mean"], row["deviation"])])
write(
    "traces.json",
    "traces.py",
    {"rows": rows, "noisy": noisy_rows, "rosenbrock": rosenbrock_rows, "weights": weights()},
    about=(
        "rows: 50-digit arithmetic rounded to float64, `printed` is the last point as the specification prints it. "
        "noisy: exact mean and standard deviation of the last point. rosenbrock: float64; a diverged trace ends with "
        "the last point whose value is finite and at most 1e30; `rounding` is its largest difference from 50-digit "
        "arithmetic, relative to max(1, |x|)."
    ),
)
