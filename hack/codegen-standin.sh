#!/usr/bin/env bash
# Emits standin/, the module that takes the place of k8s.io/client-go. Flags, such as --verify, go to hack/standin.
set -euo pipefail
cd "$(dirname "$0")/.."
exec go run ./hack/standin "$@"
