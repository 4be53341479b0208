"""prove-pytorch.json: the five rows of SPEC §3 trained in PyTorch, 30 epochs, 3 seeds each.

    python=$(test/oracle/environment.sh)
    $python test/oracle/lenet/prove.py [--rows constant-0.3,…] [--seeds 0,1,2] [--data FOLDER] [--threads 1]

Trains what is not in prove-pytorch.json yet and writes every finished run at once, so it can be interrupted and
started again, and several may share the work. `--again` trains a run afresh that is there; `--check` trains the
first epoch of every run named and fails where it differs from the recorded one. A run takes 2 to 5 minutes.

Written with PyTorch 2.15.0 (test/oracle/requirements.txt). A run depends on its row, its seed and (in the last bits,
which 30 epochs make visible) on the number of threads and the processor's instruction set, all of which are recorded.

The recipe. The seed makes the weights (PyTorch's own initialisation) and, through a generator of its own, the order
of every epoch, so rows of equal seed start alike. The learning rate changes between epochs only. The tutorial calls
its cosine schedules after each epoch: the first epoch runs at the optimizer's own lr, .3, and epoch e+1 at
schedule(e). So with warm-up epochs 0, 1, 2, … run at .3, 0, .06, …: the second epoch learns nothing. Multistep is
PyTorch's MultiStepLR, where epoch e runs at schedule(e).

Train loss and accuracy are means over the 60,000 images, each taken before the update that its batch brings about.

At .5 (multistep) some seeds never learn (1, 4 and 9 of 0 to 14; 10 hardly gets through its first epoch): within that
epoch every ReLU of the first layer is off for every image, and loss and accuracy stay at 2.303 and .1. Such runs are
recorded as they are.
"""

import argparse
import datetime
import fcntl
import json
import math
import os
import time
from pathlib import Path

import data
import torch
from models import lenet
from torch.nn.functional import cross_entropy

EPOCHS, BATCH = 30, 256
FILE = Path(__file__).resolve().parent / "prove-pytorch.json"


def multistep(epoch: int) -> float:
    return 0.5 * 0.5 ** sum(epoch >= milestone for milestone in (15, 30))


def cosine(t: int, warmup: int = 0) -> float:
    """The tutorial's CosineScheduler(max_update=20, base_lr=.3, final_lr=.01, warmup_steps, warmup_begin_lr=0)."""
    if t < warmup:
        return 0.3 * t / warmup
    return 0.01 + (0.3 - 0.01) * (1 + math.cos(math.pi * (min(t, 20) - warmup) / (20 - warmup))) / 2


# row: title, learning rate of epoch e
ROWS = {
    "constant-0.3": ("constant .3", lambda e: 0.3),
    "constant-0.125": ("constant .125", lambda e: 0.125),
    "multistep": ("multistep base .5, milestones 15 and 30, gamma .5", multistep),
    "cosine": ("cosine base .3, final .01, 20 updates", lambda e: cosine(e - 1) if e else 0.3),
    "cosine-warmup": ("cosine with 5 warm-up epochs from 0", lambda e: cosine(e - 1, 5) if e else 0.3),
}


def evaluate(model, x, y) -> tuple[float, float]:
    """Mean loss and accuracy."""
    loss = correct = 0.0
    with torch.no_grad():
        for first in range(0, len(y), 1000):
            scores, classes = model(x[first : first + 1000]), y[first : first + 1000]
            loss += cross_entropy(scores, classes, reduction="sum").item()
            correct += (scores.argmax(1) == classes).sum().item()
    return loss / len(y), correct / len(y)


def train(rate, seed: int, epochs: int, x, y, x_test, y_test) -> list[dict]:
    torch.manual_seed(seed)
    model = lenet()
    shuffle = torch.Generator().manual_seed(1000 + seed)
    method = torch.optim.SGD(model.parameters(), lr=rate(0))
    notes = []
    for epoch in range(epochs):
        started = time.perf_counter()
        for group in method.param_groups:
            group["lr"] = rate(epoch)
        order = torch.randperm(len(y), generator=shuffle)
        loss_sum, correct = torch.zeros((), dtype=torch.float64), torch.zeros((), dtype=torch.int64)
        for rows in order.split(BATCH):
            images, classes = x[rows], y[rows]
            method.zero_grad()
            scores = model(images)
            loss = cross_entropy(scores, classes)
            loss.backward()
            method.step()
            loss_sum += loss.detach() * len(rows)
            correct += (scores.argmax(1) == classes).sum()
        seconds = time.perf_counter() - started
        test_loss, test_accuracy = evaluate(model, x_test, y_test)
        notes.append(
            {
                "epoch": epoch,
                "lr": rate(epoch),
                "trainLoss": loss_sum.item() / len(y),
                "trainAccuracy": correct.item() / len(y),
                "testLoss": test_loss,
                "testAccuracy": test_accuracy,
                "seconds": round(seconds, 3),
            }
        )
    return notes


def spaced(value) -> str:
    """As Prettier writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)}: {spaced(item)}" for key, item in value.items()) + " }"
    if isinstance(value, float):
        return json.dumps(float(f"{value:.7g}"))
    return json.dumps(value, ensure_ascii=False)


def text(results: list[dict]) -> str:
    rows = ",\n".join("    " + spaced({"id": id, "title": title}) for id, (title, _) in ROWS.items())
    runs = []
    for result in results:
        lines = [f"      {json.dumps(key)}: {spaced(value)}" for key, value in result.items() if key != "epochs"]
        epochs = []
        for note in result["epochs"]:
            fields = ",\n".join(f"          {json.dumps(key)}: {spaced(value)}" for key, value in note.items())
            epochs.append("        {\n" + fields + "\n        }")
        lines.append('      "epochs": [\n' + ",\n".join(epochs) + "\n      ]")
        runs.append("    {\n" + ",\n".join(lines) + "\n    }")
    head = {"generator": "lenet/prove.py", "batch": BATCH, "examples": 60000}
    parts = [f"  {json.dumps(key)}: {spaced(value)}" for key, value in head.items()]
    parts.append('  "rows": [\n' + rows + "\n  ]")
    parts.append('  "runs": [' + ("\n" + ",\n".join(runs) + "\n  " if runs else "") + "]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def recorded() -> list[dict]:
    return json.loads(FILE.read_text())["runs"] if FILE.exists() else []


def keep(result: dict) -> None:
    """Adds a run, or replaces it; a reader sees the file before or after, and two writers take turns."""
    with open(__file__) as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        runs = [run for run in recorded() if (run["row"], run["seed"]) != (result["row"], result["seed"])]
        runs.append(result)
        runs.sort(key=lambda run: (list(ROWS).index(run["row"]), run["seed"]))
        whole = text(runs)
        json.loads(whole)
        scratch = FILE.with_suffix(f".{os.getpid()}.tmp")
        scratch.write_text(whole)
        scratch.replace(FILE)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default=",".join(ROWS))
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    train_pixels, y = data.read("train", options.data)
    test_pixels, y_test = data.read("t10k", options.data)
    x, x_test = train_pixels.float() / 255, test_pixels.float() / 255
    for seed in map(int, options.seeds.split(",")):
        for row in options.rows.split(","):
            known = next((run for run in recorded() if (run["row"], run["seed"]) == (row, seed)), None)
            if options.check:
                assert known, f"{row}, seed {seed}, is not recorded"
                note = json.loads(spaced(train(ROWS[row][1], seed, 1, x, y, x_test, y_test)[0]))
                same = all(note[key] == known["epochs"][0][key] for key in note if key != "seconds")
                print(f"{row} seed {seed}: {'the same' if same else 'DIFFERS'}", flush=True)
                assert same, (note, known["epochs"][0])
                continue
            if known and not options.again:
                continue
            date = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
            epochs = train(ROWS[row][1], seed, EPOCHS, x, y, x_test, y_test)
            about = {
                "row": row,
                "seed": seed,
                "date": date,
                "versions": data.VERSIONS,
                "threads": options.threads,
                "instructions": data.INSTRUCTIONS,
            }
            keep({**about, "epochs": epochs})
            last = [f"{epochs[-1][key]:.4f}" for key in ("trainLoss", "trainAccuracy", "testAccuracy")]
            seconds = sum(note["seconds"] for note in epochs)
            print(f"{row} seed {seed}: {' / '.join(last)} in {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
