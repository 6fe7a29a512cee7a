#!/usr/bin/env bash
# Runs the bench table (crate benches/): every budget, what was measured, and the ratio of the two.
# Arguments go to the table program: --smoke is the toy size that continuous integration runs.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/system-packages.sh
cargo build --quiet --locked --release -p gait -p gait-benches
target=${CARGO_TARGET_DIR:-target}
export GAIT_BIN=${GAIT_BIN:-$(cd "$target" && pwd)/release/gait}
GAIT_COMMIT=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
GAIT_DATE=$(date -u +%Y-%m-%dT%H:%M:%SZ)
export GAIT_COMMIT GAIT_DATE
if command -v java >/dev/null && command -v mvn >/dev/null; then
    [ -f .run/kafka/env ] || trap 'scripts/kafka/down.sh' EXIT
    scripts/kafka/up.sh
    # shellcheck disable=SC1091
    . .run/kafka/env
    export GAIT_KAFKA_BOOTSTRAP
else
    echo "left out: Kafka to verdict, which needs a JDK (17 or newer) and Maven"
fi
"$target/release/bench-table" "$@"
