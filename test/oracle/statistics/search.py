"""Points that the tests of src/search compare with: Halton's sequence by SciPy, logarithmic grids by NumPy.

    venv/bin/python test/oracle/statistics/search.py > test/fixtures/search.json
"""
import json
import sys

import numpy as np
import scipy
from scipy.stats import qmc

json.dump(
    {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__},
        "halton": qmc.Halton(d=6, scramble=False).random(64).tolist(),
        # DeepOBS: 36 learning rates from 1e-5 to 1e2.
        "deepobs": np.logspace(-5, 2, 36).tolist(),
        "logOneMinus": (1 - np.logspace(-1, -4, 7)).tolist(),
    },
    sys.stdout,
)
