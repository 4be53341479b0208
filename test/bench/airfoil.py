"""Median seconds per epoch of PyTorch eager on the airfoil regression, as one JSON line.

usage: airfoil.py --data PATH [--optimizer sgd|adam] [--batch 10]

Plain tensors, mini-batches by a shuffled index, autograd, torch.optim; no evaluation. One warm-up epoch, then 7
timed ones, with one thread and with PyTorch's own number of threads: the faster of the two is reported.
"""

import argparse
import json
import statistics
import time

import torch

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd")
parser.add_argument("--batch", type=int, default=10)
options = parser.parse_args()

with open(options.data) as file:
    table = torch.tensor([[float(cell) for cell in line.split()] for line in file], dtype=torch.float64)
table = (table - table.mean(0)) / table.std(0, correction=0)
table = table[:1500]
default_threads = torch.get_num_threads()


def seconds_per_epoch(dtype, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    x, y = table[:, :5].to(dtype).contiguous(), table[:, 5].to(dtype).contiguous()
    weights = torch.normal(0.0, 0.01, (5,), dtype=dtype).requires_grad_()
    bias = torch.zeros(1, dtype=dtype, requires_grad=True)
    if options.optimizer == "sgd":
        method = torch.optim.SGD([weights, bias], lr=0.05)
    else:
        method = torch.optim.Adam([weights, bias], lr=0.01, eps=1e-6)
    times = []
    for _ in range(8):
        start = time.perf_counter()
        order = torch.randperm(len(x))
        for rows in order.split(options.batch):
            method.zero_grad()
            loss = ((x[rows] @ weights + bias - y[rows]) ** 2 / 2).mean()
            loss.backward()
            method.step()
        times.append(time.perf_counter() - start)
    final = ((x @ weights + bias - y) ** 2 / 2).mean().item()
    assert final < 0.26, final  # it really trained
    return statistics.median(times[1:])


result = {
    "engine": "pytorch-eager",
    "torch": torch.__version__.split("+")[0],
    "optimizer": options.optimizer,
    "batch": options.batch,
}
for name, dtype in (("float32", torch.float32), ("float64", torch.float64)):
    timed = [(seconds_per_epoch(dtype, threads), threads) for threads in sorted({1, default_threads})]
    seconds, threads = min(timed)
    result[name] = {"secondsPerEpoch": seconds, "threads": threads}
print(json.dumps(result))
