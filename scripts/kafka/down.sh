#!/usr/bin/env bash
# Stops the broker that up.sh of this checkout started, and nothing else. Its data goes with the next start.
set -euo pipefail
# shellcheck source=scripts/kafka/settings.sh
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

stop_service 20
