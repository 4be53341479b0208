"""Numbers that test/unit/comparison/measures.test.ts compares with, each by brute force.

    venv/bin/python test/oracle/statistics/measures.py > test/fixtures/measures.json

The AlgoPerf score follows scoring/performance_profile.py of mlcommons/algorithmic-efficiency: ratios to the fastest,
misses infinite, the profile on a grid of τ from 1 to 4, the trapezoidal rule, divided by 3. Its grid of 100 points is
beside one of a million, to which the exact integral must agree.
"""
import itertools
import json
import sys

import numpy as np

rng = np.random.default_rng(20261124)


def profile(times, points):
    """pandas-free transcription: rows are submissions, columns workloads."""
    best = times.min(axis=0)
    with np.errstate(invalid="ignore"):
        ratios = np.where(np.isinf(times), np.inf, times / best)
    taus = np.linspace(1, 4, points)
    rho = np.stack([(ratios <= tau).mean(axis=1) for tau in taus], axis=1)
    return ratios, taus, rho, np.trapezoid(rho, x=taus, axis=1) / 3


times = rng.lognormal(3, 0.7, (5, 8))
times[1, 2] = times[1, 5] = times[4, 0] = np.inf
times[:, 7] = np.inf
times[2, 7] = 50.0
ratios, taus, rho, coarse = profile(times, 100)
fine = profile(times, 1_000_001)[3]


def encoded(values):
    return [[float(v) if np.isfinite(v) else "inf" for v in row] for row in values]


values = [float(v) for v in rng.lognormal(0, 1, 9)]
expected = [
    float(np.mean([min(chosen) for chosen in itertools.combinations(values, k)]))
    for k in range(1, len(values) + 1)
]

lr = np.logspace(-4, 0, 9)
cost = 0.25 + 0.02 * (np.log10(lr) + 1.7) ** 2
best = int(np.argmin(cost))
dense = np.linspace(-4, 0, 4_000_001)
within = np.interp(dense, np.log10(lr), cost) <= cost[best] * 1.1
centre = int(np.argmin(np.abs(dense - np.log10(lr[best]))))
low = centre - int(np.argmin(within[centre::-1])) + 1
high = centre + int(np.argmin(within[centre:])) - 1

# AlgoPerf over trials: [optimizer][workload][study][trial], a study's time its fastest trial's, the median over studies.
trials = rng.lognormal(3, 0.6, (4, 3, 3, 5))
trials[rng.random(trials.shape) < 0.35] = np.inf
trials[1, 2, :2] = np.inf  # two studies of three miss: so does the optimizer
trials[3, 0, 1] = np.inf  # one of three: it does not
studied = np.array([[sorted(min(t) for t in studies)[1] for studies in workloads] for workloads in trials.tolist()])
assert np.isinf(studied[1, 2]) and np.isfinite(studied[3, 0])
studied_coarse = profile(studied, 100)[3]
studied_fine = profile(studied, 1_000_001)[3]

json.dump(
    {
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__},
        "profile": {
            "times": encoded(times),
            "ratios": encoded(ratios),
            "taus": taus[::11].tolist(),
            "rho": rho[:, ::11].tolist(),
            "algoperf": coarse.tolist(),
            "score": fine.tolist(),
        },
        "studies": {
            "trials": [[encoded(studies) for studies in workloads] for workloads in trials],
            "times": encoded(studied),
            "algoperf": studied_coarse.tolist(),
            "score": studied_fine.tolist(),
        },
        "expectedBest": {"values": values, "expected": expected},
        "basin": {
            "lr": lr.tolist(),
            "cost": cost.tolist(),
            "share": 0.1,
            "low": float(10 ** dense[low]),
            "high": float(10 ** dense[high]),
        },
    },
    sys.stdout,
    allow_nan=False,
)
