#!/usr/bin/env bash
# Compares with an MLflow server, on SQLite and on PostgreSQL. Started by benches/run.sh, within a cluster.
set -euo pipefail
benches=$1
models=10000 versions=2000
folder=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill -- "-$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet mlflow psycopg2-binary requests
peers=$(dirname "$0")

# compare STORE ENGINE: the store of MLflow, and the catalog of ours
compare() {
    "$folder/venv/bin/python" "$peers/mlflow_fill.py" "$1" $models $versions
    # a group of its own: it starts workers
    PATH="$folder/venv/bin:$PATH" setsid "$folder/venv/bin/mlflow" server --backend-store-uri "$1" --host 127.0.0.1 \
        --port 5995 --artifacts-destination "$folder/artifacts" >"$folder/log" 2>&1 &
    server=$!
    until curl --silent --fail --output /dev/null http://127.0.0.1:5995/health; do
        kill -0 "$server" || { cat "$folder/log" >&2; exit 1; }
        sleep 1
    done
    "$benches" beside "$2" $models "$folder/venv/bin/python" "$peers/mlflow_ask.py" http://127.0.0.1:5995 $models $versions
    kill -- "-$server"
    wait "$server" || true
    server=
}

echo "Both on SQLite:"
compare "sqlite:///$folder/mlflow.db" sqlite
echo "Both on PostgreSQL:"
psql --quiet "$TEST_POSTGRES_URL" --command 'CREATE DATABASE mlflow' --command 'CREATE DATABASE ours'
ours=${TEST_POSTGRES_URL%/postgres}/ours
# MLflow knows the engine by this name only
theirs=${TEST_POSTGRES_URL%/postgres}/mlflow
compare "postgresql${theirs#postgres}" "$ours"
