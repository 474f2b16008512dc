#!/usr/bin/env bash
# Emits everything again: from apis/ into generated/ and beside the types, what the operator of the examples has, from k8s.io/api into
# generated/kubernetes, the codecs of apimachinery's meta/v1 into runtime/codec, the deep copies of kubeconfigs into runtime/clientcmd/api, and the stand-in for
# client-go, which is made of all of them, into standin/.
set -euo pipefail
cd "$(dirname "$0")/.."
hack/codegen-codecs.sh
hack/codegen-kubeconfig.sh
go generate ./apis/...
(cd examples/operator && go generate ./apis/...)
hack/codegen-kubernetes.sh
hack/codegen-standin.sh
