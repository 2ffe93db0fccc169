#!/bin/sh
# Runs a command with the build tools on its PATH, at the top of the repository.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib/tools.sh
exec "$@"
