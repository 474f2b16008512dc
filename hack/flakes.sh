#!/usr/bin/env bash
# Looks for tests that do not pass every time: runs the tests of each package COUNT times, shuffled, under the race detector,
# beside BURNERS processes that keep the CPU busy: none are needed on a machine that has other work. Prints a line a package,
# and the output of what failed.
#
#   hack/flakes.sh [PACKAGE...]     (./runtime/... ./gen/... ./cmd/...)      COUNT=20 BURNERS=2
set -euo pipefail
cd "$(dirname "$0")/.."
count=${COUNT:-20}
[ $# -gt 0 ] || set -- ./runtime/... ./gen/... ./cmd/...

work=$(mktemp -d)
burners=()
stop() {
	[ ${#burners[@]} -eq 0 ] || kill "${burners[@]}" 2>/dev/null || true
	rm -rf "$work"
}
trap stop EXIT
for ((i = 0; i < ${BURNERS:-2}; i++)); do
	while :; do :; done &
	burners+=($!)
done

failed=0
for package in $(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' "$@"); do
	go test -race -c -o "$work/test" "$package"
	started=$SECONDS
	# A run ends at its first failure, so that the seed of the shuffle stands beside it.
	if (cd "$(go list -f '{{.Dir}}' "$package")" && "$work/test" -test.count="$count" -test.shuffle=on -test.failfast -test.timeout=2h) >"$work/out" 2>&1; then
		printf 'ok    %5d s  %s\n' "$((SECONDS - started))" "$package"
	else
		failed=1
		printf 'FAIL  %5d s  %s\n' "$((SECONDS - started))" "$package"
		tail -n 60 "$work/out"
	fi
done
exit "$failed"
