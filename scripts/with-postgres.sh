#!/bin/sh
# Runs a command with a PostgreSQL cluster of its own, which is gone afterwards. The command finds its address in
# TEST_POSTGRES_URL: a superuser, on a free port of this machine only.
#
#   scripts/with-postgres.sh make test-rust
set -eu
. "$(dirname "$0")/lib/postgres.sh"

[ $# -gt 0 ] || { echo "which command? $0 COMMAND..." >&2; exit 2; }
PROGRAMS=$(postgres_programs) || { echo "PostgreSQL's server is missing: scripts/setup.sh test-rust installs it" >&2; exit 1; }

folder=$(mktemp -d)
chmod 755 "$folder"
finish() {
    status=$?
    trap - EXIT INT TERM
    cluster_stop "$folder" immediate 2>/dev/null || true
    rm -rf "$folder"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cluster_make "$folder"
# another program may have the port: another one then
for _ in 1 2 3 4 5; do
    port=$(awk 'BEGIN { srand(); print 20000 + int(rand() * 12000) }')
    cluster_start "$folder" "$port" && break
    port=
    sleep 1
done
[ -n "$port" ] || { cat "$folder/log" >&2; exit 1; }

TEST_POSTGRES_URL="postgres://registry@127.0.0.1:$port/postgres" "$@"
