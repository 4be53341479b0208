"""Reads what `descent runs export` wrote of the same runs in every format, with pandas, pyarrow and TensorBoard, and
compares it with the JSON. Says how much was compared; ends with 1 where something differs.

    python3 -m venv venv && venv/bin/pip install -r test/oracle/exports/requirements.txt
    for out in runs.json runs.csv runs.parquet tensorboard; do npm run -s descent -- runs export RUN … --out DIR/$out; done
    venv/bin/python test/oracle/exports/read.py DIR
"""
import json
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv
import pyarrow.parquet
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = Path(sys.argv[1])
runs = json.loads((folder / "runs.json").read_text())["runs"]
compared = 0


def check(holds, what):
    if not holds:
        sys.exit(f"differs: {what}")


def column(values):
    """JSON has no NaN and no infinity: those are null."""
    return np.array([math.nan if value is None else value for value in values], dtype=float)


def finite(values):
    array = np.asarray(values, dtype=float)
    return np.where(np.isfinite(array), array, np.nan)


def same(got, wanted, what):
    global compared
    check(len(got) == len(wanted), f"{what}: {len(got)} values, not {len(wanted)}")
    check(np.array_equal(finite(got), column(wanted), equal_nan=True), what)
    compared += len(wanted)


points = ["step", "examples", "seconds", "trainLoss", "trainAccuracy"]
epochs = [
    *["epoch", "seconds", "trainLoss", "trainAccuracy", "testLoss", "testAccuracy"],
    *["validationLoss", "validationAccuracy"],
]


def tables(name, read):
    """One reader's three tables."""
    ends = {"csv": "csv", "parquet": "parquet"}[name]
    return {part: read(folder / f"runs{suffix}.{ends}") for part, suffix in
            [("runs", ""), ("points", "-points"), ("epochs", "-epochs")]}


readers = {
    "pandas, CSV": ("csv", pd.read_csv),
    "pyarrow, CSV": ("csv", lambda path: pyarrow.csv.read_csv(path).to_pandas()),
    "pyarrow, Parquet": ("parquet", lambda path: pyarrow.parquet.read_table(path).to_pandas()),
    "pandas, Parquet": ("parquet", pd.read_parquet),
}
for title, (kind, read) in readers.items():
    found = tables(kind, read)
    check(list(found["runs"]["run"]) == [run["id"] for run in runs], f"{title}: the runs")
    for run, (_, row) in zip(runs, found["runs"].iterrows()):
        what = f"{title}, {run['id']}"
        for name, wanted in [
            ("name", run["name"]), ("workload", run["settings"]["workload"]),
            ("optimizer", run["settings"]["optimizer"]), ("status", run["status"]),
            ("seed", run["settings"]["seed"]), ("batch", run["settings"]["batch"]), ("steps", run["steps"]),
            ("seconds", run["seconds"]),
        ]:
            check(row[name] == wanted, f"{what}: {name} is {row[name]}, not {wanted}")
        for name, value in run["settings"]["set"].items():
            got = row[f"set.{name}"]
            check(float(got) == value if isinstance(value, (int, float)) and not isinstance(value, bool)
                  else str(got).lower() == str(value).lower(), f"{what}: {name} is {got}")
        final = run["final"]["trainLoss"]
        check(np.isnan(row["finalTrainLoss"]) if final is None else row["finalTrainLoss"] == final, f"{what}: final")
        curve = found["points"][found["points"]["run"] == run["id"]]
        for name in points:
            wanted = run["metrics"].get(name)
            if wanted is None:
                check(curve[name].isna().all(), f"{what}: {name} where nothing was measured")
            else:
                same(curve[name], wanted, f"{what}: {name} of points")
        ends = found["epochs"][found["epochs"]["run"] == run["id"]]
        for name in epochs:
            if any(name in epoch for epoch in run["epochs"]):
                same(ends[name], [epoch.get(name) for epoch in run["epochs"]], f"{what}: {name} of epochs")
    check(len(found["points"]) == sum(len(run["metrics"]["step"]) for run in runs), f"{title}: points too many")
    print(f"{title}: {len(found['points'])} points, {len(found['epochs'])} epochs")

by_id = {run["id"]: run for run in runs}
folders = sorted(path for path in (folder / "tensorboard").iterdir() if path.is_dir())
check(len(folders) == len(runs), f"TensorBoard: {len(folders)} folders for {len(runs)} runs")
for one in folders:
    events = EventAccumulator(str(one), size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    markdown = events.Tensors("settings")[0].tensor_proto.string_val[0].decode()
    run = by_id[next(line.split("|")[2].strip() for line in markdown.split("\n") if line.startswith("| run |"))]
    for name, value in run["settings"]["set"].items():
        check(f"| {name} | " in markdown, f"TensorBoard, {run['id']}: {name} in its settings")
    for tag, steps, values in [
        ("train/loss", run["metrics"]["step"], run["metrics"]["trainLoss"]),
        ("train/accuracy", run["metrics"]["step"], run["metrics"].get("trainAccuracy")),
        ("epoch/train_loss", None, [epoch["trainLoss"] for epoch in run["epochs"]]),
        ("epoch/test_accuracy", None, [epoch.get("testAccuracy") for epoch in run["epochs"]]),
        ("epoch/validation_loss", None, [epoch.get("validationLoss") for epoch in run["epochs"]]),
    ]:
        if not values or all(value is None for value in values) and tag not in events.Tags()["scalars"]:
            continue
        got = events.Scalars(tag)
        if steps is not None:
            check([event.step for event in got] == steps, f"TensorBoard, {run['id']}: steps of {tag}")
        wanted = column(values).astype(np.float32).astype(float)
        same([event.value for event in got], [None if np.isnan(v) else v for v in wanted], f"TensorBoard, {tag}")
    start = pd.Timestamp(run["startedAt"]).timestamp()
    walls = np.array([event.wall_time for event in events.Scalars("train/loss")])
    check(np.allclose(walls - start, run["metrics"]["seconds"], atol=1e-6, rtol=0), "TensorBoard: times")
print(f"TensorBoard: {len(folders)} runs")
print(f"{compared} numbers are the same")
