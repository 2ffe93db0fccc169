#!/usr/bin/env bash
# Runs benchmarks on the release build. `make bench` builds first, and runs the first of these; the others take longer and more disk.
#
#   benches/run.sh [transfer [GIB]]   uploads, downloads, start, scores, first load
#   benches/run.sh catalog [SIZES]    questions of catalogs that grow (1000,10000,100000,1000000: 20 GB of disk), on both engines
#   benches/run.sh mlflow             the same questions of an MLflow server from PyPI, in the same run
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --package benches
benches=target/release/benches
case "${1:-transfer}" in
transfer)
    exec "$benches" transfer --size-gib "${2:-2}" --model "$(scripts/fetch-model.sh)"
    ;;
catalog)
    sizes=${2:-1000,10000,100000,1000000}
    "$benches" catalog sqlite "$sizes"
    # shellcheck disable=SC2016 # the address is known within only
    scripts/with-postgres.sh sh -c '"$0" catalog "$TEST_POSTGRES_URL" "$1"' "$benches" "$sizes"
    ;;
mlflow)
    scripts/with-postgres.sh benches/peers/mlflow.sh "$benches"
    ;;
*)
    sed -n 's/^#   //p' "$0" >&2
    exit 2
    ;;
esac
