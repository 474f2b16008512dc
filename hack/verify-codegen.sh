#!/usr/bin/env bash
# Fails, and shows a diff, when what lies in the tree is not what the generators emit now. Writes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
status=0
# Not "go tool clientgen": go tool exits with 0 when what it runs is killed.
"$(go tool -n clientgen)" --verify || status=1
"$(go tool -n informergen)" --verify || status=1
(cd examples/operator && "$(go tool -n clientgen)" --verify) || status=1
(cd examples/operator && "$(go tool -n informergen)" --verify) || status=1
hack/codegen-codecs.sh --verify || status=1
hack/codegen-kubeconfig.sh --verify || status=1
hack/codegen-kubernetes.sh --verify || status=1
hack/codegen-standin.sh --verify || status=1
exit "$status"
