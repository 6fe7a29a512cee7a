# What the scripts of every service share: where the one of this checkout lives, whether it runs, how it stops.
# Sourced, not run, by scripts/SERVICE/*.sh, which set $service, the name of that folder, and $config, the name of the
# file in its run folder that the process is started with.
# shellcheck shell=bash disable=SC2034,SC2154

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
here="$root/scripts/$service"
run_dir="$root/.run/$service"
pid_file="$run_dir/pid"
env_file="$run_dir/env"

# Prints the pid of the process that up.sh of this checkout started, or fails. A pid file alone proves nothing:
# after a reboot the number may belong to another program.
running_pid() {
  local pid
  [[ -f $pid_file ]] || return 1
  pid=$(<"$pid_file")
  [[ $pid =~ ^[0-9]+$ ]] || return 1
  ps -p "$pid" -o command= 2>/dev/null | grep -qF "$run_dir/$config" || return 1
  echo "$pid"
}

# Prints a loopback port that nobody listens on, below the range the kernel hands out by itself.
free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 10000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  echo "$service: no free port between 20000 and 29999" >&2
  return 1
}

# Stops that process and nothing else, by force after $1 seconds.
stop_service() {
  local limit_s=$1 pid
  if ! pid=$(running_pid); then
    rm -f "$pid_file" "$env_file"
    echo "$service: not running" >&2
    return
  fi
  kill "$pid"
  SECONDS=0
  while kill -0 "$pid" 2>/dev/null; do
    if ((SECONDS > limit_s)); then
      kill -9 "$pid" 2>/dev/null || true
    fi
    sleep 0.1
  done
  rm -f "$pid_file" "$env_file"
  echo "$service: stopped (pid $pid)" >&2
}
