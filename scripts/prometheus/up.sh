#!/usr/bin/env bash
# Starts a Prometheus on a free loopback port that scrapes one `gait` (default 127.0.0.1:8787, where `gait demo`
# serves) and loads the alert rules. Writes .run/prometheus/env with GAIT_PROMETHEUS_URL. Does nothing when it
# already runs. Exit 3: there is no Prometheus here. Exit 1: it did not start.
set -euo pipefail
# shellcheck source=scripts/prometheus/settings.sh
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

readonly START_LIMIT_S=20
target=${1:-127.0.0.1:8787}

# True when Prometheus on port $1 says that it is ready.
answers() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET /-/ready HTTP/1.0\r\n\r\n' >&3
    timeout 2 head -n 1 <&3 | grep -q ' 200 '
  ) 2>/dev/null
}

start() {
  local pid port=$1
  "$prometheus" --config.file="$run_dir/$config" --storage.tsdb.path="$run_dir/data" \
    --web.listen-address="127.0.0.1:$port" --log.level=warn >"$run_dir/log" 2>&1 </dev/null &
  pid=$!
  disown "$pid"
  echo "$pid" >"$pid_file"
  until answers "$port"; do
    if ! kill -0 "$pid" 2>/dev/null || ((SECONDS > START_LIMIT_S)); then
      echo "prometheus: it did not start; the end of $run_dir/log:" >&2
      tail -n 20 "$run_dir/log" >&2
      "$here/down.sh" >/dev/null 2>&1 || true
      exit 1
    fi
    sleep 0.1
  done
  echo "GAIT_PROMETHEUS_URL=http://127.0.0.1:$port" >"$env_file"
}

if pid=$(running_pid) && [[ -f $env_file ]]; then
  echo "prometheus: already running (pid $pid)" >&2
else
  prometheus=$("$here/find.sh")
  rm -rf "$run_dir"
  mkdir -p "$run_dir"
  cp "$root/dashboards/prometheus/gait.rules.yml" "$run_dir/"
  sed -e "s|127.0.0.1:8787|$target|" -e 's|_interval: 15s|_interval: 2s|' \
    "$root/dashboards/prometheus/prometheus.yml" >"$run_dir/$config"
  SECONDS=0
  start "$(free_port)"
  echo "prometheus: ready, scrapes $target (pid $(<"$pid_file"), log $run_dir/log)" >&2
fi
cat "$env_file"
