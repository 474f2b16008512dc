#!/usr/bin/env bash
# Runs the parts of "make test" one after the other and ends with a table. A part that fails does not keep the others from
# running; the exit code is 1 if any failed.
#
#   hack/test.sh [PART...]     all parts, or those named; SKIP_E2E=1 leaves out e2e
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

# Name, what it does, and how long it takes on two cores when nothing is built anew.
plan='stats   lines of each package                                       5s
vet     go vet                                                      30s
lint    all linters, what may import what among them                4m
verify  is the emitted code up to date?                             30s
unit    tests of generators, commands and examples                  9m
race    tests of the runtime, under the race detector               5m
e2e     tests with a real kube-apiserver, built the first time      8m
nested  the nested modules: foreign APIs, surfaces, real programs   12m'
# Not one of them, but a part of "make check".
also='quick   tests of the packages that take seconds                     1m'

# Not "go tool NAME": go tool exits with 0 when what it runs is killed.
tool() { go tool -n -modfile="$root/tools/go.mod" "$1"; }
tests() { "$(tool gotestsum)" --format pkgname --format-icons text --format-hide-empty-pkg -- "$@"; }
linted() { (cd "$1" && "$(tool golangci-lint)" run -c "$root/.golangci.yml" ./...); }

stats() { go run ./hack/stats; }
vet() { go vet ./...; }
verify() { hack/verify-codegen.sh; }
unit() { tests -timeout 40m $(go list ./... | grep -v /runtime/); }
race() { tests -race -timeout 40m ./runtime/...; }

lint() {
	linted .
	for module in {examples/*,runtime/apitest/cel,test/*}/go.mod; do linted "${module%/go.mod}"; done
}

quick() {
	tests ./apis/... ./cmd/clientgen ./gen/{emit,load,memo,model,plan,templates,crd} ./internal/... \
		./runtime/cache ./runtime/codec/... ./runtime/clientcmd/... ./runtime/rest ./runtime/typed ./runtime/workqueue
}

e2e() {
	if [ "${SKIP_E2E:-}" = 1 ]; then
		echo "SKIPPED: SKIP_E2E=1 is set, so nothing is tested against the real API server"
		return
	fi
	cd test/e2e
	go vet ./...
	go run ./cmd/cluster -build
	tests -timeout 30m ./...
}

nested() {
	for module in {standin,generated/kubernetes,bench,examples/*,runtime/apitest/cel,test/*}/go.mod; do
		[ "$module" != test/e2e/go.mod ] || continue
		(cd "${module%/go.mod}" && go vet ./... && tests -timeout 40m ./...)
	done
}

# The second call of this script, for one part: bash heeds "set -e" in a process of its own only.
if [ "${1:-}" = -part ]; then
	"$2"
	exit
fi

[ $# -gt 0 ] || set -- $(awk '{print $1}' <<<"$plan")
for part in "$@"; do
	grep -q "^$part " <<<"$plan"$'\n'"$also" || { echo "there is no part $part; the parts are:"; echo "$plan"; exit 2; } >&2
done
echo "These parts run, with the time that each usually takes on two cores. A fresh machine needs about 30 minutes more: it builds"
echo "linters and a kube-apiserver. \"make check\" gives a first answer in two minutes."
grep -wE "^($(IFS='|'; echo "$*"))" <<<"$plan"$'\n'"$also" | sed 's/^/  /'

out=$(mktemp)
trap 'rm -f "$out"' EXIT
failed=0
table=''
for part in "$@"; do
	printf '\n== %s\n' "$(sed -nE "s/^$part +//p" <<<"$plan"$'\n'"$also")"
	started=$SECONDS
	result=ok
	hack/test.sh -part "$part" 2>&1 | tee "$out" || { result=FAILED failed=1; }
	! grep -q '^SKIPPED' "$out" || result=skipped
	# gotestsum ends with, for example: DONE 82 tests, 1 skipped in 3.314s
	table+=$(awk -v part="$part" -v result="$result" -v took="$((SECONDS - started))" '
		$1 == "DONE" { for (i = 2; i < NF; i++) { if ($(i+1) ~ /^tests?,?$/) tests += $i; if ($(i+1) ~ /^skipped,?$/) skipped += $i } }
		END { printf "  %-7s %-7s %7s %8s %5d:%02d", part, result, tests, skipped, took / 60, took % 60 }' "$out")$'\n'
done
printf '\n  part    result    tests  skipped   time\n%s' "$table"
exit "$failed"
