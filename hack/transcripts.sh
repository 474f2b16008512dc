#!/usr/bin/env bash
# Runs the commands whose transcripts the pages show, in an empty module, and writes what they print into the pages. With --verify it
# writes nothing, prints what is out of date, and exits with 1. Times count for nothing: a transcript in which nothing else has changed
# stays. To measure them anew, empty its block.
#
#	hack/transcripts.sh [--verify]
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
proxy=$(hack/local-proxy.sh "$dir" 2>/dev/null)
program=$dir/transcripts
go build -o "$program" ./hack/transcripts
eval "$proxy"
"$program" "$@"
