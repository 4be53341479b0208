"""Numbers that the tests of src/math and src/comparison compare with: SciPy, rliable, statsmodels.

    python3 -m venv venv && venv/bin/pip install -r test/oracle/statistics/requirements.txt
    venv/bin/python test/oracle/statistics/verdicts.py > test/fixtures/verdicts.json

Bootstrap intervals are compared draw by draw: SciPy and rliable are given the positions that the fixture lists.
"""
import json
import sys
import warnings
from importlib.metadata import version

import numpy as np
import scipy
from rliable import library, metrics
from scipy import integrate, special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import DescrStatsW

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20261123)
reps = 199


def rounded(values):
    """Multiples of 1/4096: sums of them are exact, so ties are ties in every library."""
    return np.round(np.asarray(values) * 4096) / 4096


class Given(np.random.Generator):
    """A generator whose integers are those given."""

    def __init__(self, positions):
        super().__init__(np.random.PCG64(0))
        self.positions = positions

    def integers(self, *_args, **_options):
        return self.positions


def exact_signed_rank(d):
    kept = d[d != 0]
    if len(kept) == 0:
        return 1.0
    # Every assignment of signs, ties and all. What is infinite only has to rank above the rest.
    finite = np.where(np.isinf(kept), np.sign(kept) * 1e9, kept)
    return float(
        stats.wilcoxon(finite, method=stats.PermutationMethod(n_resamples=np.inf)).pvalue
        if len(kept) > 1
        else 1.0
    )


def paired(name, a, b, margin):
    a, b = rounded(a), rounded(b)
    d = a - b
    n = len(d)
    positions = rng.integers(0, n, (reps, n))
    t = stats.ttest_rel(a, b)
    sd = d.std(ddof=1)
    tost = DescrStatsW(d).ttost_mean(-margin, margin)
    m = n - 1
    correction = special.gamma(m / 2) / (np.sqrt(m / 2) * special.gamma((m - 1) / 2))
    bca = stats.bootstrap((d,), np.mean, n_resamples=reps, method="BCa", rng=Given(positions))
    improvement = metrics.probability_of_improvement(-a[:, None], -b[:, None])

    draws = iter([row for p in positions for row in (p, p)])
    original = np.random.choice
    np.random.choice = lambda _n, _shape, replace: next(draws)[:, None]
    try:
        _, ends = library.get_interval_estimates(
            {"pair": [-a[:, None], -b[:, None]]}, metrics.probability_of_improvement, reps=reps
        )
        draws = iter(list(positions))
        _, iqm = library.get_interval_estimates(
            {"a": a[:, None]}, lambda x: np.array([metrics.aggregate_iqm(x), np.median(x)]), reps=reps
        )
    finally:
        np.random.choice = original
    return {
        "name": name,
        "a": a.tolist(),
        "b": b.tolist(),
        "margin": margin,
        "t": float(t.pvalue),
        "signedRank": exact_signed_rank(d),
        "equivalence": float(tost[0]),
        "hedges": float(correction * d.mean() / sd),
        "improvement": float(improvement),
        "iqm": float(metrics.aggregate_iqm(a[:, None])),
        "median": float(np.median(a)),
        "positions": positions.tolist(),
        "bca": [float(bca.confidence_interval.low), float(bca.confidence_interval.high)],
        "improvementInterval": [float(x) for x in np.ravel(ends["pair"])],
        "iqmInterval": [float(iqm["a"][0][0]), float(iqm["a"][1][0])],
        "medianInterval": [float(iqm["a"][0][1]), float(iqm["a"][1][1])],
    }


def difference_power(effect, n, level):
    limit = stats.t.ppf(1 - level / 2, n - 1)
    shift = effect * np.sqrt(n)
    # SciPy gives NaN for a tail below float64.
    return float(stats.nct.sf(limit, n - 1, shift) + np.nan_to_num(stats.nct.cdf(-limit, n - 1, shift)))


def equivalence_power(effect, margin, n, level):
    """Integrated over the sample's variance instead of its deviation, adaptively."""
    limit = stats.t.ppf(1 - level, n - 1)
    root = np.sqrt(n)

    def integrand(x):
        s = np.sqrt(x / (n - 1))
        high = stats.norm.cdf((margin - effect) * root - limit * s)
        low = stats.norm.cdf(-(margin + effect) * root + limit * s)
        return max(0, high - low) * stats.chi2.pdf(x, n - 1)

    # Beyond this the two limits cross and nothing is found.
    end = (n - 1) * (margin * root / limit) ** 2
    parts = np.linspace(0, end, 9)
    return float(
        sum(integrate.quad(integrand, x, y, epsabs=1e-13)[0] for x, y in zip(parts[:-1], parts[1:]))
    )


seed_effect = rng.normal(0, 0.01, 60)
pairs = [
    paired("ten seeds, apart", 0.244 + rng.normal(0, 0.004, 10), 0.250 + rng.normal(0, 0.004, 10), 0.0025),
    paired(
        "six seeds that share an effect",
        0.5 + seed_effect[:6] + rng.normal(0, 0.002, 6),
        0.5 + seed_effect[:6] + rng.normal(0, 0.002, 6),
        0.005,
    ),
    paired("skewed", rng.lognormal(-1, 0.6, 12), rng.lognormal(-1, 0.6, 12), 0.1),
    paired("with ties", np.repeat([1, 2, 3, 4], 3) / 8, np.tile([2, 1, 4, 3], 3) / 8, 0.05),
    paired("equivalent", 0.9 + rng.normal(0, 0.002, 20), 0.9 + rng.normal(0, 0.002, 20), 0.009),
    paired("thirty", rng.normal(2, 1, 15), rng.normal(1.5, 1, 15), 0.3),
]

def rank_sum(a, b):
    """By every way to share out the values where there are few, else by the normal limit."""
    a, b = (np.where(np.isinf(x), 1e9, x) for x in (np.asarray(a), np.asarray(b)))
    method = stats.PermutationMethod(n_resamples=np.inf) if len(a) <= 8 else "asymptotic"
    return float(stats.mannwhitneyu(a, b, method=method).pvalue)


inf = float("inf")
ranked = [
    ([0.1, 0.5, 0.3, inf, 0.2, 0.4], [0.6, inf, inf, 0.7, inf, 0.8]),
    ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [inf] * 8),
    ([0.25, 0.25, 0.5, 0.5, 1, 1], [0.25, 0.5, 0.5, 1, 1, inf]),
    ([inf] * 6, [inf] * 6),
    (rounded(rng.normal(0, 1, 40)), rounded(rng.normal(0.5, 1, 40))),
    ([*rounded(rng.normal(0, 0.2, 30)), *[inf] * 5], [*rounded(rng.normal(0, 0.2, 20)), *[inf] * 15]),
]

infinite = [
    [float("inf"), 0.5, -0.25, 1.5, float("inf"), 2.25, -0.125],
    [float("inf")] * 8,
    [float("-inf"), float("inf"), float("inf"), 0.5, 0.5, 0.25, 0.0, -0.25, 1.0],
]


def encoded(values):
    return [float(v) if np.isfinite(v) else ("inf" if v > 0 else "-inf") for v in values]


p_values = [[0.01, 0.04, 0.03, 0.005, 0.2, 0.9], [0.02, 0.02, 0.5], [1e-6]]

json.dump(
    {
        "versions": {
            "python": sys.version.split()[0],
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            **{name: version(name) for name in ("rliable", "arch", "statsmodels")},
        },
        "pairs": pairs,
        "infinite": [
            {"differences": encoded(d), "signedRank": exact_signed_rank(np.array(d))} for d in infinite
        ],
        "rankSum": [
            {"a": encoded(np.asarray(a)), "b": encoded(np.asarray(b)), "p": rank_sum(a, b)} for a, b in ranked
        ],
        "holm": [
            {"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()} for p in p_values
        ],
        "differencePower": [
            {"effect": e, "n": n, "level": level, "power": difference_power(e, n, level)}
            for e in (0, 0.2, 0.5, 1, 2.5)
            for n in (6, 10, 30, 200)
            for level in (0.05, 0.05 / 55)
        ],
        "equivalencePower": [
            {"effect": e, "margin": m, "n": n, "level": level, "power": equivalence_power(e, m, n, level)}
            for e in (0, 0.3)
            for m in (0.5, 1, 2)
            for n in (6, 10, 30, 200)
            for level in (0.05, 0.05 / 55)
        ],
    },
    sys.stdout,
    allow_nan=False,
)
