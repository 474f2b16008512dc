#!/usr/bin/env bash
# Runs the commands whose transcripts the pages show, in an empty module, and writes what they print into the pages. With --verify it
# writes nothing, prints what is out of date, and exits with 1. Times count for nothing: a transcript in which nothing else has changed
# stays. To measure them anew, empty its block.
#
#	hack/transcripts.sh [--verify]
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
cache=$(go env GOMODCACHE)
version=none
forget() {
	rm -rf "$dir"
	for path in "$cache"/github.com/typewright/{typewright,typewright/*}@"$version" "$cache"/cache/download/github.com/typewright/typewright/@v/"$version".*; do
		[ ! -e "$path" ] || { chmod -R u+w "$path" && rm -rf "$path"; }
	done
}
trap forget EXIT
proxy=$(hack/local-proxy.sh "$dir" 2>/dev/null)
version=$(sed -E 's/.*"Version":"([^"]+)".*/\1/' "$dir/github.com/typewright/typewright/@latest")
program=$dir/transcripts
go build -o "$program" ./hack/transcripts
eval "$proxy"
"$program" "$@"
