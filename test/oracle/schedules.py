"""schedules.json: learning rates at t = 0..59, from the definitions with 50 digits."""

import warnings

import mpmath
import numpy as np
import torch
from common import write
from mpmath import mpf

mpmath.mp.dps = 50
COUNT = 60


def constant(t, base):
    return base


def factor(t, base, factor, stop):
    return max(stop, base * factor ** (t + 1))


def multistep(t, base, milestones, gamma):
    return base * gamma ** sum(1 for milestone in milestones if t >= milestone)


def exponential(t, base, rate):
    return base * mpmath.exp(-rate * t)


def inverse_power(t, base, scale, power):
    return base * (1 + scale * t) ** -power


def piecewise(t, boundaries, values):
    """A boundary is the first index of the next value, as a milestone is."""
    return values[sum(1 for boundary in boundaries if t >= boundary)]


def knots(t, boundaries, values):
    """Straight from knot to knot, level outside."""
    if t <= boundaries[0]:
        return values[0]
    for (from_, begin), (to, end) in zip(zip(boundaries, values), zip(boundaries[1:], values[1:])):
        if t <= to:
            return begin + (end - begin) * mpf(t - from_) / (to - from_)
    return values[-1]


def cosine(t, base, final, maxUpdate, warmupSteps, warmupBegin):
    if t < warmupSteps:
        return warmupBegin + (base - warmupBegin) * t / warmupSteps
    t = min(t, maxUpdate)
    return final + (base - final) * (1 + mpmath.cos(mpmath.pi * (t - warmupSteps) / (maxUpdate - warmupSteps))) / 2


def cosine_restarts(t, base, final, firstCycle, cycleFactor):
    """Loshchilov & Hutter 2017, equation 5, cycle by cycle."""
    begin, length = 0, firstCycle
    while t >= begin + length:
        begin, length = begin + length, length * cycleFactor
    return final + (base - final) * (1 + mpmath.cos(mpmath.pi * (t - begin) / length)) / 2


def trapezoid(t, base, begin, rise, hold, decay, final):
    """Xing et al. 2018: three straight stretches, then level."""
    if t < rise:
        return begin + (base - begin) * mpf(t) / rise
    if t < rise + hold:
        return base
    return base + (final - base) * min(mpf(t - rise - hold) / decay, 1)


RULES = {
    "constant": constant,
    "factor": factor,
    "multistep": multistep,
    "exponential": exponential,
    "inverse-power": inverse_power,
    "piecewise": piecewise,
    "knots": knots,
    "cosine": cosine,
    "cosine-restarts": cosine_restarts,
    "trapezoid": trapezoid,
}
COSINE = dict(base=0.3, final=0.01, maxUpdate=20, warmupSteps=0, warmupBegin=0.0)
CASES = [  # (schedule, settings, warm-up)
    ("constant", dict(base=0.3), None),
    ("constant", dict(base=0.125), None),
    ("constant", dict(base=7e-5), None),
    ("factor", dict(base=2.0, factor=0.9, stop=0.01), None),
    ("factor", dict(base=0.5, factor=0.99, stop=1e-7), None),
    ("factor", dict(base=3.0, factor=0.61, stop=0.2), None),
    ("multistep", dict(base=0.5, milestones=[15, 30], gamma=0.5), None),
    ("multistep", dict(base=0.2, milestones=[3, 11, 12, 47], gamma=0.3), None),
    ("multistep", dict(base=1.0, milestones=[7], gamma=1.5), None),
    ("exponential", dict(base=0.1, rate=0.1), None),
    ("exponential", dict(base=1.3, rate=0.037), None),
    ("exponential", dict(base=0.2, rate=1.7), None),
    ("inverse-power", dict(base=0.1, scale=0.1, power=0.5), None),
    ("inverse-power", dict(base=2.5, scale=0.7, power=1.3), None),
    ("inverse-power", dict(base=0.4, scale=0.01, power=3.0), None),
    ("piecewise", dict(boundaries=[15, 30], values=[0.5, 0.25, 0.125]), None),
    ("piecewise", dict(boundaries=[1, 20, 21, 58], values=[0.01, 0.3, 0.7, 0.02, 0.4]), None),
    ("piecewise", dict(boundaries=[33], values=[1e-3, 1e-5]), None),
    ("knots", dict(boundaries=[10, 30], values=[0.1, 0.01]), None),
    ("knots", dict(boundaries=[0, 5, 6, 41, 58], values=[0.0, 0.3, 0.7, 1e-6, 0.02]), None),
    ("knots", dict(boundaries=[7, 50], values=[1e-5, 0.4]), None),
    ("cosine", COSINE, None),
    ("cosine", {**COSINE, "warmupSteps": 5}, None),
    ("cosine", dict(base=0.07, final=0.02, maxUpdate=47, warmupSteps=9, warmupBegin=0.005), None),
    ("cosine", dict(base=1.0, final=0.0, maxUpdate=90, warmupSteps=1, warmupBegin=0.3), None),
    ("cosine-restarts", dict(base=0.3, final=0.01, firstCycle=10, cycleFactor=2), None),
    ("cosine-restarts", dict(base=0.05, final=0.001, firstCycle=7, cycleFactor=1), None),
    ("cosine-restarts", dict(base=1.0, final=0.2, firstCycle=1, cycleFactor=3), None),
    ("trapezoid", dict(base=0.3, begin=0.02, rise=5, hold=40, decay=10, final=0.003), None),
    ("trapezoid", dict(base=0.05, begin=0.4, rise=6, hold=3, decay=48, final=1e-6), None),
    ("trapezoid", dict(base=1.0, begin=0.1, rise=4, hold=1, decay=1, final=0.5), None),
    ("constant", dict(base=0.3), dict(steps=5, begin=0.0)),
    ("factor", dict(base=2.0, factor=0.9, stop=0.01), dict(steps=10, begin=0.5)),
    ("multistep", dict(base=0.5, milestones=[15, 30], gamma=0.5), dict(steps=7, begin=0.01)),
    ("exponential", dict(base=0.1, rate=0.1), dict(steps=1, begin=0.02)),
    ("inverse-power", dict(base=0.1, scale=0.1, power=0.5), dict(steps=13, begin=0.0)),
    ("knots", dict(boundaries=[3, 20], values=[0.2, 0.05]), dict(steps=6, begin=0.01)),
    ("cosine", COSINE, dict(steps=5, begin=0.0)),
    ("cosine-restarts", dict(base=0.2, final=0.03, firstCycle=9, cycleFactor=2), dict(steps=4, begin=0.01)),
    ("trapezoid", dict(base=0.2, begin=0.1, rise=3, hold=20, decay=9, final=0.02), dict(steps=4, begin=0.01)),
    ("cosine", {**COSINE, "final": 0.05, "maxUpdate": 31}, dict(steps=8, begin=0.4)),
]


def numbers(value):
    if isinstance(value, (list, tuple)):
        return [numbers(item) for item in value]
    return value if isinstance(value, int) else mpf(value)


def values(schedule, settings, warmup):
    options = {key: numbers(value) for key, value in settings.items()}
    steps = warmup["steps"] if warmup else 0
    result = []
    for t in range(COUNT):
        if t < steps:
            begin = mpf(warmup["begin"])
            base = options["base"] if "base" in options else options["values"][0]
            result.append(begin + (base - begin) * t / steps)
        else:
            result.append(RULES[schedule](t - steps, **options))
    return [float(value) for value in result]


def torch_multistep(base, milestones, gamma):
    return torch_rates(base, lambda it: torch.optim.lr_scheduler.MultiStepLR(it, milestones=milestones, gamma=gamma))


def torch_restarts(base, final, firstCycle, cycleFactor):
    restarts = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts
    return torch_rates(base, lambda it: restarts(it, T_0=firstCycle, T_mult=cycleFactor, eta_min=final))


def torch_rates(base, scheduler):
    method = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    schedule = scheduler(method)
    result = []
    for _ in range(COUNT):
        result.append(method.param_groups[0]["lr"])
        method.step()
        schedule.step()
    return result


class TutorialCosine:
    """The tutorial's class, as a check; written from its definition."""

    def __init__(self, base, final, maxUpdate, warmupSteps, warmupBegin):
        self.original = self.rate = base
        self.final, self.last, self.steps, self.begin = final, maxUpdate, warmupSteps, warmupBegin

    def __call__(self, epoch):
        if epoch < self.steps:
            return self.begin + (self.original - self.begin) * float(epoch) / float(self.steps)
        if epoch <= self.last:
            progress = (epoch - self.steps) / (self.last - self.steps)
            self.rate = self.final + (self.original - self.final) * (1 + np.cos(np.pi * progress)) / 2
        return self.rate


def checked(schedule, settings, warmup):
    result = values(schedule, settings, warmup)
    if not warmup:
        t = np.arange(COUNT, dtype=float)
        if schedule == "multistep":
            other = torch_multistep(**settings)
        elif schedule == "exponential":
            other = settings["base"] * np.exp(-settings["rate"] * t)
        elif schedule == "knots":
            other = np.interp(t, settings["boundaries"], settings["values"])
        elif schedule == "cosine":
            tutorial = TutorialCosine(**settings)
            other = [tutorial(epoch) for epoch in range(COUNT)]
        elif schedule == "cosine-restarts":
            other = torch_restarts(**settings)
        elif schedule == "trapezoid":
            ends = np.cumsum([0, settings["rise"], settings["hold"], settings["decay"]])
            other = np.interp(t, ends, [settings["begin"], settings["base"], settings["base"], settings["final"]])
        elif schedule == "factor":
            other, rate = [], settings["base"]
            for _ in range(COUNT):  # the tutorial multiplies at every call and never goes below stop
                rate = max(settings["stop"], rate * settings["factor"])
                other.append(rate)
        else:
            other = result
        assert np.allclose(result, other, rtol=1e-13, atol=1e-17), (schedule, settings)
    return {"schedule": schedule, "set": settings, **({"warmup": warmup} if warmup else {}), "values": result}


warnings.simplefilter("error")
write("schedules.json", "schedules.py", {"cases": [checked(*entry) for entry in CASES]})
