# Every target works on a fresh machine with Go and a module proxy. "make help" lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: generate ## generate from apis/, start an API server in process, and watch a fleet of robots through an informer
	go run ./examples/fleet

.PHONY: generate
generate: ## emit everything again: from apis/, and the built-in groups
	hack/update-codegen.sh

.PHONY: verify
verify: ## is what lies in generated/ what the generators emit now?
	hack/verify-codegen.sh

.PHONY: check
check: ## a first answer in two minutes: go vet, the emitted code, and the tests of the packages that take seconds
	hack/test.sh vet verify quick

.PHONY: test
test: ## everything that must hold before a change lands, with a table at the end; PARTS="lint e2e" for some parts of it
	hack/test.sh $(PARTS)

.PHONY: long
long: ## what takes too long for each change: lists its parts; PARTS="faults random" runs some
	hack/long.sh $(PARTS)

.PHONY: bench
bench: ## measure beside client-go and Kubernetes' generators, for thirteen minutes; writes docs/performance.md and its plots
	cd bench && go run ./all

.PHONY: stats
stats: ## lines of code and comments, files and functions of each package
	go run ./hack/stats

.PHONY: follow
follow: ## what VERSION=v0.38.0-beta.0 of Kubernetes' libraries would change here
	go run ./hack/follow $(VERSION)
