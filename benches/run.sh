#!/usr/bin/env bash
# Runs all benchmarks on the release build. Usage: benches/run.sh [GIB]; `make bench` builds first.
set -euo pipefail
cd "$(dirname "$0")/.."
model=$(scripts/fetch-model.sh)
cargo build --release --package benches
exec target/release/benches --size-gib "${1:-2}" --model "$model"
