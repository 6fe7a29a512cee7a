#!/usr/bin/env bash
# Prints the path of a Prometheus: $GAIT_PROMETHEUS, or one in PATH, or one installed now from the Debian
# archive when that is possible (root on Debian or Ubuntu). Exit 3 when there is none and none can be had.
set -euo pipefail

if [ -n "${GAIT_PROMETHEUS:-}" ]; then
    [ -x "$GAIT_PROMETHEUS" ] || { echo "prometheus: \`$GAIT_PROMETHEUS\` cannot be run" >&2; exit 3; }
    echo "$GAIT_PROMETHEUS"
    exit 0
fi
if ! command -v prometheus >/dev/null; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "prometheus: installing it from the Debian archive" >&2
        # RUNLEVEL=1 keeps the package from starting its service.
        { apt-get update -qq &&
            RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
                apt-get install -y -qq --no-install-recommends prometheus; } >&2 || true
    fi
fi
if ! command -v prometheus; then
    echo "prometheus: not found; on Debian and Ubuntu: sudo apt-get install prometheus" >&2
    exit 3
fi
