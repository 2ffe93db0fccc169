#!/bin/sh
# A PostgreSQL cluster for tests that stop and start it. The folder must be one that the server's user may enter.
#
#   scripts/postgres-cluster.sh make FOLDER
#   scripts/postgres-cluster.sh start FOLDER PORT
#   scripts/postgres-cluster.sh stop FOLDER fast|immediate    in good order, or as a crash does
set -eu
. "$(dirname "$0")/lib/postgres.sh"

PROGRAMS=$(postgres_programs) || { echo "PostgreSQL's server is missing: scripts/setup.sh test-rust installs it" >&2; exit 1; }
case "$1" in
make) cluster_make "$2" ;;
start) cluster_start "$2" "$3" ;;
stop) cluster_stop "$2" "$3" ;;
*) exit 2 ;;
esac
