# Shared by up.sh and down.sh: where the Prometheus of this checkout lives and whether it runs. Sourced, not run.
# shellcheck shell=bash disable=SC2034

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
run_dir="$root/.run/prometheus"
pid_file="$run_dir/pid"
env_file="$run_dir/env"

# Prints the pid of the Prometheus that up.sh of this checkout started, or fails. A pid file alone proves
# nothing: after a reboot the number may belong to another program.
running_pid() {
  local pid
  [[ -f $pid_file ]] || return 1
  pid=$(<"$pid_file")
  [[ $pid =~ ^[0-9]+$ ]] || return 1
  ps -p "$pid" -o command= 2>/dev/null | grep -qF "$run_dir/prometheus.yml" || return 1
  echo "$pid"
}
