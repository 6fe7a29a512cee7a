#!/usr/bin/env bash
# Judges the verdicts on labelled logs against their truth and writes docs/evaluation.md from what came out: the
# shipped alpha capture without and with a site model of its own log, each unmasked and under every mask; and, where
# GAIT_DATA names the shared logs, the public ones, of which every client that a gateway might act on is listed.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/system-packages.sh
cargo build --quiet --locked --release -p gait
gait=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/release/gait
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
data=datasets/alpha
page=$folder/evaluation.md
cat scripts/evaluation-head.md >"$page"

# One section on alpha: its title, then options of `gait replay`.
alpha() {
    "$gait" replay "${@:2}" --verdicts "$folder/verdicts" "$data/access.jsonl.gz" >"$folder/log" 2>&1
    { printf '\n## %s\n\n' "$1"
      "$gait" evaluate --truth "$data/truth.csv" --verdicts "$folder/verdicts" --markdown; } >>"$page"
}

for mask in "" ua ua,protocol,sec_fetch; do
    alpha "alpha, masked: ${mask:-nothing}" --mask "$mask"
done
for mask in "" ua ua,protocol,sec_fetch; do
    "$gait" calibrate --mask "$mask" --out "$folder/site.model" "$data/access.jsonl.gz" >"$folder/log" 2>&1
    alpha "alpha, calibrated on its own log, masked: ${mask:-nothing}" --mask "$mask" --site-model "$folder/site.model"
done

# One section on a public log without truth: the classes, and every enforceable client with its first reasons.
public() {
    (cd "$GAIT_DATA" && "$gait" replay --verdicts "$folder/verdicts" "$1/access.log.gz") >"$folder/table" 2>"$folder/log"
    { printf '\n## %s\n\n```text\n' "$1"
      sed 's/ in [0-9.]* s (.*)$//' "$folder/table"
      printf '```\n\n'
      python3 scripts/enforceable.py "$folder/verdicts"; } >>"$page"
}

if [ -n "${GAIT_DATA:-}" ]; then
    public nasa
    public semicomplete
else
    printf '\n## Public logs\n\nLeft out: `GAIT_DATA` names no folder of them.\n' >>"$page"
fi
mv "$page" docs/evaluation.md
echo "wrote docs/evaluation.md"
