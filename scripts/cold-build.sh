#!/usr/bin/env bash
# Builds `gait` as `make demo` does, from an empty target folder, and compares the CPU time (user + system,
# all processes) with the recorded ceiling. Exit 1 when the build got heavier than that.
set -euo pipefail
cd "$(dirname "$0")/.."

ceiling_s=600
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
TIMEFORMAT='%U %S'
used=$( { time CARGO_TARGET_DIR="$folder" cargo build --quiet --locked --release -p gait >&2; } 2>&1 | tail -n 1)
python3 - "$ceiling_s" $used <<'PY'
import sys
ceiling, user, system = map(float, sys.argv[1:4])
print(f"cold build of gait: {user + system:.0f} CPU-s, ceiling {ceiling:.0f}")
sys.exit(user + system > ceiling)
PY
