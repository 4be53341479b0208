"""What the scripts share: PyTorch set up for float64 on one thread, and the way fixtures are written."""

import json
import math
import platform
from pathlib import Path

import mpmath
import numpy as np
import sympy
import torch

# Some optimizers (NAdam, ASGD) keep scalars in the default type, which would otherwise be float32.
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
VERSIONS = {
    "python": platform.python_version(),
    "torch": torch.__version__.split("+")[0],
    "numpy": np.__version__,
    "sympy": sympy.__version__,
    "mpmath": mpmath.__version__,
}


def plain(value):
    """Numbers as JSON knows them: float64 with all its digits, null for what is not finite."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)):
        return value
    value = float(value)
    return value if math.isfinite(value) else None


def flat(value) -> str:
    return json.dumps(plain(value), separators=(",", ":"), allow_nan=False)


def write(name: str, generator: str, lists: dict, **rest) -> None:
    """One line for each case, so that a change shows as such in a comparison."""
    parts = [f'"generator":{flat(generator)}', f'"versions":{flat(VERSIONS)}']
    parts += [f'"{key}":{flat(value)}' for key, value in rest.items()]
    parts += [f'"{key}":[\n' + ",\n".join(flat(item) for item in items) + "\n]" for key, items in lists.items()]
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    json.loads(text)
    FIXTURES.mkdir(parents=True, exist_ok=True)
    (FIXTURES / name).write_text(text)
    print(f"{name}: {len(text) / 1000:.0f} kB, " + ", ".join(f"{len(v)} {k}" for k, v in lists.items()))
