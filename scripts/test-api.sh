#!/bin/sh
# Asks a registry of its own, over HTTP, what its OpenAPI document says it can be asked, and much that it says it cannot: with
# schemathesis and all its checks, signed in and not. No answer may be a 500, or other than the document says.
#
#   scripts/test-api.sh [EXAMPLES]   how many different requests per operation: 25 when nothing
set -eu
cd "$(dirname "$0")/.."
. scripts/lib/tools.sh

examples=${1:-25}
config=$PWD/end2end/schemathesis.toml
registry=$PWD/target/release/model-registry
asker=$TOOLS/schemathesis/bin/schemathesis
work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

export DATA_DIR="$work/data" SITE_DIR="$PWD/target/site" LISTEN_ADDR=127.0.0.1:0
# what is tested is not how often one may ask
export REQUESTS_PER_MINUTE=10000000 ANONYMOUS_REQUESTS_PER_MINUTE=10000000

"$registry" create-user owner --admin --password "correct horse" >/dev/null
token=$("$registry" create-token owner --permissions search,download,upload,admin)
mkdir "$work/model"
printf -- '---\nlicense: mit\nbase_model: acme/base\n---\n# A model\n' >"$work/model/README.md"
printf '{"model_type": "bert"}\n' >"$work/model/config.json"
"$registry" import "$work/model" --name owner/bert --version 1.0.0 >/dev/null 2>&1

"$registry" serve >"$work/greeting" 2>"$work/log" &
server=$!
url=
while [ -z "$url" ]; do
    kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
    url=$(grep -o '"url":"[^"]*"' "$work/log" | head -1 | cut -d'"' -f4)
    sleep 0.1
done

failed=0
ask() {
    echo "== schemathesis, $1"
    shift
    # the same requests on every run
    # it leaves files where it runs
    (cd "$work" && "$asker" --config-file "$config" run "$url/api/v1/openapi.json" --seed 1 --generation-deterministic \
        --max-examples "$examples" --continue-on-failure --suppress-health-check all --workers 2 --warnings off "$@" \
        >"$work/answers") || failed=$((failed + 1))
    cat "$work/answers"
    # again at the end, where one looks first
    sed -n -E '/^=+ (ERRORS|FAILURES) =+$/,$p' "$work/answers" >>"$work/failures"
}
ask "signed in" --header "Authorization: Bearer $token"
ask "not signed in" --exclude-checks positive_data_acceptance

cat "$work/failures"
if grep -n '"status":500\|panicked' "$work/log"; then failed=$((failed + 1)); fi
kill -0 "$server" || failed=$((failed + 1))
# in the form of the other suites, for the sum: signed in, not signed in
echo "test result: $([ "$failed" = 0 ] && echo ok || echo FAILED). $((failed > 2 ? 0 : 2 - failed)) passed; $failed failed; the API as its document says"
[ "$failed" = 0 ]
