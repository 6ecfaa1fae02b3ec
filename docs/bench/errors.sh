#!/usr/bin/env bash
# Wrong labels, planted and looked for, side by side with cleanlab's published method on
# the same probabilities. Usage, from anywhere:
#
#   docs/bench/errors.sh [seeds]        3 by default; some four minutes
#
# It needs Go, and Python with numpy and scikit-learn (PYTHON, by default
# /usr/bin/python3). INKLING_DATA is the folder with the data, by default
# ../shared/data beside the repository.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
CGO_ENABLED=0 go run ./docs/bench/errors -data "${INKLING_DATA:-$root/../shared/data}" -seeds "${1:-3}" |
  "${PYTHON:-/usr/bin/python3}" -B docs/bench/errors/peer.py
