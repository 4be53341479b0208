#!/usr/bin/env bash
# Writes every fixture in test/fixtures afresh. Needs the airfoil file (see README.md); takes under a minute
# once the packages are installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PYTHONDONTWRITEBYTECODE=1
python=$("$here/environment.sh")
for script in rules traces expressions schedules stability/stability airfoil; do
  echo "== $script" >&2
  "$python" "$here/$script.py" "$@"
done
