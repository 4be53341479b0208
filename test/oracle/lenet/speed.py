"""Seconds that PyTorch eager takes for what the engine does, one measurement for each line it is asked.

    python=$(test/oracle/environment.sh)
    $python test/oracle/lenet/speed.py [--data FOLDER] [--threads N]

A benchmark starts it once and asks it and the engine in turn, so that both see the same machine. It answers every
line of standard input with one line of JSON:

    (at start)   {"ready": true, "torch", "threads", "instructions", "loadSeconds"}
    epoch        {"kind": "epoch", "seconds", "steps", "trainLoss", "trainAccuracy"}
    mlp N        {"kind": "mlp", "seconds" (a step), "steps": N, "trainLoss", "trainAccuracy"}
    threads N    {"kind": "threads", "threads": N}; all cores at first
    quit

`epoch` is one epoch of LeNet (SPEC §3) on float32 tensors in memory: shuffled, 235 batches of 256 (the last has 96),
SGD at .3, running loss and accuracy kept in tensors and read every 50 batches. `mlp` is N steps of a 784-64-10 ReLU
network in batches of 10, SGD at .05, read every 100 steps. Both go on training the same network. Ask for each once
before measuring: the first has warming up in it. Written with PyTorch 2.15.0 (test/oracle/requirements.txt).
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

started = time.perf_counter()

import data  # noqa: E402 (loading PyTorch is measured)
import torch  # noqa: E402
from models import lenet, mlp  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402


class Trainer:
    """Trains on, epoch after epoch in new orders, as many steps as it is asked for."""

    def __init__(self, model, lr: float, batch: int, every: int, x: torch.Tensor, y: torch.Tensor):
        self.model, self.batch, self.every, self.x, self.y = model, batch, every, x, y
        self.method = torch.optim.SGD(model.parameters(), lr=lr)
        self.batches = iter(())

    def rows(self) -> torch.Tensor:
        rows = next(self.batches, None)
        if rows is None:
            self.batches = iter(torch.randperm(len(self.y)).split(self.batch))
            rows = next(self.batches)
        return rows

    def train(self, steps: int) -> dict:
        start = time.perf_counter()
        loss_sum, correct, seen, read = torch.zeros(()), torch.zeros((), dtype=torch.int64), 0, (0.0, 0)
        for step in range(1, steps + 1):
            rows = self.rows()
            images, classes = self.x.index_select(0, rows), self.y.index_select(0, rows)
            self.method.zero_grad()
            scores = self.model(images)
            loss = cross_entropy(scores, classes)
            loss.backward()
            self.method.step()
            loss_sum += loss.detach() * len(rows)
            correct += (scores.detach().argmax(1) == classes).sum()
            seen += len(rows)
            if step % self.every == 0 or step == steps:
                read = loss_sum.item(), correct.item()
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "steps": steps, "trainLoss": read[0] / seen, "trainAccuracy": read[1] / seen}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    pixels, y = data.read("train", options.data)
    x = pixels.float() / 255
    convolutional = Trainer(lenet(), 0.3, 256, 50, x, y)
    dense = Trainer(mlp(64), 0.05, 10, 100, x, y)

    def answer(**fields):
        print(json.dumps(fields), flush=True)

    answer(
        ready=True,
        torch=data.VERSIONS["torch"],
        threads=torch.get_num_threads(),
        instructions=data.INSTRUCTIONS,
        loadSeconds=time.perf_counter() - started,
    )
    for line in sys.stdin:
        match line.split():
            case ["epoch"]:
                answer(kind="epoch", **convolutional.train(-(-len(y) // convolutional.batch)))
            case ["mlp", steps]:
                result = dense.train(int(steps))
                answer(kind="mlp", **(result | {"seconds": result["seconds"] / result["steps"]}))
            case ["threads", count]:
                torch.set_num_threads(int(count))
                answer(kind="threads", threads=torch.get_num_threads())
            case ["quit"]:
                return
            case _:
                answer(error=f"unknown: {line.strip()!r}")


if __name__ == "__main__":
    main()
