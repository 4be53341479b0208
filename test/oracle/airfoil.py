"""airfoil.json: linear regression on the airfoil data with given weights and batch orders.

usage: airfoil.py [--data FILE] [--means] (--means only prints the check of the tutorial's final losses)
"""

import argparse
import hashlib
import os
from pathlib import Path

import numpy as np
import pytorch_rules
import torch
from common import write
from reference import Rule, complete

SHA1 = "76e5be1548fd8222e5074cf0faae75edff8cf93f"
TRAIN, EVERY = 1500, 200
EPS_INSIDE = dict(eps=1e-6, epsPlacement="inside")
# (name, optimizer, settings, batch, epochs, the tutorial's final loss)
ROWS = [
    ("gd", "sgd", dict(lr=1.0), 1500, 10, 0.251),
    ("sgd", "sgd", dict(lr=0.005), 1, 2, 0.248),
    ("batch-100", "sgd", dict(lr=0.4), 100, 2, 0.246),
    ("batch-10", "sgd", dict(lr=0.05), 10, 2, 0.244),
    ("momentum-0.5", "momentum", dict(lr=0.02, momentum=0.5), 10, 2, 0.242),
    ("momentum-0.9", "momentum", dict(lr=0.01, momentum=0.9), 10, 2, 0.247),
    ("momentum-slow", "momentum", dict(lr=0.005, momentum=0.9), 10, 2, 0.244),
    ("adagrad", "adagrad", dict(lr=0.1, **EPS_INSIDE), 10, 2, 0.244),
    ("rmsprop", "rmsprop", dict(lr=0.01, rho=0.9, **EPS_INSIDE), 10, 2, 0.242),
    ("adadelta", "adadelta", dict(rho=0.9, eps=1e-5), 10, 2, 0.247),
    ("adam", "adam", dict(lr=0.01, eps=1e-6), 10, 2, 0.243),
    ("yogi", "yogi", dict(lr=0.01, eps=1e-3), 10, 2, 0.246),
    ("nesterov", "nesterov", dict(lr=0.01, momentum=0.9), 10, 2, None),
    ("adamw", "adamw", dict(lr=0.01), 10, 2, None),
    ("nadam", "nadam", dict(lr=0.01), 10, 2, None),
    ("amsgrad", "amsgrad", dict(lr=0.01), 10, 2, None),
    # Not in the table: a smaller last batch (28 rows) in each epoch
    ("smaller-last-batch", "adam", dict(lr=0.02), 64, 3, None),
]


def read(path: Path):
    raw = path.read_bytes()
    assert hashlib.sha1(raw).hexdigest() == SHA1, "not the airfoil file that the fixtures are made from"
    table = np.array([[float(cell) for cell in line.split("\t")] for line in raw.decode().split("\r\n") if line])
    assert table.shape == (1503, 6)
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    return table[:TRAIN, :5], table[:TRAIN, 5]


def find_data() -> Path:
    root = Path(__file__).resolve().parents[2]
    folders = [root / "shared", root.parent / "shared"]
    for folder in folders:
        path = folder / "datasets" / "airfoil_self_noise.dat"
        if path.exists():
            return path
    raise SystemExit("airfoil_self_noise.dat is not in shared/datasets: name it with --data FILE")


def mean_loss(x, y, parameters) -> float:
    residual = x @ parameters[:5] + parameters[5] - y
    return float(np.mean(residual**2) / 2)


class ByHand:
    def __init__(self, optimizer, settings, start):
        self.parameters = start.copy()
        self.rule = Rule(optimizer, settings, 6)

    def step(self, x, y):
        residual = x @ self.parameters[:5] + self.parameters[5] - y
        gradient = np.append(x.T @ residual, residual.sum()) / len(y)
        self.parameters = self.rule.step(self.parameters, gradient)


class ByPytorch:
    def __init__(self, optimizer, settings, start):
        self.weights = torch.tensor(start[:5], requires_grad=True)
        self.bias = torch.tensor(start[5:], requires_grad=True)
        self.method = pytorch_rules.create(optimizer, settings, [self.weights, self.bias])

    def step(self, x, y):
        self.method.zero_grad()
        predicted = torch.tensor(x) @ self.weights + self.bias
        ((predicted - torch.tensor(y)) ** 2 / 2).mean().backward()
        self.method.step()

    @property
    def parameters(self):
        return np.concatenate([self.weights.detach().numpy(), self.bias.detach().numpy()])


def train(model, x, y, batch, orders):
    step = examples = 0
    points = []
    for order in orders:
        for first in range(0, TRAIN, batch):
            rows = order[first : first + batch]
            model.step(x[rows], y[rows])
            step += 1
            crossed = (examples + len(rows)) // EVERY > examples // EVERY
            examples += len(rows)
            if crossed:
                points.append({"step": step, "examples": examples, "loss": mean_loss(x, y, model.parameters)})
    if points[-1]["step"] != step:
        points.append({"step": step, "examples": examples, "loss": mean_loss(x, y, model.parameters)})
    return points


def random_start(random):
    return np.append(random.normal(0, 0.01, 5), 0.0)


def fixture_row(x, y, start, orders, name, optimizer, settings, batch, epochs, _):
    model = ByHand(optimizer, settings, start)
    points = train(model, x, y, batch, orders[:epochs])
    source = "numpy"
    if pytorch_rules.in_pytorch(optimizer, settings):
        hand, source = points, "torch"
        model = ByPytorch(optimizer, settings, start)
        points = train(model, x, y, batch, orders[:epochs])
        apart = max(abs(a["loss"] - b["loss"]) for a, b in zip(points, hand))
        assert apart < 1e-12, (name, apart)
    final = model.parameters
    print(f"  {name:20} {source:5} {len(points):3} points, final {points[-1]['loss']:.6f}")
    return {
        "name": name,
        "optimizer": optimizer,
        "source": source,
        "set": complete(optimizer, settings),
        "batch": batch,
        "epochs": epochs,
        "points": points,
        "final": {"loss": points[-1]["loss"], "weights": final[:5], "bias": final[5]},
    }


def tutorial_mean(x, y, minimum, seeds, name, optimizer, settings, batch, epochs, figure):
    losses = []
    for seed in range(seeds):
        random = np.random.default_rng(500 + seed)
        start = random_start(random)
        orders = [random.permutation(TRAIN) for _ in range(epochs)]
        losses.append(train(ByHand(optimizer, settings, start), x, y, batch, orders)[-1]["loss"])
    mean = float(np.mean(losses))
    holds = minimum <= mean <= figure + 0.006
    spread = float(np.std(losses, ddof=1))
    print(
        f"  {name:20} tutorial {figure}, mean of {seeds} seeds {mean:.6f} [{spread:.6f}], "
        f"{min(losses):.6f} to {max(losses):.6f}: {'holds' if holds else 'FAILS'}"
    )
    return {"name": name, "figure": figure, "mean": mean, "deviation": spread, "holds": holds}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=os.environ.get("DESCENT_AIRFOIL") or None)
    parser.add_argument("--means", action="store_true")
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    x, y = read(Path(options.data) if options.data else find_data())
    solution = np.linalg.lstsq(np.column_stack([x, np.ones(TRAIN)]), y, rcond=None)[0]
    minimum = mean_loss(x, y, solution)
    assert f"{minimum:.6f}" == "0.241688", minimum
    print(f"  least-squares minimum {minimum!r}")
    means = [tutorial_mean(x, y, minimum, options.seeds, *row) for row in ROWS if row[-1] is not None]
    if options.means:
        return
    random = np.random.default_rng(2024)
    start = random_start(random)
    orders = np.array([random.permutation(TRAIN) for _ in range(10)])
    rows = [fixture_row(x, y, start, orders, *row) for row in ROWS]
    write(
        "airfoil.json",
        "airfoil.py",
        {"orders": orders, "rows": rows, "tutorialMeans": means},
        weights=start[:5],
        bias=0,
        leastSquaresMinimum=minimum,
        leastSquares={"weights": solution[:5], "bias": solution[5]},
    )


main()
