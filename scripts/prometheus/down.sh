#!/usr/bin/env bash
# Stops the Prometheus that up.sh of this checkout started, and nothing else. Its data goes with the next start.
set -euo pipefail
# shellcheck source=scripts/prometheus/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly STOP_LIMIT_S=10

if ! pid=$(running_pid); then
  rm -f "$pid_file" "$env_file"
  echo "prometheus: not running" >&2
  exit 0
fi
kill "$pid"
SECONDS=0
while kill -0 "$pid" 2>/dev/null; do
  if ((SECONDS > STOP_LIMIT_S)); then
    kill -9 "$pid" 2>/dev/null || true
  fi
  sleep 0.1
done
rm -f "$pid_file" "$env_file"
echo "prometheus: stopped (pid $pid)" >&2
