#!/usr/bin/env bash
# Fuzzes every decoder from the golden samples on, SECONDS_EACH (default 60) seconds each. Needs a nightly
# toolchain; cargo-fuzz is installed when it is missing.
set -euo pipefail
cd "$(dirname "$0")/../crates/core/decode"
cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz
fuzz/seed
for target in $(cargo +nightly fuzz list); do
    cargo +nightly fuzz run "$target" -- -max_total_time="${SECONDS_EACH:-60}" -max_len=65536
done
