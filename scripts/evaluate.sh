#!/usr/bin/env bash
# Replays the shipped alpha capture, unmasked and under each mask, judges the verdicts against the truth and
# writes docs/evaluation.md from what came out.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/system-packages.sh
cargo build --quiet --locked --release -p gait
gait=${CARGO_TARGET_DIR:-target}/release/gait
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
data=datasets/alpha
page=$folder/evaluation.md
cat scripts/evaluation-head.md >"$page"
for mask in "" ua ua,protocol,sec_fetch; do
    name=${mask:-nothing}
    "$gait" replay --mask "$mask" --verdicts "$folder/verdicts" "$data/access.jsonl.gz" >"$folder/log" 2>&1
    { printf '\n## alpha, masked: %s\n\n' "$name"
      "$gait" evaluate --truth "$data/truth.csv" --verdicts "$folder/verdicts" --markdown; } >>"$page"
done
mv "$page" docs/evaluation.md
echo "wrote docs/evaluation.md"
