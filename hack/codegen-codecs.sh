#!/usr/bin/env bash
# Emits the codecs of apimachinery's meta/v1 into runtime/codec/metav1, which those of all API types stand on. Flags, such as
# --verify, go to the generator.
set -euo pipefail
cd "$(dirname "$0")/.."
meta=k8s.io/apimachinery/pkg/apis/meta/v1
exec "$(go tool -n clientgen)" --with=codec --output-dir=runtime \
	--external-codecs="$meta:github.com/typewright/typewright/runtime/codec/metav1" "$@" "$meta"
