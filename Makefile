# Every target works on a fresh machine with Go and a module proxy. "make help" lists those with two hashes; the others are
# parts of "make test".
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO      ?= go
# Not "go tool golangci-lint": go tool exits with 0 when what it runs is killed.
LINT    := "$$($(GO) tool -n -modfile=$(CURDIR)/tools/go.mod golangci-lint)"
TESTS   := "$$($(GO) tool -n -modfile=$(CURDIR)/tools/go.mod gotestsum)" --format pkgname --format-icons text --format-hide-empty-pkg --
FUZZTIME ?= 20s
NESTED  := standin generated/kubernetes bench $(filter-out test/e2e,$(patsubst %/go.mod,%,$(wildcard test/*/go.mod)))
QUICK   := ./apis/... ./cmd/clientgen ./gen/emit ./gen/load ./gen/memo ./gen/model ./gen/plan ./gen/templates ./gen/crd ./internal/... \
	./runtime/cache ./runtime/codec/... ./runtime/clientcmd/... ./runtime/rest ./runtime/typed ./runtime/workqueue
LINTED  := test/e2e $(filter-out standin generated/% bench,$(NESTED))

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: generate ## generate from apis/, start an API server in process, and watch a fleet of robots through an informer
	$(GO) run ./examples/fleet

.PHONY: generate
generate: ## emit everything again: from apis/, and the built-in groups
	hack/update-codegen.sh

.PHONY: test
test: ## everything that must hold before a change lands, with a table of its parts and their times at the end
	hack/test.sh

.PHONY: check
check: vet verify ## a first answer in two minutes: go vet, the emitted code, and the tests of the packages that take seconds
	$(TESTS) $(QUICK)

.PHONY: stats
stats: ## lines of code and comments, files and functions of each package
	$(GO) run ./hack/stats

.PHONY: vet
vet: # go vet
	$(GO) vet ./...

.PHONY: lint
lint: # all linters, the rules on what may import what among them
	$(LINT) run ./...
	for dir in $(LINTED); do (cd $$dir && $(LINT) run -c $(CURDIR)/.golangci.yml ./...); done

.PHONY: verify
verify: ## is what lies in generated/ what the generators emit now?
	hack/verify-codegen.sh

.PHONY: unit
unit: # tests of the generators, the commands and the examples
	$(TESTS) -timeout 40m $$($(GO) list ./... | grep -v /runtime/)

.PHONY: race
race: # tests of the runtime, under the race detector
	$(TESTS) -race -timeout 40m ./runtime/...

.PHONY: e2e
e2e: ## tests against a real kube-apiserver and etcd, built from modules the first time (minutes); SKIP_E2E=1 skips them
ifeq ($(SKIP_E2E),1)
	@echo "SKIPPED: SKIP_E2E=1 is set, so nothing is tested against the real API server"
else
	cd test/e2e && $(GO) vet ./... && $(GO) run ./cmd/cluster -build && $(TESTS) -timeout 30m ./...
endif

.PHONY: differ
differ: # compare apitest with a real kube-apiserver in 10,000 random conversations (200 are part of "make e2e") and print the figures
	cd test/e2e && $(GO) test -count=1 -timeout 3h ./differ -differ.conversations=10000 -differ.show=50 -v

.PHONY: faults
faults: ## 500 schedules of faults for informers in process, 200 of killed servers (100 and 12 of them are part of "make test")
	$(GO) test -count=1 ./runtime/cache/weather -weather.schedules=500
	cd test/e2e && $(GO) test -count=1 -timeout 3h ./faults -run TestSchedules -faults.schedules=200

.PHONY: soak
soak: ## 30 minutes of faults and changes on a real API server (SOAK="-duration 5m" for less); writes soak.csv and soak.html
	cd test/e2e && $(GO) run ./cmd/soak -out $(CURDIR) $(SOAK)

.PHONY: referee
referee: ## compare 2,000 sets of kubeconfig files with kubectl, edits and requests included
	$(GO) test ./test/referee -run TestReferee -sets 2000 -timeout 1h -v

.PHONY: security
security: ## the tests that take an attacker's part, then each of their fuzzers (FUZZTIME=20s)
	$(GO) test -count=1 -run Security ./...
	grep -roE 'func FuzzSecurity[A-Za-z]+' --include='*_test.go' . | sed -E 's|/[^/]*:func | |' | sort -u | while read -r dir name; do \
		$(GO) test "$$dir" -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME); done

.PHONY: flakes
flakes: ## run each test 20 times under load, shuffled (hours); hack/flakes.sh ./a/package for one
	hack/flakes.sh

.PHONY: random
random: ## hold the generators to 2,000 random API packages, a hundred at a time; hours (50 of them are part of "make test")
	$(GO) test -count=1 -timeout 12h ./test/random -run "Random|EveryForm" -random.packages 2000 -random.run 2000 -random.seed $$(date +%s) -v

.PHONY: standin
standin: ## try the stand-in on all programs of test/standin/testdata/programs.txt and on client-go's own tests; hours (two programs are part of "make test")
	cd test/standin && $(GO) test -count=1 -timeout 4h -run Programs -programs all -v
	cd test/peers && $(GO) test -count=1 -timeout 2h -run Standin -peers.standin -v

.PHONY: nested
nested: # tests of the other nested modules: real foreign APIs, surfaces, real programs
	for dir in $(NESTED); do (cd $$dir && $(GO) vet ./... && $(TESTS) -timeout 40m ./...); done
