"""validation.json: the airfoil regression with every fifth row set aside, and its loss on those after each epoch.

    venv/bin/python test/oracle/validation.py FILE > test/fixtures/validation.json

FILE is airfoil_self_noise.dat. Needs NumPy alone. Every epoch goes through the rows that are left in the order
i -> (7 i + 13 epoch) mod count, so that no order needs to be kept.
"""
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

raw = Path(sys.argv[1]).read_bytes()
assert hashlib.sha1(raw).hexdigest() == "76e5be1548fd8222e5074cf0faae75edff8cf93f"
table = np.array([[float(cell) for cell in line.split()] for line in raw.decode().splitlines() if line])
table = ((table - table.mean(axis=0)) / table.std(axis=0))[:1500]
held = np.arange(0, 1500, 5)
left = np.setdiff1d(np.arange(1500), held)
design = np.column_stack([table[:, :5], np.ones(len(table))])
target = table[:, 5]


def loss(theta, rows):
    return float(np.mean((design[rows] @ theta - target[rows]) ** 2) / 2)


def train(lr, momentum, batch, epochs):
    theta = np.linspace(-0.02, 0.03, 6)
    velocity = None
    validation, training = [], []
    for epoch in range(epochs):
        order = left[(7 * np.arange(len(left)) + 13 * epoch) % len(left)]
        for first in range(0, len(order), batch):
            rows = order[first : first + batch]
            gradient = design[rows].T @ (design[rows] @ theta - target[rows]) / len(rows)
            velocity = gradient if velocity is None else momentum * velocity + gradient
            theta = theta - lr * velocity
        validation.append(loss(theta, held))
        training.append(loss(theta, left))
    return {
        "set": {"lr": lr, "momentum": momentum},
        "batch": batch,
        "epochs": epochs,
        "validationLoss": validation,
        "trainLoss": training,
    }


rows = [train(0.02, 0.5, 10, 4), train(0.01, 0.9, 64, 6), train(0.3, 0.9, 1200, 5)]
json.dump({"start": np.linspace(-0.02, 0.03, 6).tolist(), "rows": rows}, sys.stdout, allow_nan=False)
