# What the evaluations share: the built command, a folder for what they make, and simulated sites judged against
# their truth. Sourced from the root of the repository; sets `gait` and `folder`.

scripts/system-packages.sh
cargo build --quiet --locked --release -p gait
gait=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)/release/gait
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The archetypes of site of one split.
sites_of() {
    case $1 in
    tuning) echo shop docs dashboard api-portal ;;
    held-out) echo single-page news booking ;;
    *) echo "\`$1\` is no split; give tuning or held-out" >&2 && return 2 ;;
    esac
}

# Judges the log $1.jsonl in one way: `none` and `ua` are masks, `calibrated` is ua with the log's own site model.
judge() {
    local options=(--mask "${2#none}")
    if [ "$2" = calibrated ]; then
        "$gait" calibrate --mask ua --out "$1.site" "$1.jsonl" >/dev/null 2>&1
        options=(--mask ua --site-model "$1.site")
    fi
    "$gait" replay "${options[@]}" --verdicts "$1.$2" "$1.jsonl" >/dev/null 2>&1
}

# Simulates the log $1.jsonl with its truth $1.csv, by the options that follow, judges it in every way of `ways`
# and keeps truth and verdicts alone.
simulate() {
    local way
    "$gait" simulate "${@:2}" --log "$1.jsonl" --truth "$1.csv" >/dev/null 2>&1
    for way in $ways; do
        judge "$1" "$way"
    done
    rm "$1.jsonl"
}

# What the verdicts of way $1 come to over the logs named by the pattern $2, with the options that follow.
report() {
    local pairs=() truth
    for truth in "$folder"/$2.csv; do
        pairs+=(--truth "$truth" --verdicts "${truth%.csv}.$1")
    done
    "$gait" evaluate "${pairs[@]}" "${@:3}"
}
