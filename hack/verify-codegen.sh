#!/usr/bin/env bash
# Fails, and shows a diff, when what lies in the tree is not what the generators emit now. Writes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
status=0
go tool clientgen --verify || status=1
go tool informergen --verify || status=1
hack/codegen-codecs.sh --verify || status=1
hack/codegen-kubernetes.sh --verify || status=1
exit "$status"
