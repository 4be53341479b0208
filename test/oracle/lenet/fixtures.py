"""fixtures/lenet/: the first steps of the networks on Fashion-MNIST under given weights and batches.

    python=$(test/oracle/environment.sh)
    $python test/oracle/lenet/fixtures.py [--data FOLDER] [--only lenet-steps,…] [--check | --search 12]

Written with PyTorch 2.15.0 (test/oracle/requirements.txt) on one thread, in about five minutes. `--check` compares
with what is there instead of writing. The float64 numbers return on any machine; the float32 numbers only on one
with the same vector instructions (`instructions` in each file). README.md has the formats and the formulas.

What rounding does. ReLU and max-pooling decide, and a decision that lies within rounding of a tie (a pair of pooled
pixels, a unit at 0) falls one way in one right implementation and the other way in the next. One such decision moves
everything after it by 1e-4 to 1e-1, where rounding alone moves it by 1e-7 to 1e-5. So every case has a batch order of
its own, in which no decision of its 20 steps is that close: float64, float32, float32 summed in another order
(without oneDNN, batches backwards) and three runs in float32 whose batches are mixed and whose parameters are jolted
by up to one unit in the last place after every step agree. `--search N` tries N orders for every case and prints how
far the runs lie apart; the tables below have what it found. What is left of it is in the file (`rounding`), for
tolerances.
"""

import argparse
import gzip
import hashlib
import json
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import data
import numpy as np
import torch
from models import lenet, mlp, softmax_regression, two_conv_two_dense
from torch.nn.functional import cross_entropy

torch.set_num_threads(1)
# What torch.backends.mkldnn.flags sets besides is for other devices, and it says so each time.
warnings.filterwarnings("ignore", "TF32 acceleration")
FOLDER = Path(__file__).resolve().parents[2] / "fixtures/lenet"
COUNT = 60000

# (case, optimizer, settings that differ from the defaults, seed of the batch order)
# Learning rates are such that 20 steps stay clear of the edge of stability, where everything is magnified.
LENET = [
    ("sgd", "sgd", dict(lr=0.3), 7),
    ("momentum", "momentum", dict(lr=0.05), 1),
    ("nesterov", "nesterov", dict(lr=0.05), 1),
    ("adagrad", "adagrad", dict(lr=0.002), 3),
    ("rmsprop", "rmsprop", dict(lr=0.0002), 1),
    ("adadelta", "adadelta", dict(lr=0.5), 3),
    ("adam", "adam", dict(), 1),
    ("amsgrad", "amsgrad", dict(), 1),
    ("adamw", "adamw", dict(), 1),
    ("nadam", "nadam", dict(lr=0.001), 1),
    ("adam-weight-decay", "adam", dict(weightDecay=5e-4), 1),
    ("sgd-clip-norm", "sgd", dict(lr=1.0, clipNorm=0.1), 2),
    ("sgd-clip-value", "sgd", dict(lr=1.0, clipValue=0.003), 5),
]
SOFTMAX = [("sgd", "sgd", dict(lr=0.05), 1), ("adam", "adam", dict(lr=0.002), 1)]
MLP = [("sgd", "sgd", dict(lr=0.05), 1), ("adam", "adam", dict(), 1)]
TWO_CONV_TWO_DENSE = [("sgd", "sgd", dict(lr=0.02), 4), ("adam", "adam", dict(lr=0.0003), 2)]
# The complete settings, under SPEC §5's names
DEFAULTS = {
    "sgd": dict(lr=0.1),
    "momentum": dict(lr=0.01, momentum=0.9, dampening=0.0),
    "nesterov": dict(lr=0.01, momentum=0.9),
    "adagrad": dict(lr=0.01, eps=1e-10, initialAccumulator=0.0, epsPlacement="outside"),
    "rmsprop": dict(lr=0.01, rho=0.99, eps=1e-8, momentum=0.0, centered=False, epsPlacement="outside"),
    "adadelta": dict(lr=1.0, rho=0.9, eps=1e-6),
    "adam": dict(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, epsPlacement="outside"),
    "amsgrad": dict(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8),
    "adamw": dict(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weightDecay=0.01),
    "nadam": dict(lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentumDecay=0.004),
}
OPTIMIZERS = {
    "sgd": lambda p, s, w: torch.optim.SGD(p, s["lr"], weight_decay=w),
    "momentum": lambda p, s, w: torch.optim.SGD(p, s["lr"], s["momentum"], s["dampening"], w),
    "nesterov": lambda p, s, w: torch.optim.SGD(p, s["lr"], s["momentum"], weight_decay=w, nesterov=True),
    "adagrad": lambda p, s, w: torch.optim.Adagrad(
        p, s["lr"], weight_decay=w, initial_accumulator_value=s["initialAccumulator"], eps=s["eps"]
    ),
    "rmsprop": lambda p, s, w: torch.optim.RMSprop(p, s["lr"], s["rho"], s["eps"], w, s["momentum"], s["centered"]),
    "adadelta": lambda p, s, w: torch.optim.Adadelta(p, s["lr"], s["rho"], s["eps"], w),
    "adam": lambda p, s, w: torch.optim.Adam(p, s["lr"], (s["beta1"], s["beta2"]), s["eps"], w),
    "amsgrad": lambda p, s, w: torch.optim.Adam(p, s["lr"], (s["beta1"], s["beta2"]), s["eps"], w, amsgrad=True),
    "adamw": lambda p, s, w: torch.optim.AdamW(p, s["lr"], (s["beta1"], s["beta2"]), s["eps"], w),
    "nadam": lambda p, s, w: torch.optim.NAdam(
        p, s["lr"], (s["beta1"], s["beta2"]), s["eps"], w, s["momentumDecay"]
    ),
}

# The tutorial's .3 leaves its plateau at a time that rounding decides: the runs spread by .4 in the first epoch's loss.
# Adam's do not.
TWO_EPOCHS = [("adam", {}), ("sgd", dict(lr=0.3))]
EPOCH_SEEDS = [1, 2]
LENET_WEIGHTS = "lenet-weights.f32.gz"


# --- weights and orders that both sides compute


def hashed(count: int, tensor: int) -> np.ndarray:
    """float64 in [-.5, .5): MurmurHash3's finaliser of k + tensor·2654435769 (mod 2³²), divided by 2³², less .5."""
    h = (np.arange(count, dtype=np.uint64) + tensor * 2654435769) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h = ((h ^ (h >> np.uint64(shift))) * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    return (h ^ (h >> np.uint64(16))) / 2**32 - 0.5


def by_formula(model) -> list[np.ndarray]:
    """Element k of tensor j is float32((2/√fan_in)·hashed), so U(±1/√fan_in); biases have their layer's fan_in."""
    values, fan_in = [], 0
    for j, parameter in enumerate(model.parameters()):
        shape = tuple(parameter.shape)
        fan_in = math.prod(shape[1:]) if len(shape) > 1 else fan_in
        values.append((2 / math.sqrt(fan_in) * hashed(math.prod(shape), j)).astype(np.float32).reshape(shape))
    return values


def by_formula_2c2d(model) -> list[np.ndarray]:
    """Weights are float32(.1·hashed), so U(±.05); biases are float32(.05), DeepOBS's constant."""
    values = []
    for j, parameter in enumerate(model.parameters()):
        shape = tuple(parameter.shape)
        flat = 0.1 * hashed(math.prod(shape), j) if len(shape) > 1 else np.full(shape, 0.05)
        values.append(flat.astype(np.float32).reshape(shape))
    return values


def drawn(model) -> list[np.ndarray]:
    return [parameter.detach().numpy().copy() for parameter in model.parameters()]


def shuffled(seed: int) -> np.ndarray:
    """0…59999 shuffled by Fisher–Yates from the end, with s ← (1664525·s + 1013904223) mod 2³² and ⌊s·(i+1)/2³²⌋."""
    order, s = list(range(COUNT)), seed
    for i in range(COUNT - 1, 0, -1):
        s = (1664525 * s + 1013904223) & 0xFFFFFFFF
        j = (s * (i + 1)) >> 32
        order[i], order[j] = order[j], order[i]
    return np.array(order)


def fingerprint(order: np.ndarray) -> str:
    """SHA-1 of the indices as 16-bit little-endian numbers."""
    return hashlib.sha1(order.astype("<u2").tobytes()).hexdigest()


# --- training


class Kind(NamedTuple):
    """A way to compute the same."""

    name: str
    dtype: torch.dtype = torch.float32
    onednn: bool = True
    backwards: bool = False
    jolt: int = 0  # seed of the jolts; 0 is none


FLOAT64 = Kind("float64", torch.float64)
FLOAT32 = Kind("float32")
OTHERS = [Kind("reordered", onednn=False, backwards=True)] + [Kind(f"jolt {k}", jolt=k) for k in (1, 2, 3)]


class Run:
    """A model with given weights."""

    def __init__(self, kind: Kind, build, start: list[np.ndarray], pixels: torch.Tensor, classes: torch.Tensor):
        self.kind, self.pixels, self.classes = kind, pixels, classes
        # NAdam keeps scalars in the default type.
        torch.set_default_dtype(kind.dtype)
        self.model = build()
        self.random = np.random.default_rng(kind.jolt) if kind.jolt else None
        with torch.no_grad():
            for parameter, value in zip(self.model.parameters(), start, strict=True):
                parameter.copy_(torch.tensor(value))

    def scores(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        if self.kind.backwards:
            rows = rows[::-1]
        if self.random:
            rows = self.random.permutation(rows)
        rows = torch.tensor(rows.copy())
        return self.model(self.pixels[rows].to(self.kind.dtype) / 255), self.classes[rows]

    def gradients(self, rows: np.ndarray) -> tuple[float, int]:
        """The batch's mean cross-entropy and count of right answers; leaves the gradients in the parameters."""
        with torch.backends.mkldnn.flags(enabled=self.kind.onednn):
            scores, classes = self.scores(rows)
            loss = cross_entropy(scores, classes)
            self.model.zero_grad()
            loss.backward()
        return loss.item(), int((scores.argmax(1) == classes).sum())

    def gradient_norms(self) -> list[float]:
        return [parameter.grad.double().norm().item() for parameter in self.model.parameters()]

    def shake(self) -> None:
        """Every parameter to the next float32 above or below, or nowhere."""
        if self.random:
            with torch.no_grad():
                for parameter in self.model.parameters():
                    where = torch.tensor(self.random.integers(-1, 2, parameter.shape), dtype=torch.float32)
                    parameter.copy_(torch.nextafter(parameter, torch.where(where == 0, parameter, where * torch.inf)))

    def values(self) -> list[np.ndarray]:
        return [parameter.detach().double().numpy().copy() for parameter in self.model.parameters()]


def complete(optimizer: str, settings: dict) -> dict:
    return {**DEFAULTS[optimizer], "weightDecay": DEFAULTS[optimizer].get("weightDecay", 0.0), **settings}


def steps(run: Run, optimizer: str, settings: dict, batches: np.ndarray) -> dict:
    settings = complete(optimizer, settings)
    parameters = list(run.model.parameters())
    method = OPTIMIZERS[optimizer](parameters, settings, settings["weightDecay"])
    losses, correct, norms, clipped = [], [], [], []
    for rows in batches:
        loss, right = run.gradients(rows)
        losses.append(loss)
        correct.append(right)
        norms.append(run.gradient_norms())
        if "clipNorm" in settings:
            norm = torch.nn.utils.clip_grad_norm_(parameters, settings["clipNorm"]).item()
            clipped.append(float(norm > settings["clipNorm"]))
        if "clipValue" in settings:
            beyond = sum(int((p.grad.abs() > settings["clipValue"]).sum()) for p in parameters)
            clipped.append(beyond / sum(p.numel() for p in parameters))
            torch.nn.utils.clip_grad_value_(parameters, settings["clipValue"])
        method.step()
        run.shake()
    return {
        "losses": losses,
        "correct": correct,
        "gradientNorms": [math.hypot(*step) for step in norms],
        "firstGradientNorms": norms[0],
        "clipped": clipped,
        "values": run.values(),
    }


def digest(value: np.ndarray, start: np.ndarray) -> dict:
    flat, apart = value.ravel(), [i * (value.size - 1) // 7 for i in range(8)]
    return {
        "norm": float(np.linalg.norm(flat)),
        "mean": float(flat.mean()),
        "moved": float(np.linalg.norm(value - start.astype(np.float64))),
        "first": flat[:8],
        "spread": flat[apart],
    }


def difference(run: dict, exact: dict, start: list[np.ndarray]) -> dict:
    """How far a run is from the one in float64, each tensor's distance as a part of the way that tensor has gone."""
    pairs = list(zip(run["values"], exact["values"], start, strict=True))
    return {
        "losses": [abs(a - b) for a, b in zip(run["losses"], exact["losses"], strict=True)],
        "correct": [abs(a - b) for a, b in zip(run["correct"], exact["correct"], strict=True)],
        "values": [float(np.abs(a - b).max()) for a, b, _ in pairs],
        "moved": [float(np.linalg.norm(a - b) / np.linalg.norm(b - s)) for a, b, s in pairs],
    }


def largest(differences: list[dict]) -> dict:
    return {key: np.max([each[key] for each in differences], axis=0).tolist() for key in differences[0]}


class Problem(NamedTuple):
    title: str
    build: Callable[[], torch.nn.Module]
    start: list[np.ndarray]
    weights: str
    cases: list[tuple]
    count: int
    size: int

    def batches(self, seed: int) -> np.ndarray:
        return shuffled(seed)[: self.count * self.size].reshape(self.count, self.size)


def case(problem: Problem, name: str, optimizer: str, settings: dict, seed: int, pixels, classes) -> dict:
    batches = problem.batches(seed)

    def outcome(kind: Kind) -> dict:
        return steps(Run(kind, problem.build, problem.start, pixels, classes), optimizer, settings, batches)

    exact, single = outcome(FLOAT64), outcome(FLOAT32)
    from_exact = difference(single, exact, problem.start)
    rounding = largest([from_exact] + [difference(outcome(kind), exact, problem.start) for kind in OTHERS])
    clipped = exact["clipped"] and f"; clipped {min(exact['clipped']):.3f} to {max(exact['clipped']):.3f}"
    print(
        f"  {name:18} order {seed:2} loss {exact['losses'][0]:.4f} to {exact['losses'][-1]:.4f}; float32 from float64:"
        f" loss {max(from_exact['losses']):.1e}, value {max(from_exact['values']):.1e}, moved"
        f" {max(from_exact['moved']):.1e}; all: loss {max(rounding['losses']):.1e}, value"
        f" {max(rounding['values']):.1e}, moved {max(rounding['moved']):.1e}{clipped or ''}",
        flush=True,
    )

    def kept(run: dict) -> dict:
        result = {key: run[key] for key in ("losses", "correct", "gradientNorms", "firstGradientNorms")}
        digests = [digest(value, start) for value, start in zip(run["values"], problem.start, strict=True)]
        return result | {"parameters": digests}

    return {
        "name": name,
        "optimizer": optimizer,
        "set": complete(optimizer, settings),
        "orderSeed": seed,
        "orderSha1": fingerprint(batches),
        "orderFirst": batches[0, :8],
        "float32": kept(single),
        "float64": kept(exact),
        "float32FromFloat64": from_exact,
        "rounding": rounding,
    }


def search(problem: Problem, name: str, optimizer: str, settings: dict, seeds, pixels, classes) -> None:
    """Prints the order whose runs lie least apart, or the first where only rounding keeps them apart."""
    best = (math.inf, 0)
    for seed in seeds:
        batches, worst = problem.batches(seed), 0.0
        exact = steps(Run(FLOAT64, problem.build, problem.start, pixels, classes), optimizer, settings, batches)
        for kind in [FLOAT32] + OTHERS:
            run = steps(Run(kind, problem.build, problem.start, pixels, classes), optimizer, settings, batches)
            worst = max(worst, *difference(run, exact, problem.start)["moved"])
            if worst > best[0]:
                break
        best = min(best, (worst, seed))
        if best[0] < 3e-4:
            break
    print(f"  {problem.title} {name}: order {best[1]}, moved {best[0]:.1e}", flush=True)


def parameters_of(problem: Problem) -> list[dict]:
    """Names and shapes, and what each starts from: SHA-1 of its float32, little-endian, and the first of them."""
    return [
        {
            "name": name,
            "shape": value.shape,
            "layout": {4: "OIHW", 2: "OI", 1: "O"}[value.ndim],
            "startSha1": hashlib.sha1(value.astype("<f4").tobytes()).hexdigest(),
            "startFirst": value.ravel()[:4].astype(np.float64),
        }
        for (name, _), value in zip(problem.build().named_parameters(), problem.start, strict=True)
    ]


# --- what is written


def plain(value, digits: int):
    if isinstance(value, dict):
        few = ("rounding", "float32FromFloat64")
        return {key: plain(item, 3 if key in few else digits) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist(), digits)
    if isinstance(value, (list, tuple)):
        return [plain(item, digits) for item in value]
    if isinstance(value, float):
        assert math.isfinite(value)
        return float(f"{value:.{digits}g}")
    return value


def flat(value, digits: int = 10) -> str:
    return json.dumps(plain(value, digits), separators=(",", ":"), allow_nan=False)


def json_file(lists: dict, **rest) -> bytes:
    """One line for each case, so that a change shows as such in a comparison."""
    head = {"generator": "lenet/fixtures.py", "versions": data.VERSIONS, "instructions": data.INSTRUCTIONS}
    parts = [f'"{key}":{flat(value)}' for key, value in (head | rest).items()]
    parts += [f'"{key}":[\n' + ",\n".join(flat(item) for item in items) + "\n]" for key, items in lists.items()]
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    json.loads(text)
    return text.encode()


def steps_file(problem: Problem, pixels, classes) -> bytes:
    print(f"{problem.title}: {problem.count} steps of {problem.size}")
    return json_file(
        {"cases": [case(problem, *entry, pixels, classes) for entry in problem.cases]},
        model=problem.title,
        parameters=parameters_of(problem),
        weights=problem.weights,
        batch=problem.size,
        steps=problem.count,
    )


def two_epochs(start, pixels, classes, test_pixels, test_classes) -> bytes:
    """Two whole epochs. In 470 steps some decisions are close: the spread of the runs shows how far that goes."""
    orders = [shuffled(seed) for seed in EPOCH_SEEDS]

    def outcome(kind: Kind, optimizer: str, settings: dict) -> dict:
        run = Run(kind, lenet, start, pixels, classes)
        method = OPTIMIZERS[optimizer](list(run.model.parameters()), settings, settings["weightDecay"])
        points, epochs = [], []
        for epoch, order in enumerate(orders):
            loss_sum, right, seen = 0.0, 0, 0
            for batch, first in enumerate(range(0, COUNT, 256), 1):
                rows = order[first : first + 256]
                loss, correct = run.gradients(rows)
                method.step()
                run.shake()
                loss_sum, right, seen = loss_sum + loss * len(rows), right + correct, seen + len(rows)
                if batch % 50 == 0 or seen == COUNT:
                    note = dict(epoch=epoch, batch=batch, examples=seen)
                    points.append(note | dict(trainLoss=loss_sum / seen, trainAccuracy=right / seen))
            test = Run(kind, lenet, run.values(), test_pixels, test_classes)
            loss_sum, right = 0.0, 0
            with torch.no_grad():
                for rows in np.arange(len(test_classes)).reshape(-1, 1000):
                    scores, answers = test.scores(rows)
                    loss_sum += cross_entropy(scores, answers, reduction="sum").item()
                    right += int((scores.argmax(1) == answers).sum())
            epochs.append(
                dict(epoch=epoch, testLoss=loss_sum / len(test_classes), testAccuracy=right / len(test_classes))
            )
        ends = [f"{p['trainLoss']:.4f} {p['trainAccuracy']:.4f}" for p in points if p["examples"] == COUNT]
        tests = [f"{e['testLoss']:.4f} {e['testAccuracy']:.4f}" for e in epochs]
        print(f"  {optimizer:5} {kind.name:10} train {', '.join(ends)}; test {', '.join(tests)}", flush=True)
        return {"run": kind.name, "points": points, "epochs": epochs}

    cases = []
    for optimizer, settings in TWO_EPOCHS:
        settings = complete(optimizer, settings)
        runs = [outcome(kind, optimizer, settings) for kind in [FLOAT32, FLOAT64] + OTHERS]
        cases.append({"name": optimizer, "optimizer": optimizer, "set": settings, "runs": runs})
    return json_file(
        {"cases": cases},
        model="lenet",
        weights=LENET_WEIGHTS,
        batch=256,
        orderSeeds=EPOCH_SEEDS,
        orderSha1=[fingerprint(order) for order in orders],
        orderFirst=[order[:8] for order in orders],
    )


def weights_file(start: list[np.ndarray]) -> bytes:
    return gzip.compress(b"".join(value.astype("<f4").tobytes() for value in start), 9, mtime=0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--search", type=int, default=0)
    options = parser.parse_args()
    pixels, classes = data.read("train", options.data)
    torch.manual_seed(5)
    start = drawn(lenet())
    uniform, dense, conv = "hashed, U(±1/√fan_in)", mlp(), two_conv_two_dense()
    problems = {
        "lenet-steps.json": Problem("lenet", lenet, start, LENET_WEIGHTS, LENET, 20, 256),
        "softmax-steps.json": Problem(
            "softmax-784-10", softmax_regression, by_formula(softmax_regression()), uniform, SOFTMAX, 20, 256
        ),
        "mlp-steps.json": Problem("mlp-784-256-10", mlp, by_formula(dense), uniform, MLP, 20, 256),
        "2c2d-steps.json": Problem(
            "2c2d", two_conv_two_dense, by_formula_2c2d(conv), "hashed, U(±.05); biases .05", TWO_CONV_TWO_DENSE, 5, 64
        ),
    }

    def wanted(name: str) -> bool:
        return not options.only or any(name.startswith(prefix) for prefix in options.only.split(","))

    if options.search:
        for name, problem in problems.items():
            for entry in problem.cases if wanted(name) else []:
                search(problem, *entry[:3], range(1, options.search + 1), pixels, classes)
        return
    files = {LENET_WEIGHTS: lambda: weights_file(start)}
    files |= {name: lambda problem=problem: steps_file(problem, pixels, classes) for name, problem in problems.items()}
    files["lenet-two-epochs.json"] = lambda: two_epochs(start, pixels, classes, *data.read("t10k", options.data))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in filter(wanted, files):
        content = files[name]()
        if options.check:
            same = content == (FOLDER / name).read_bytes()
            print(f"{name}: {'the same' if same else 'DIFFERS'}", flush=True)
            if not same:
                raise SystemExit(1)
        else:
            (FOLDER / name).write_bytes(content)
            print(f"{name}: {len(content) / 1000:.0f} kB, SHA-1 {hashlib.sha1(content).hexdigest()}", flush=True)


if __name__ == "__main__":
    main()
