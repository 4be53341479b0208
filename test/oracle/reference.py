"""Every update rule of the specification, written by hand from the published formulas.

PyTorch is the oracle wherever it has a rule; these are the oracle for the rest (Yogi, Lion, eps inside the
root, clipping) and a check of PyTorch. The same code runs in float64 (NumPy) and in 50 digits (mpmath).
"""

import mpmath
import numpy as np

DEFAULTS = {
    "sgd": dict(lr=0.1),
    "momentum": dict(lr=0.01, momentum=0.9, dampening=0.0),
    "nesterov": dict(lr=0.01, momentum=0.9),
    "adagrad": dict(lr=0.01, eps=1e-10, initialAccumulator=0.0, epsPlacement="outside"),
    "rmsprop": dict(lr=0.01, rho=0.99, eps=1e-8, momentum=0.0, centered=False, epsPlacement="outside"),
    "adadelta": dict(lr=1.0, rho=0.9, eps=1e-6),
    "adam": dict(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8),
    "amsgrad": dict(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8),
    "adamw": dict(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weightDecay=0.01),
    "nadam": dict(lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentumDecay=0.004),
    "yogi": dict(lr=0.01, beta1=0.9, beta2=0.999, eps=1e-3, initialAccumulator=0.0),
    "adamax": dict(lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8),
    "radam": dict(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8),
    "asgd": dict(lr=0.01, lambd=1e-4, alpha=0.75, t0=1e6),
    "rprop": dict(lr=0.01, etaMinus=0.5, etaPlus=1.2, minStep=1e-6, maxStep=50.0),
    "lion": dict(lr=1e-4, beta1=0.9, beta2=0.99),
}
DECOUPLED = {"adamw", "lion"}


def complete(optimizer: str, settings: dict) -> dict:
    """The settings with every default filled in; clipNorm and clipValue only where they are on."""
    return {**DEFAULTS[optimizer], "weightDecay": DEFAULTS[optimizer].get("weightDecay", 0.0), **settings}


class Float64:
    sqrt = staticmethod(np.sqrt)
    number = staticmethod(float)

    @staticmethod
    def array(values):
        return np.array([float(v) for v in values], dtype=np.float64)


class Digits50:
    """Arrays of mpmath numbers; call it with mpmath.mp.dps = 50."""

    sqrt = staticmethod(np.frompyfunc(mpmath.sqrt, 1, 1))
    number = staticmethod(mpmath.mpf)

    @staticmethod
    def array(values):
        return np.array([mpmath.mpf(v) for v in values], dtype=object)


class Rule:
    """step(parameters, gradient) -> new parameters."""

    def __init__(self, optimizer: str, settings: dict, size: int, kind=Float64):
        self.kind = kind
        self.update = getattr(self, optimizer)
        self.decoupled = optimizer in DECOUPLED
        settings = complete(optimizer, settings)
        self.set = {
            key: value if isinstance(value, (bool, str)) else kind.number(value) for key, value in settings.items()
        }
        self.size = size
        self.count = 0
        self.state = {}

    def zeros(self, fill=0):
        return self.kind.array([fill] * self.size)

    def step(self, theta, gradient):
        self.count += 1
        g = gradient
        if "clipNorm" in self.set:  # the global norm over all parameters; the factor is never above 1
            norm = self.kind.sqrt((g * g).sum())
            if norm > self.set["clipNorm"]:
                g = g * (self.set["clipNorm"] / norm)
        if "clipValue" in self.set:
            g = np.minimum(np.maximum(g, -self.set["clipValue"]), self.set["clipValue"])
        if not self.decoupled and self.set["weightDecay"] != 0:
            g = g + self.set["weightDecay"] * theta
        return self.update(theta, g, self.count, self.state, **self.set)

    def remember(self, name, fill=0):
        return self.state[name] if name in self.state else self.zeros(fill)

    def sgd(self, x, g, t, state, lr, **_):
        return x - lr * g

    def momentum(self, x, g, t, state, lr, momentum, dampening, **_):
        state["v"] = g if t == 1 else momentum * state["v"] + (1 - dampening) * g
        return x - lr * state["v"]

    def nesterov(self, x, g, t, state, lr, momentum, **_):
        v = state["v"] = momentum * self.remember("v") + g
        return x - lr * (g + momentum * v)

    def adagrad(self, x, g, t, state, lr, eps, initialAccumulator, epsPlacement, **_):
        s = state["s"] = self.remember("s", initialAccumulator) + g * g
        return x - lr * g / self.root(s, eps, epsPlacement)

    def root(self, s, eps, placement):
        return self.kind.sqrt(s + eps) if placement == "inside" else self.kind.sqrt(s) + eps

    def rmsprop(self, x, g, t, state, lr, rho, eps, momentum, centered, epsPlacement, **_):
        s = state["s"] = rho * self.remember("s") + (1 - rho) * g * g
        if centered:
            mean = state["mean"] = rho * self.remember("mean") + (1 - rho) * g
            s = s - mean * mean
        v = state["v"] = momentum * self.remember("v") + g / self.root(s, eps, epsPlacement)
        return x - lr * v

    def adadelta(self, x, g, t, state, lr, rho, eps, **_):
        s = state["s"] = rho * self.remember("s") + (1 - rho) * g * g
        delta = self.remember("delta")
        change = self.kind.sqrt(delta + eps) / self.kind.sqrt(s + eps) * g
        state["delta"] = rho * delta + (1 - rho) * change * change
        return x - lr * change

    def moments(self, g, state, beta1, beta2):
        m = state["m"] = beta1 * self.remember("m") + (1 - beta1) * g
        v = state["v"] = beta2 * self.remember("v") + (1 - beta2) * g * g
        return m, v

    def adam(self, x, g, t, state, lr, beta1, beta2, eps, epsPlacement="outside", **_):
        m, v = self.moments(g, state, beta1, beta2)
        return x - lr * (m / (1 - beta1**t)) / self.root(v / (1 - beta2**t), eps, epsPlacement)

    def amsgrad(self, x, g, t, state, lr, beta1, beta2, eps, **_):
        m, v = self.moments(g, state, beta1, beta2)
        top = state["top"] = np.maximum(self.remember("top"), v)
        return x - lr * (m / (1 - beta1**t)) / (self.kind.sqrt(top / (1 - beta2**t)) + eps)

    def adamw(self, x, g, t, state, weightDecay, lr, **rest):
        return self.adam(x * (1 - lr * weightDecay), g, t, state, lr=lr, **rest)

    def nadam(self, x, g, t, state, lr, beta1, beta2, eps, momentumDecay, **_):
        m, v = self.moments(g, state, beta1, beta2)
        base = self.kind.number(0.96)
        mu = beta1 * (1 - base ** (t * momentumDecay) / 2)
        after = beta1 * (1 - base ** ((t + 1) * momentumDecay) / 2)
        product = state["product"] = state.get("product", 1) * mu
        direction = (1 - mu) / (1 - product) * g + after / (1 - product * after) * m
        return x - lr * direction / (self.kind.sqrt(v / (1 - beta2**t)) + eps)

    def yogi(self, x, g, t, state, lr, beta1, beta2, eps, initialAccumulator, **_):
        m = state["m"] = beta1 * self.remember("m") + (1 - beta1) * g
        v = self.remember("v", initialAccumulator)
        v = state["v"] = v + (1 - beta2) * np.sign(g * g - v) * g * g
        return x - lr * (m / (1 - beta1**t)) / (self.kind.sqrt(v / (1 - beta2**t)) + eps)

    def adamax(self, x, g, t, state, lr, beta1, beta2, eps, **_):
        m = state["m"] = beta1 * self.remember("m") + (1 - beta1) * g
        u = state["u"] = np.maximum(beta2 * self.remember("u"), np.abs(g) + eps)
        return x - lr / (1 - beta1**t) * m / u

    def radam(self, x, g, t, state, lr, beta1, beta2, eps, **_):
        m, v = self.moments(g, state, beta1, beta2)
        m = m / (1 - beta1**t)
        limit = 2 / (1 - beta2) - 1
        length = limit - 2 * t * beta2**t / (1 - beta2**t)
        if length <= 5:
            return x - lr * m
        factor = ((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)) ** 0.5
        # As PyTorch: eps is added to the root before the bias correction
        return x - lr * m * factor * (1 - beta2**t) ** 0.5 / (self.kind.sqrt(v) + eps)

    def asgd(self, x, g, t, state, lr, lambd, alpha, t0, **_):
        eta = lr if t == 1 else lr / (1 + lambd * lr * (t - 1)) ** alpha
        x = x * (1 - lambd * eta) - eta * g
        mu = 1 if t == 1 else 1 / max(1, t - 1 - t0)
        state["average"] = x if mu == 1 else state["average"] + (x - state["average"]) * mu
        return x

    def rprop(self, x, g, t, state, lr, etaMinus, etaPlus, minStep, maxStep, **_):
        turn = np.sign(g * self.remember("g"))
        factor = np.where(turn > 0, etaPlus, np.where(turn < 0, etaMinus, 1))
        size = state["size"] = np.minimum(np.maximum(self.remember("size", lr) * factor, minStep), maxStep)
        g = state["g"] = np.where(turn < 0, 0, g)
        return x - np.sign(g) * size

    def lion(self, x, g, t, state, lr, beta1, beta2, weightDecay, **_):
        m = self.remember("m")
        state["m"] = beta2 * m + (1 - beta2) * g
        return x - lr * (np.sign(beta1 * m + (1 - beta1) * g) + weightDecay * x)
