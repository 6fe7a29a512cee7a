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
case $compare in
"") ways="none ua" ;;
site-model) ways="ua calibrated" ;;
*) echo "evaluate-sim: \`$compare\` is no comparison; give site-model or nothing" >&2 && exit 2 ;;
esac
. scripts/evaluation-lib.sh
sites=$(sites_of "$split")

for site in $sites; do
    for ((seed = 1; seed <= seeds; seed++)); do
        for scenario in people demo; do
            simulate "$folder/$site-$seed-$scenario" --seed "$seed" --scenario "$scenario" --split "$split" \
                --site "$site" --clients 400 --hours 4
        done
    done
done

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
        report "$way" "*" --markdown | figures >"$folder/figures.$way"
    done
    printf '| figure | no site model | its own |\n|---|---:|---:|\n'
    paste -d '|' "$folder/figures.ua" "$folder/figures.calibrated" |
        awk -F '|' '{ printf "| %s | %s | %s |\n", $1, $2, $4 }'
    exit
fi
for way in $ways; do
    printf '\n## %s, %s seeds of %s, masked: %s\n\n' "$split" "$seeds" "$sites" "$way"
    report "$way" "*"
done
