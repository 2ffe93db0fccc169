#!/bin/sh
# Runs a command with a store that speaks S3 beside it: a bucket in a temporary folder, on a free port, gone afterwards.
#
#   scripts/with-s3.sh COMMAND...
#
# The command finds it by TEST_S3_ENDPOINT, TEST_S3_BUCKET, TEST_S3_FOLDER (of the bucket; its files are the objects),
# TEST_S3_ACCESS_KEY and TEST_S3_SECRET_KEY; the AWS_ variables are set to match.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib/tools.sh
have s3s-fs || stop "s3s-fs is missing: run scripts/setup.sh test-rust"

folder=$(mktemp -d)
store=
finish() {
    [ -z "$store" ] || kill "$store" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

TEST_S3_BUCKET=models
TEST_S3_FOLDER=$folder/$TEST_S3_BUCKET
TEST_S3_ACCESS_KEY=test-access-key
TEST_S3_SECRET_KEY=test-secret-key
mkdir "$TEST_S3_FOLDER"

# the program takes no port 0: another one is tried when somebody else has it
for try in 1 2 3 4 5; do
    port=$(awk -v seed="$$$try" 'BEGIN { srand(seed); print 20000 + int(rand() * 12000) }')
    s3s-fs --host 127.0.0.1 --port "$port" --access-key "$TEST_S3_ACCESS_KEY" --secret-key "$TEST_S3_SECRET_KEY" \
        "$folder" >"$folder/log" 2>&1 &
    store=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        kill -0 "$store" 2>/dev/null || break
        # an answer, even a refusal, says that it listens
        if curl --noproxy '*' -s -o /dev/null "http://127.0.0.1:$port/"; then
            break 2
        fi
        sleep 0.1
    done
    kill "$store" 2>/dev/null || true
    store=
done
[ -n "$store" ] || stop "s3s-fs does not start: $(cat "$folder/log")"

TEST_S3_ENDPOINT=http://127.0.0.1:$port
export TEST_S3_ENDPOINT TEST_S3_BUCKET TEST_S3_FOLDER TEST_S3_ACCESS_KEY TEST_S3_SECRET_KEY
# where the SDK looks by itself, for tests within one process
AWS_ACCESS_KEY_ID=$TEST_S3_ACCESS_KEY AWS_SECRET_ACCESS_KEY=$TEST_S3_SECRET_KEY AWS_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_EC2_METADATA_DISABLED
"$@"
