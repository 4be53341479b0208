"""rules.json and rules-variants.json: parameters under given gradient sequences.

The second file holds the rules and variants that PyTorch lacks (source "numpy") and, so that neither file is
large, RAdam, ASGD and Rprop.
"""

import numpy as np
import pytorch_rules
import torch
from common import write
from reference import DEFAULTS, Rule, complete

SIZE, STEPS = 7, 40

CASES = [
    ("sgd", "defaults", {}),
    ("sgd", "large lr", dict(lr=0.37)),
    ("sgd", "weight decay", dict(lr=0.05, weightDecay=0.3)),
    ("momentum", "defaults", {}),
    ("momentum", "dampening", dict(lr=0.07, momentum=0.63, dampening=0.2)),
    ("momentum", "dampening and weight decay", dict(lr=0.02, momentum=0.95, dampening=0.4, weightDecay=0.11)),
    ("nesterov", "defaults", {}),
    ("nesterov", "odd", dict(lr=0.3, momentum=0.35)),
    ("nesterov", "weight decay", dict(lr=0.02, momentum=0.97, weightDecay=0.2)),
    ("adagrad", "defaults", {}),
    ("adagrad", "initial accumulator", dict(lr=0.3, eps=1e-4, initialAccumulator=0.7)),
    ("adagrad", "weight decay", dict(lr=1.7, eps=0.01, initialAccumulator=0.05, weightDecay=0.4)),
    ("rmsprop", "defaults", {}),
    ("rmsprop", "odd", dict(lr=0.13, rho=0.8, eps=1e-3)),
    ("rmsprop", "momentum", dict(lr=0.02, rho=0.95, eps=1e-5, momentum=0.7)),
    ("rmsprop", "centered", dict(lr=0.03, rho=0.9, eps=1e-2, centered=True)),
    (
        "rmsprop",
        "centered, momentum and weight decay",
        dict(lr=0.005, rho=0.85, eps=1e-2, momentum=0.4, centered=True, weightDecay=0.25),
    ),
    ("adadelta", "defaults", {}),
    ("adadelta", "odd", dict(lr=0.5, rho=0.7, eps=1e-3)),
    ("adadelta", "weight decay", dict(lr=3.0, rho=0.97, eps=1e-5, weightDecay=0.6)),
    ("adam", "defaults", {}),
    ("adam", "odd", dict(lr=0.05, beta1=0.6, beta2=0.95, eps=0.01)),
    ("adam", "weight decay", dict(lr=0.2, beta1=0.97, beta2=0.9, eps=1e-6, weightDecay=0.5)),
    ("amsgrad", "defaults", {}),
    ("amsgrad", "odd", dict(lr=0.05, beta1=0.5, beta2=0.8, eps=0.02)),
    ("amsgrad", "weight decay", dict(lr=0.1, beta1=0.9, beta2=0.7, eps=1e-7, weightDecay=0.3)),
    ("adamw", "defaults", {}),
    ("adamw", "odd", dict(lr=0.08, beta1=0.7, beta2=0.99, eps=1e-4, weightDecay=0.6)),
    ("adamw", "no weight decay", dict(lr=0.03, weightDecay=0.0)),
    ("nadam", "defaults", {}),
    ("nadam", "momentum decay", dict(lr=0.04, beta1=0.8, beta2=0.97, eps=1e-3, momentumDecay=0.3)),
    ("nadam", "weight decay", dict(lr=0.1, beta1=0.95, beta2=0.9, eps=1e-6, momentumDecay=0.05, weightDecay=0.2)),
    ("adamax", "defaults", {}),
    ("adamax", "odd", dict(lr=0.06, beta1=0.5, beta2=0.75, eps=0.05)),
    ("adamax", "weight decay", dict(lr=0.2, beta1=0.95, beta2=0.9, eps=1e-4, weightDecay=0.35)),
    ("radam", "defaults", {}),
    ("radam", "odd", dict(lr=0.05, beta1=0.7, beta2=0.9, eps=1e-3)),
    ("radam", "never rectified", dict(lr=0.02, beta1=0.8, beta2=0.6, eps=1e-5)),
    ("radam", "weight decay", dict(lr=0.03, beta1=0.9, beta2=0.97, eps=1e-6, weightDecay=0.4)),
    ("asgd", "defaults", {}),
    ("asgd", "averaging starts at once", dict(lr=0.05, lambd=0.03, alpha=0.6, t0=0.0)),
    ("asgd", "averaging starts after 12", dict(lr=0.2, lambd=0.4, alpha=1.3, t0=12.0)),
    ("asgd", "weight decay", dict(lr=0.03, lambd=0.1, alpha=0.75, t0=5.0, weightDecay=0.3)),
    ("rprop", "defaults", {}),
    ("rprop", "odd", dict(lr=0.3, etaMinus=0.7, etaPlus=1.5)),
    ("rprop", "limits reached", dict(lr=0.05, etaMinus=0.3, etaPlus=1.9, minStep=0.02, maxStep=0.11)),
]
VARIANTS = [
    ("adagrad", "eps inside", dict(lr=0.4, eps=1e-6, epsPlacement="inside")),
    ("adagrad", "eps inside, odd", dict(lr=0.9, eps=0.3, initialAccumulator=0.2, epsPlacement="inside", weightDecay=0.1)),
    ("rmsprop", "eps inside", dict(lr=0.01, rho=0.9, eps=1e-6, epsPlacement="inside")),
    ("rmsprop", "eps inside, momentum", dict(lr=0.02, rho=0.7, eps=0.04, momentum=0.6, epsPlacement="inside")),
    (
        "rmsprop",
        "eps inside, centered and momentum",
        dict(lr=0.02, rho=0.95, eps=1e-3, momentum=0.3, centered=True, epsPlacement="inside", weightDecay=0.2),
    ),
    ("adam", "eps inside", dict(lr=0.01, eps=1e-6, epsPlacement="inside")),
    ("adam", "eps inside, odd", dict(lr=0.1, beta1=0.5, beta2=0.9, eps=0.2, epsPlacement="inside", weightDecay=0.3)),
    ("yogi", "defaults", {}),
    ("yogi", "odd", dict(lr=0.05, beta1=0.7, beta2=0.9, eps=0.02)),
    ("yogi", "initial accumulator", dict(lr=0.03, beta1=0.95, beta2=0.97, eps=1e-5, initialAccumulator=0.4)),
    ("yogi", "weight decay", dict(lr=0.02, beta2=0.95, initialAccumulator=1e-6, weightDecay=0.25)),
    ("lion", "defaults", {}),
    ("lion", "odd", dict(lr=0.02, beta1=0.6, beta2=0.8)),
    ("lion", "weight decay", dict(lr=0.03, beta1=0.95, beta2=0.98, weightDecay=0.4)),
    ("rprop", "weight decay", dict(lr=0.1, etaMinus=0.6, etaPlus=1.3, minStep=0.001, maxStep=1.0, weightDecay=0.2)),
    ("sgd", "clipNorm", dict(lr=0.1, clipNorm=2.5)),
    ("sgd", "clipValue", dict(lr=0.1, clipValue=0.8)),
    ("sgd", "clipNorm never reached", dict(lr=0.1, clipNorm=1e6)),
    ("momentum", "clipNorm and weight decay", dict(lr=0.05, momentum=0.8, weightDecay=0.3, clipNorm=1.0)),
    ("nesterov", "clipValue and weight decay", dict(lr=0.05, momentum=0.6, weightDecay=0.2, clipValue=0.5)),
    ("adam", "clipNorm", dict(lr=0.01, clipNorm=0.7)),
    ("adamw", "clipNorm", dict(lr=0.05, weightDecay=0.2, clipNorm=5.0)),
    ("rmsprop", "clipValue", dict(lr=0.02, rho=0.9, clipValue=0.3)),
    ("lion", "clipValue and weight decay", dict(lr=0.01, weightDecay=0.3, clipValue=1.5)),
]


def sequence(random: np.random.Generator):
    """Gradients of mixed scale with changes of sign and exact zeros, short to write (3 digits)."""
    scale = 10.0 ** random.uniform(-3, 2, (STEPS, SIZE))
    scale[:, 0] = 1.0  # one parameter with steady gradients
    scale[:, 1] = 10.0 ** random.uniform(-3, -2, STEPS)  # one with small ones
    gradients = random.normal(size=(STEPS, SIZE)) * scale
    gradients[random.uniform(size=gradients.shape) < 0.08] = 0.0
    gradients[:6, 2] = 0.0  # one that starts late
    gradients[20:, 3] = 0.0  # one that ends early
    gradients[:, 4] = np.abs(gradients[:, 4])  # one that never turns
    gradients[17] = 0.0  # a step without any gradient
    gradients = np.array([[float(f"{value:.2e}") for value in row] for row in gradients])
    start = np.array([float(f"{value:.2f}") for value in random.uniform(-3, 3, SIZE)])
    return start, gradients


def by_hand(optimizer, settings, start, gradients):
    rule = Rule(optimizer, settings, SIZE)
    points, averages, x = [], [], start
    for gradient in gradients:
        x = rule.step(x, gradient)
        points.append(x)
        averages.append(rule.state.get("average"))
    return np.array(points), averages


def by_pytorch(optimizer, settings, start, gradients):
    x = torch.tensor(start, requires_grad=True)
    method = pytorch_rules.create(optimizer, settings, [x])
    points, averages = [], []
    for gradient in gradients:
        x.grad = torch.tensor(gradient)
        method.step()
        points.append(x.detach().numpy().copy())
        averages.append(method.state[x]["ax"].numpy().copy() if optimizer == "asgd" else None)
    return np.array(points), averages


def case(index, optimizer, name, settings):
    start, gradients = sequence(np.random.default_rng(1000 + index))
    torch_has_it = pytorch_rules.in_pytorch(optimizer, settings)
    points, averages = by_hand(optimizer, settings, start, gradients)
    if torch_has_it:
        hand, hand_averages = points, averages
        points, averages = by_pytorch(optimizer, settings, start, gradients)
        difference = np.max(np.abs(points - hand) / np.maximum(1, np.abs(hand)))
        assert difference < 1e-12, (optimizer, name, difference)
        if optimizer == "asgd":
            assert np.allclose(averages, hand_averages, rtol=1e-12, atol=1e-12)
    assert np.all(np.isfinite(points)), (optimizer, name)
    return {
        "name": f"{optimizer}: {name}",
        "optimizer": optimizer,
        "source": "torch" if torch_has_it else "numpy",
        "defaults": settings == {},
        "set": complete(optimizer, settings),
        "start": start,
        "gradients": gradients,
        "points": points,
        **({"averages": averages} if optimizer == "asgd" else {}),
    }


cases = [case(index, *entry) for index, entry in enumerate(CASES)]
variants = [case(100 + index, *entry) for index, entry in enumerate(VARIANTS)]
assert all(item["source"] == "torch" for item in cases)
assert all(item["source"] == "numpy" for item in variants)
assert {item["optimizer"] for item in cases + variants} == set(DEFAULTS)
SECOND_FILE = ("radam", "asgd", "rprop")
variants = [item for item in cases if item["optimizer"] in SECOND_FILE] + variants
cases = [item for item in cases if item["optimizer"] not in SECOND_FILE]
about = (
    "points[k] holds the parameters after step k+1 under the given gradients. Clipping comes first, then L2 weight "
    "decay. clipNorm multiplies the gradient by min(1, clipNorm/norm), without the 1e-6 that "
    "torch.nn.utils.clip_grad_norm_ adds to the norm. `defaults` marks settings that equal the defaults."
)
write("rules.json", "rules.py", {"cases": cases}, about=about)
write("rules-variants.json", "rules.py", {"cases": variants}, about=about)
