#!/bin/sh
# Writes the static site to target/static-site: the same bundle and assets that the server has in target/site, the shell that
# the bundle mounts on (as index.html, and as 404.html for hosts that answer unknown paths with it), and compressed variants.
# Everything but /rpc, /api and the package downloads can then come from any static host; see docs/deployment.md.
set -eu
cd "$(dirname "$0")/.."

FROM=target/site
TO=target/static-site

rm -rf "$TO.new"
cp -rp "$FROM" "$TO.new"
rm -rf "$TO.new/static-shell"
cp "$FROM"/static-shell/* "$TO.new/"
# for programmers and for the server, not for browsers
rm -f "$TO.new"/pkg/*.d.ts "$TO.new"/pkg/__wasm_split_manifest.json*
cp -p "$TO.new/index.html" "$TO.new/404.html"
node scripts/compress.mjs "$TO.new"
rm -rf "$TO"
mv "$TO.new" "$TO"
echo "the static site is in $TO ($(du -sh "$TO" | cut -f1))"
