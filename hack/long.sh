#!/usr/bin/env bash
# Runs what takes too long for "make test", where a small share of each part runs. Without arguments it lists the parts.
#
#   hack/long.sh [PART...]
set -euo pipefail
cd "$(dirname "$0")/.."

parts='differ    apitest and a real kube-apiserver in 10,000 random conversations; hours
faults    500 schedules of faults for informers in process, 200 of killed servers; an hour
flakes    each test 20 times under load, shuffled; hours (hack/flakes.sh ./a/package for one)
kubectl   apitest and a real kube-apiserver under 1,000 random sequences of kubectl commands; an hour
random    the generators and 2,000 random API packages; hours
referee   kubectl and 2,000 sets of kubeconfig files, edits and requests included; 20 minutes
security  the tests that take the part of an attacker, then each of their fuzzers (FUZZTIME=20s); 20 minutes
shards    replicas that share objects: 1,000 schedules, a simulated month, four processes on a real API server; an hour
          (SHARDS="month e2e" for some of schedules, month and e2e)
soak      30 minutes of faults and changes on a real API server (SOAK="-duration 5m" for less); writes soak.csv and soak.html
standin   all programs of test/standin/testdata/programs.txt, and the tests of client-go, on the stand-in; hours'

differ() { cd test/e2e && go test -count=1 -timeout 3h ./differ -differ.conversations=10000 -differ.show=50 -v; }
kubectl() { cd test/e2e && go test -count=1 -timeout 3h ./kubectl -kubectl.sequences=1000 -kubectl.show=50 -v; }
flakes() { hack/flakes.sh; }
referee() { go test ./test/referee -run TestReferee -sets 2000 -timeout 1h -v; }
random() {
	go test -count=1 -timeout 12h ./test/random -run 'Random|EveryForm' \
		-random.packages 2000 -random.run 2000 -random.seed "$(date +%s)" -v
}

faults() {
	go test -count=1 ./runtime/cache/weather -weather.schedules=500
	cd test/e2e && go test -count=1 -timeout 3h ./faults -run TestSchedules -faults.schedules=200
}

shards() {
	for form in ${SHARDS:-schedules month e2e}; do
		case $form in
		schedules) go test -count=1 -timeout 3h ./runtime/sharding -run 'Schedules|Fleets|EvenAndSteady' -sharding.schedules=1000 -sharding.fleets=300 -v ;;
		month) go test -count=1 -timeout 3h ./runtime/sharding -run 'Month|Requests' \
			-sharding.month.members=100 -sharding.month.objects=10000000 -sharding.month.days=30 -v ;;
		e2e) (cd test/e2e && go test -count=1 -timeout 1h ./shards -shards.objects=100000 -shards.rate=100 -shards.rounds=4 -v) ;;
		*) echo "shards has no form $form: it has schedules, month and e2e" >&2 && return 2 ;;
		esac
	done
}

soak() {
	local root=$PWD
	cd test/e2e && go run ./cmd/soak -out "$root" ${SOAK:-}
}

security() {
	go test -count=1 -run Security ./...
	grep -roE 'func FuzzSecurity[A-Za-z]+' --include='*_test.go' . | sed -E 's|/[^/]*:func | |' | sort -u | while read -r dir name; do
		go test "$dir" -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-20s}"
	done
}

standin() {
	(cd test/standin && go test -count=1 -timeout 4h -run Programs -programs all -v)
	cd test/peers && go test -count=1 -timeout 2h -run Standin -peers.standin -v
}

if [ $# -eq 0 ]; then
	echo "$parts"
	exit
fi
for part in "$@"; do
	grep -q "^$part " <<<"$parts" || { echo "there is no part $part; the parts are:"; echo "$parts"; exit 2; } >&2
done
for part in "$@"; do
	("$part")
done
