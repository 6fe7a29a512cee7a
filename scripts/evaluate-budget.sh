#!/usr/bin/env bash
# Lives simulated days under a false-alarm budget and writes docs/budget.md from its head and the figures; every day
# as a row goes to budget.csv in the target folder.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
cargo build --quiet --locked --release -p gait-budget
"$target/release/gait-budget" "$target/budget.csv" >"$target/budget.md"
cat scripts/budget-head.md "$target/budget.md" >docs/budget.md
