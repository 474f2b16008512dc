#!/usr/bin/env bash
# Emits the deep copies of the types of kubeconfigs, and of those that exec plugins speak in, beside them. Flags, such as --verify, go
# to the generator.
set -euo pipefail
cd "$(dirname "$0")/.."
clientgen=$(go tool -n clientgen)
status=0
emit() { # FOLDER VERSION...: the types in a folder, and those in the folders of versions below it
	"$clientgen" --with=deepcopy --output-dir="$1" "${flags[@]}" "./$1" "${@:2}" || status=1
}
flags=("$@")
emit runtime/clientcmd/api ./runtime/clientcmd/api/v1
emit runtime/clientauthentication ./runtime/clientauthentication/v1 ./runtime/clientauthentication/v1beta1
exit "$status"
