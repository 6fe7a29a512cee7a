#!/usr/bin/env bash
# Simulates every site of one split, replays the logs unmasked and without user agents, and prints one table
# per persona, over all sites and seeds: evaluate-sim.sh [tuning|held-out [SEEDS [site-model]]]. What is tuned
# on one split is reported on the other. With `site-model` it prints instead, without user agents, what the
# shipped model does alone beside what it does with a site model learnt from each log itself.
set -euo pipefail
cd "$(dirname "$0")/.."
split=${1:-held-out}
seeds=${2:-6}
compare=${3:-}
case $split in
tuning) sites="shop docs dashboard api-portal" ;;
held-out) sites="single-page news booking" ;;
*) echo "evaluate-sim: \`$split\` is no split; give tuning or held-out" >&2 && exit 2 ;;
esac
case $compare in
"") ways="none ua" ;;
site-model) ways="ua calibrated" ;;
*) echo "evaluate-sim: \`$compare\` is no comparison; give site-model or nothing" >&2 && exit 2 ;;
esac
scripts/system-packages.sh
cargo build --quiet --locked --release -p gait
gait=${CARGO_TARGET_DIR:-target}/release/gait
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Judges the log $1.jsonl in one way: `none` and `ua` are masks, `calibrated` is ua with the log's own site model.
judge() {
    local options=(--mask "${2#none}")
    if [ "$2" = calibrated ]; then
        "$gait" calibrate --mask ua --out "$1.site" "$1.jsonl" >/dev/null 2>&1
        options=(--mask ua --site-model "$1.site")
    fi
    "$gait" replay "${options[@]}" --verdicts "$1.$2" "$1.jsonl" >/dev/null 2>&1
}

for site in $sites; do
    for ((seed = 1; seed <= seeds; seed++)); do
        for scenario in people demo; do
            name=$folder/$site-$seed-$scenario
            "$gait" simulate --seed "$seed" --scenario "$scenario" --split "$split" --site "$site" \
                --clients 400 --hours 4 --log "$name.jsonl" --truth "$name.csv" >/dev/null 2>&1
            for way in $ways; do
                judge "$name" "$way"
            done
            rm "$name.jsonl"
        done
    done
done

# What all verdicts of one way come to.
report() {
    local pairs=() way=$1 truth
    for truth in "$folder"/*.csv; do
        pairs+=(--truth "$truth" --verdicts "${truth%.csv}.$way")
    done
    "$gait" evaluate "${pairs[@]}" "${@:2}"
}

# Name and value of the figures that a site model is meant to move, one a line, out of a report in Markdown.
figures() {
    awk -F ' *[|] *' '
        /^### /                          { table = $0 }
        table ~ /against people/ && NF > 3 && $2 !~ /^(figure|-+)$/ { sub(/ \(above.*/, "", $2); print $2 "|" $3 }
        table ~ /By label/ && $2 == "llm_browser_agent" {
            print "browser agents: AUC|" $9
            print "browser agents: caught at 1 %|" $8
            print "browser agents: called a program|" $5
        }
        table ~ /By label/ && $2 == "human_emulated" { print "people: called people|" $4 }'
}

if [ -n "$compare" ]; then
    printf '## %s, %s seeds of %s, masked: ua\n\n' "$split" "$seeds" "$sites"
    for way in $ways; do
        report "$way" --markdown | figures >"$folder/figures.$way"
    done
    printf '| figure | no site model | its own |\n|---|---:|---:|\n'
    paste -d '|' "$folder/figures.ua" "$folder/figures.calibrated" |
        awk -F '|' '{ printf "| %s | %s | %s |\n", $1, $2, $4 }'
    exit
fi
for way in $ways; do
    printf '\n## %s, %s seeds of %s, masked: %s\n\n' "$split" "$seeds" "$sites" "$way"
    report "$way"
done
