#!/usr/bin/env bash
# Prints the path of a Python that has requirements.txt installed; installs it in the cache first if need be.
# The only line on standard output is that path. PYTHON chooses the Python to start from (3.11 or newer).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; set PYTHON to one." >&2
  exit 1
}
cache=${DESCENT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/descent-lab}
hash=$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest()[:16])' "$here/requirements.txt")
target=$cache/oracle-$hash

if [[ ! -f $target/.complete ]]; then
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/.oracle-$hash.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  check() { "$work/bin/python" -c 'import torch; torch.ones(2, 2, requires_grad=True).mm(torch.eye(2)).sum().backward()'; }
  {
    echo "Installing the oracle's Python packages (about 580 MB on Linux) into $target"
    "$python" -m venv "$work"
    "$work/bin/python" -m pip install --disable-pip-version-check --no-deps -r "$here/requirements.txt"
    if [[ $(uname -sm) == "Linux x86_64" ]]; then
      "$work/bin/python" "$here/stub_cuda.py" "$("$work/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
    fi
    if ! check; then
      echo "PyTorch does not load with the small set of packages: installing everything it asks for (about 2.9 GB)"
      "$python" -m venv --clear "$work"
      grep -v '^nvidia-' "$here/requirements.txt" >"$work/requirements.txt"
      "$work/bin/python" -m pip install --disable-pip-version-check -r "$work/requirements.txt"
      check
    fi
    touch "$work/.complete"
  } >&2
  # A rename is all or nothing, and never replaces an installation that another run has finished meanwhile.
  if [[ -e $target && ! -f $target/.complete ]]; then
    if mv "$target" "$work/damaged"; then rm -rf "$work/damaged"; fi
  fi
  "$python" - "$work" "$target" <<'RENAME' >&2
import os, sys
work, target = sys.argv[1:]
try:
    os.rename(work, target)
except OSError:
    if not os.path.exists(os.path.join(target, ".complete")):
        raise
RENAME
fi
echo "$target/bin/python"
