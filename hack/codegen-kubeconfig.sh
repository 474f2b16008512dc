#!/usr/bin/env bash
# Emits the deep copies of the types of kubeconfigs beside them. Flags, such as --verify, go to the generator.
set -euo pipefail
cd "$(dirname "$0")/.."
types=runtime/clientcmd/api
exec "$(go tool -n clientgen)" --with=deepcopy --output-dir="$types" "$@" "./$types" "./$types/v1"
