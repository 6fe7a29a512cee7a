#!/usr/bin/env bash
# Judges the verdicts on labelled logs against their truth and writes docs/evaluation.md from what came out: the
# shipped alpha capture without and with a site model of its own log, each unmasked and under every mask, and as a
# log of whole seconds; simulated sites and personas held out from tuning, plain and with evasions; and, where
# GAIT_DATA names the shared logs, the public ones, of which every client that a gateway might act on is listed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/evaluation-lib.sh
alpha=datasets/alpha
page=$folder/evaluation.md
cat scripts/evaluation-head.md >"$page"
seeds="1 2 3 4"
strengths="0 25 50 75 100"

# One section of the page: title, then everything on standard input.
section() {
    { printf '\n## %s\n\n' "$1"
      cat; } >>"$page"
}

# One section on alpha: its title, the log, then options of `gait replay`.
alpha() {
    "$gait" replay "${@:3}" --verdicts "$folder/verdicts" "$2" >"$folder/log" 2>&1
    "$gait" evaluate --truth "$alpha/truth.csv" --verdicts "$folder/verdicts" --markdown | section "$1"
}

for mask in "" ua ua,protocol,sec_fetch; do
    alpha "alpha, masked: ${mask:-nothing}" "$alpha/access.jsonl.gz" --mask "$mask"
done
for mask in "" ua ua,protocol,sec_fetch; do
    "$gait" calibrate --mask "$mask" --out "$folder/site.model" "$alpha/access.jsonl.gz" >"$folder/log" 2>&1
    alpha "alpha, calibrated on its own log, masked: ${mask:-nothing}" "$alpha/access.jsonl.gz" \
        --mask "$mask" --site-model "$folder/site.model"
done
gzip -dc "$alpha/access.jsonl.gz" | python3 scripts/whole-seconds.py >"$folder/seconds.jsonl"
alpha "alpha in whole seconds, masked: ua" "$folder/seconds.jsonl" --mask ua

# Every client of the held-out sites: one report over all, and one row per site and label.
held_out() {
    local site seed scenario
    ways="ua calibrated"
    for site in $(sites_of held-out); do
        for seed in $seeds; do
            for scenario in people demo takeover; do
                simulate "$folder/$scenario-$site-$seed" --seed "$seed" --scenario "$scenario" --split held-out \
                    --site "$site" --clients 400 --hours 4
            done
        done
    done
    # Sessions that change hands come with people of their own; the other figures are better without them.
    report ua "[dp]*-[1-9]" --markdown | section "Simulator, held out, masked: ua"
    report calibrated "[dp]*-[1-9]" --markdown |
        section "Simulator, held out, each log calibrated on itself, masked: ua"
    { printf '| site | label | clients | right | called a program | 95 %% interval | enforceable | undecided | AUC | steps median/P90 |\n'
      printf '|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n'
      for site in $(sites_of held-out); do
          report ua "[dp]*-$site-[1-9]" --json | python3 scripts/evaluation-row.py labels "$site"
      done; } | section "Simulator, held out, by site and label, masked: ua"
    report ua "takeover-*" --markdown | section "Simulator, held out, sessions that change hands, masked: ua"
    rm "$folder"/*.csv
}

# Undeclared programs that bend their pauses: what passes at 40 decision steps and more.
evasions() {
    local evasion strength site seed
    ways="ua calibrated"
    for evasion in jitter poisson mimic; do
        for strength in $strengths; do
            for site in $(sites_of held-out); do
                for seed in $seeds; do
                    simulate "$folder/$evasion-$strength-$site-$seed" --seed "$seed" --scenario programs \
                        --split held-out --site "$site" --clients 200 --hours 4 --evasion "$evasion" --strength "$strength"
                done
            done
        done
    done
    { printf 'A program passes that is not called one: `human` and `undecided` alike. Only clients with 40 decision steps or more\n'
      printf 'count. A bar of 20 signs stands for all of them.\n\n'
      printf '| evasion, strength, site model | programs | pass | 95 %% interval | caught at 1 %% | |\n|---|---:|---:|---:|---:|---|\n'
      for evasion in jitter poisson mimic; do
          for way in $ways; do
              for strength in $strengths; do
                  report "$way" "$evasion-$strength-*" --json --steps-min 40 |
                      python3 scripts/evaluation-row.py passed "$evasion, $strength %, $(model_of "$way")"
              done
          done
      done; } | section "Simulator, held out, evasions, masked: ua"
    rm "$folder"/*.csv
}

model_of() { if [ "$1" = calibrated ]; then echo "its own"; else echo none; fi; }

# Fleets that go round so many addresses: what is called a program of what one address shows.
rotation() {
    local fleet site seed
    ways=ua
    for fleet in 1 50 500; do
        for site in $(sites_of held-out); do
            for seed in $seeds; do
                simulate "$folder/$fleet-$site-$seed" --seed "$seed" --scenario rotation --split held-out \
                    --site "$site" --clients 1200 --hours 4 --fleet "$fleet"
            done
        done
    done
    { printf 'Every address of a fleet counts as a client of its own. '
      printf 'A family is pure as far as its members are of one fleet.\n\n'
      printf '| addresses of a fleet | clients | called a program | 95 %% interval | enforceable | undecided | families | in the family of its fleet | pure | people in one |\n'
      printf '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n'
      for fleet in 1 50 500; do
          report ua "$fleet-*" --json | python3 scripts/evaluation-row.py fleet "$fleet"
      done; } | section "Simulator, held out, rotation, masked: ua"
    rm "$folder"/*.csv
}

held_out
evasions
rotation

# One section on a public log without truth: the classes, and every enforceable client with its first reasons.
public() {
    (cd "$GAIT_DATA" && "$gait" replay --verdicts "$folder/verdicts" "$1/access.log.gz") >"$folder/table" 2>"$folder/log"
    { printf '```text\n'
      sed 's/ in [0-9.]* s (.*)$//' "$folder/table"
      printf '```\n\n'
      python3 scripts/enforceable.py "$folder/verdicts"; } | section "$1"
}

# Scripted browsers on the open web, each session on the host where it asked most, and all hosts as one site.
browsetrace() {
    local log=$GAIT_DATA/browsetrace/access.jsonl.gz view
    python3 scripts/browsetrace-truth.py "$log" >"$folder/browsetrace.csv"
    { printf '| seen as | sessions | called a program | 95 %% interval | enforceable | undecided |\n|---|---:|---:|---:|---:|---:|\n'
      for view in "one site per host" "all hosts as one site"; do
          local options=(--mask ua --field-map docs/field-maps/browsetrace.toml)
          [ "$view" = "one site per host" ] || options+=(--site browsetrace)
          "$gait" replay "${options[@]}" --verdicts "$folder/verdicts" "$log" >"$folder/log" 2>&1
          "$gait" evaluate --truth "$folder/browsetrace.csv" --verdicts "$folder/verdicts" --json |
              python3 scripts/evaluation-row.py recall "$view"
      done
      printf '\nThe set holds no people, so it says nothing about false alarms.\n'; } | section "BrowseTrace, masked: ua"
}

if [ -n "${GAIT_DATA:-}" ]; then
    public nasa
    public semicomplete
    browsetrace
else
    printf 'Left out: `GAIT_DATA` names no folder of them.\n' | section "Public logs"
fi
mv "$page" docs/evaluation.md
echo "wrote docs/evaluation.md"
