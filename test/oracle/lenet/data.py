"""Fashion-MNIST from the four upstream files, each checked by its SHA-1, and what a result says of its origin.

The files are looked for in the folder that --data or DESCENT_TEST_DATASETS names, in shared/datasets in or beside
the checkout, and where Debian's package dataset-fashion-mnist puts them.
"""

import gzip
import hashlib
import os
import platform
from pathlib import Path

import numpy as np
import torch

SHA1 = {
    "train-images-idx3-ubyte.gz": "95978b76b6897f6ca69a25145d01716efb615989",
    "train-labels-idx1-ubyte.gz": "09814cfef5a041118ceace42f8dae995319d331a",
    "t10k-images-idx3-ubyte.gz": "5edda96c6d8c36ff915115a0e8136d370a021576",
    "t10k-labels-idx1-ubyte.gz": "9caad14e1aff9adac77d3744963212d36af15bee",
}
VERSIONS = {
    "python": platform.python_version(),
    "torch": torch.__version__.split("+")[0],
    "numpy": np.__version__,
}
# Not a version, but sums in float32 depend on it in their last bits.
INSTRUCTIONS = torch.backends.cpu.get_cpu_capability()


def find(folder: Path | None) -> Path:
    root = Path(__file__).resolve().parents[3]
    folders = [folder] if folder else []
    if not folder and os.environ.get("DESCENT_TEST_DATASETS"):
        folders.append(Path(os.environ["DESCENT_TEST_DATASETS"]))
    if not folder:
        folders += [root / "shared/datasets", root.parent / "shared/datasets"]
        folders.append(Path("/usr/share/datasets/fashion-mnist"))
    for candidate in folders:
        if all((candidate / name).exists() for name in SHA1):
            return candidate
    raise SystemExit("Fashion-MNIST is in none of: " + ", ".join(map(str, folders)) + ". Name it with --data FOLDER.")


def content(folder: Path, name: str) -> bytes:
    raw = (folder / name).read_bytes()
    if hashlib.sha1(raw).hexdigest() != SHA1[name]:
        raise SystemExit(f"{folder / name} is not the upstream file: its SHA-1 is not {SHA1[name]}")
    return gzip.decompress(raw)


def read(part: str, folder: Path | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Pixels, uint8 [count, 1, 28, 28], and classes, int64 [count]; `part` is `train` or `t10k`."""
    folder = find(folder)
    images = np.frombuffer(content(folder, f"{part}-images-idx3-ubyte.gz"), np.uint8, offset=16)
    labels = np.frombuffer(content(folder, f"{part}-labels-idx1-ubyte.gz"), np.uint8, offset=8)
    assert len(images) == len(labels) * 784
    return torch.tensor(images.reshape(-1, 1, 28, 28)), torch.tensor(labels.astype(np.int64))
