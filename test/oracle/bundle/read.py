"""Reads a bundle (.descent.zip) without any of our code: checks every hash with the standard library, reads every curve
with NumPy and pandas, and holds them against the records. Says how much was compared; ends with 1 where something differs.

    python3 -m venv venv && venv/bin/pip install -r test/oracle/bundle/requirements.txt
    npm run -s descent -- bundle save RUN … --out paper.descent.zip
    venv/bin/python test/oracle/bundle/read.py paper.descent.zip

With `--json runs.json`, of `runs export`, every value is compared with it as well.
"""
import argparse
import hashlib
import io
import json
import sys
import zipfile

import numpy as np
import pandas as pd

arguments = argparse.ArgumentParser()
arguments.add_argument("bundle")
arguments.add_argument("--json")
given = arguments.parse_args()


def check(holds, what):
    if not holds:
        sys.exit(f"differs: {what}")


with zipfile.ZipFile(given.bundle) as archive:
    names = archive.namelist()
    check(len(set(names)) == len(names), "a name stands twice")
    files = {name: archive.read(name) for name in names}  # checks every CRC-32
    check({entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}, "times of files")

manifest = json.loads(files["manifest.json"])
check((manifest["format"], manifest["version"]) == ("descent-lab/bundle", 1), "format and version")
sums = dict(reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines())
check(set(sums) == set(files) - {"SHA256SUMS"}, "files that SHA256SUMS names")
for name, digest in sums.items():
    check(hashlib.sha256(files[name]).hexdigest() == digest, f"SHA-256 of {name}")
listed = {file["path"]: file for file in manifest["files"]}
check(set(listed) == set(sums) - {"manifest.json"}, "files that the manifest lists")
for name, file in listed.items():
    check((len(files[name]), sums[name]) == (file["sizeBytes"], file["sha256"]), f"size and hash of {name}")

runs = [json.loads(line) for line in files["runs.jsonl"].decode().splitlines()]
check(len(runs) == manifest["counts"]["runs"], "count of runs")
tables = {
    name: pd.DataFrame(np.load(io.BytesIO(content), allow_pickle=False))
    for name, content in files.items()
    if name.endswith(".npy") and name.startswith("curves/")
}
points = 0
for run in runs:
    curve = tables[f"curves/points/{run['id']}.npy"]
    epochs = tables[f"curves/epochs/{run['id']}.npy"]
    points += len(curve)
    check(list(curve.columns[:4]) == ["step", "examples", "seconds", "trainLoss"], f"{run['id']}: columns")
    check(curve["step"].is_monotonic_increasing, f"{run['id']}: steps")
    if run["status"] == "done":
        check(curve["trainLoss"].iloc[-1] == run["final"]["trainLoss"], f"{run['id']}: final training loss")
        check(len(epochs) <= run["settings"]["epochs"], f"{run['id']}: epochs")
    if len(curve) and run["best"]["trainLoss"] is not None:
        check(np.nanmin(curve["trainLoss"]) == run["best"]["trainLoss"], f"{run['id']}: best training loss")
check(points == manifest["counts"]["points"], "count of points")
for experiment in manifest["experiments"]:
    check(experiment["file"] in files, f"file of {experiment['title']}")
if "report.html" in files:
    check(files["report.html"].startswith(b"<!doctype html>"), "report.html")

compared = 0
if given.json:
    exported = {run["id"]: run for run in json.load(open(given.json))["runs"]}
    for run in runs:
        metrics = exported[run["id"]]["metrics"]
        curve = tables[f"curves/points/{run['id']}.npy"]
        check(set(metrics) == set(curve.columns), f"{run['id']}: columns of the export")
        for name, wanted in metrics.items():
            got = curve[name].to_numpy()
            wanted = np.array([np.nan if value is None else value for value in wanted], dtype=float)
            check(np.array_equal(np.where(np.isfinite(got), got, np.nan), wanted, equal_nan=True), f"{run['id']}: {name}")
            compared += len(wanted)
print(f"{len(sums)} hashes, {len(runs)} runs, {points} points of {len(tables)} curves; {compared} numbers equal the export's")
