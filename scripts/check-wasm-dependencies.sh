#!/bin/sh
# Fails when code of the server is compiled into the browser's bundle: each of these crates would mean that a feature leaked.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib/tools.sh

tree=$(cargo tree --package frontend --target "$WASM_TARGET" --edges normal --prefix none --format '{p}')
for crate in sqlx registry tokio mio axum; do
    if echo "$tree" | grep -q "^$crate v"; then
        echo "$crate is compiled into the browser's bundle:" >&2
        cargo tree --package frontend --target "$WASM_TARGET" --edges normal --invert "$crate" >&2
        exit 1
    fi
done
echo "nothing of the server is in the browser's bundle"
