#!/usr/bin/env bash
# All tests, with the real parts where this machine has them: a real Kafka when there is a JDK and Maven, a
# real Prometheus when it can be found or installed. What is left out is said in plain words at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

left_out=()
scripts/system-packages.sh
cargo build --locked -p gait
target=${CARGO_TARGET_DIR:-target}
export GAIT_BIN=${GAIT_BIN:-$(cd "$target" && pwd)/debug/gait}

if command -v java >/dev/null && command -v mvn >/dev/null; then
    # A broker that was already running is left running.
    [ -f .run/kafka/env ] || trap 'scripts/kafka/down.sh' EXIT
    scripts/kafka/up.sh
    # shellcheck disable=SC1091
    . .run/kafka/env
    export GAIT_KAFKA_BOOTSTRAP GAIT_KAFKA_SECURE_BOOTSTRAP GAIT_KAFKA_CA GAIT_KAFKA_PASSWORD
else
    left_out+=("real Kafka: needs a JDK (17 or newer) and Maven")
fi

if prometheus=$(scripts/prometheus/find.sh); then
    export GAIT_PROMETHEUS=$prometheus
else
    left_out+=("real Prometheus: not found, and not installable here")
fi
[ -n "${GAIT_DATA:-}" ] || left_out+=("public log sets: GAIT_DATA names no folder")

cargo test --locked --workspace "$@"

for what in "${left_out[@]}"; do echo "left out: $what"; done
