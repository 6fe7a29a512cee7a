# What up.sh and down.sh agree on. Sourced, not run.
# shellcheck shell=bash disable=SC2034

service=prometheus
config=prometheus.yml
# shellcheck source=scripts/service.sh
source "$(dirname "${BASH_SOURCE[0]}")/../service.sh"
