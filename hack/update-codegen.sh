#!/usr/bin/env bash
# Emits everything again: from apis/ into generated/ and beside the types, and from k8s.io/api into generated/kubernetes.
set -euo pipefail
cd "$(dirname "$0")/.."
go generate ./apis/...
hack/codegen-kubernetes.sh
