#!/bin/sh
# Runs every fuzz target for a minute (or SECONDS_EACH) with libFuzzer. Needs a nightly toolchain and a C++ compiler.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib/tools.sh

SECONDS_EACH=${SECONDS_EACH:-60}

have cargo-fuzz || {
    say "installing cargo-fuzz (runs libFuzzer)"
    retry cargo install cargo-fuzz --locked --root "$TOOLS" >&2
}
rustup run nightly rustc --version >/dev/null 2>&1 || stop "a nightly toolchain is needed: rustup toolchain install nightly"
for target in $(rustup run nightly cargo fuzz list); do
    echo "fuzzing $target for $SECONDS_EACH s"
    rustup run nightly cargo fuzz run "$target" -- -max_total_time="$SECONDS_EACH" -rss_limit_mb=1024 -timeout=10
done
