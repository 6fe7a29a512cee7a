#!/usr/bin/env bash
# Simulates every site of one split, replays the logs unmasked and without user agents, and prints one table
# per persona, over all sites and seeds: evaluate-sim.sh [tuning|held-out [SEEDS]]. What is tuned on one split
# is reported on the other.
set -euo pipefail
cd "$(dirname "$0")/.."
split=${1:-held-out}
seeds=${2:-6}
case $split in
tuning) sites="shop docs dashboard api-portal" ;;
held-out) sites="single-page news booking" ;;
*) echo "evaluate-sim: \`$split\` is no split; give tuning or held-out" >&2 && exit 2 ;;
esac
scripts/system-packages.sh
cargo build --quiet --locked --release -p gait
gait=${CARGO_TARGET_DIR:-target}/release/gait
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for site in $sites; do
    for ((seed = 1; seed <= seeds; seed++)); do
        for scenario in people demo; do
            name=$folder/$site-$seed-$scenario
            "$gait" simulate --seed "$seed" --scenario "$scenario" --split "$split" --site "$site" \
                --clients 400 --hours 4 --log "$name.jsonl" --truth "$name.csv" >/dev/null 2>&1
            for mask in none ua; do
                "$gait" replay --mask "${mask#none}" --verdicts "$name.$mask" "$name.jsonl" >/dev/null 2>&1
            done
            rm "$name.jsonl"
        done
    done
done
for mask in none ua; do
    pairs=()
    for truth in "$folder"/*.csv; do
        pairs+=(--truth "$truth" --verdicts "${truth%.csv}.$mask")
    done
    printf '\n## %s, %s seeds of %s, masked: %s\n\n' "$split" "$seeds" "$sites" "$mask"
    "$gait" evaluate "${pairs[@]}"
done
