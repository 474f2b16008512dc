#!/usr/bin/env bash
# Emits generated/kubernetes, the clients of all built-in groups, from k8s.io/api at the version of that module's go.mod.
# Flags, such as --verify, go to both generators.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
go build -o "$bin" ./cmd/clientgen ./cmd/informergen
cd generated/kubernetes
common=(--output-dir=. --clientset-name=kubernetes --clientset-dir=.)
status=0
"$bin/clientgen" "${common[@]}" --applyconfiguration-dir=applyconfigurations --prefers-protobuf \
	--external-applyconfigurations=k8s.io/apimachinery/pkg/apis/meta/v1.GroupResource:github.com/typewright/typewright/runtime/applyconfigurations/meta/v1 \
	"$@" k8s.io/api/... || status=$?
"$bin/informergen" "${common[@]}" --informers-dir=informers "$@" k8s.io/api/... || status=$?
exit "$status"
