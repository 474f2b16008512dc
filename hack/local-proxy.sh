#!/usr/bin/env bash
# Packs the modules of this checkout into a module proxy in the folder DIR, and prints the lines for a shell that uses it:
#
#	eval "$(hack/local-proxy.sh DIR)"
#
# What is not of this project comes from the proxy that is set now. Each content gets a version of its own, so that no cache of
# modules has to be cleaned.
set -euo pipefail
dir=${1:?usage: hack/local-proxy.sh DIR}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
cd "$(dirname "$0")/.."
go run ./hack/localproxy "$dir"
# Not on standard output, which the shell evaluates.
echo 'next: go mod init example.com/fleet && go run github.com/typewright/typewright/cmd/clientgen@latest init, in an empty folder' >&2
