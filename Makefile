# Everything that can be done with this repository. `make` alone lists it.
# A machine needs Python 3.11 with venv, git and make; the rest is brought into .venv and node_modules.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/.venv/bin:$(PATH)

static := server/palvelurinki/web/static
# What a client is built from. Tests are left out: changing one is no reason to build again.
sources = $(shell find $(1) call_kit -type f -not -name '*.test.ts*' -not -path '*/node_modules/*')
# The suites that need no browser.
pytest_suites := --ignore=tests/e2e --ignore=tests/screenshots

# Tests wait for what is to happen more than they compute, so more of them run at once than there are cores. Each
# process starts servers of its own, and whoever is done takes over what another has not begun. Browsers compute; a
# gallery is built by the one process that looks at it.
in_parallel := --numprocesses=4 --dist=worksteal
in_browsers := --numprocesses=2 --dist=worksteal
of_galleries := --numprocesses=2 --dist=loadfile

.PHONY: help
help: ## Lists these targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## */\1\t/' | expand -t 14

# ---- Preparing: each stamp is newer than what it was made from, so a second `make` does nothing --------------

.PHONY: prepare
prepare: .venv/.stamp node_modules/.stamp $(static)/kiosk/index.html $(static)/console/index.html ## Installs and builds all that the demo needs
	@:

.venv/.stamp: requirements.lock pyproject.toml scripts/prepare-python
	@scripts/step "Preparing 1/4: Python environment" scripts/prepare-python
	@touch $@

node_modules/.stamp: package-lock.json .npmrc | .venv/.stamp
	@scripts/step "Preparing 2/4: web packages" npm ci --loglevel=error --no-progress
	@touch $@

$(static)/kiosk/index.html: node_modules/.stamp $(call sources,kiosk_client/web)
	@scripts/step "Preparing 3/4: kiosk client" npm run --silent build --workspace kiosk_client/web -- --logLevel warn
	@touch $@

$(static)/console/index.html: node_modules/.stamp $(call sources,agent_console)
	@scripts/step "Preparing 4/4: agent console" npm run --silent build --workspace agent_console -- --logLevel warn
	@touch $@

# ---- Running -------------------------------------------------------------------------------------------------

.PHONY: run
run: prepare ## Starts the demo on SQLite; PORT=N for another port than 8080
	@exec .venv/bin/palvelurinki demo $(if $(PORT),--port $(PORT))

# ---- Testing -------------------------------------------------------------------------------------------------

.PHONY: test
test: prepare ## Prepares everything, then runs all checks and all tests
	@scripts/step "Testing 1/6: system packages" scripts/system-packages
	@scripts/step "Testing 2/6: lint, types, architecture, clients" $(MAKE) -j2 --output-sync check test-clients
	@scripts/step "Testing 3/6: server" $(MAKE) test-server
	@scripts/step "Testing 4/6: chaos" $(MAKE) chaos
	@scripts/step "Testing 5/6: every screen" $(MAKE) screens
	@scripts/step "Testing 6/6: end to end" $(MAKE) e2e

# One target a tool, so that `make -k check` reports on all of them and `make -j2 check` uses both cores.
checks := check-lint check-format check-types check-architecture check-locks check-web check-web-types check-generated

.PHONY: check $(checks)
check: $(checks) ## Lint, formatting, types, architecture, locks, generated files

$(checks): .venv/.stamp node_modules/.stamp

check-lint:
	ruff check --quiet --output-format=concise

check-format:
	ruff format --check --quiet

check-types:
	mypy --no-error-summary

check-architecture:
	lint-imports --no-logo

check-locks:
	scripts/lock-addresses --check

check-web:
	npm run --silent lint

check-web-types:
	npm run --silent typecheck

check-generated:
	python scripts/generate.py --check

.PHONY: test-clients
test-clients: node_modules/.stamp ## TypeScript unit tests
	npm test --silent

.PHONY: test-server
test-server: .venv/.stamp ## Python tests on real PostgreSQL, Redis and coturn, without a browser
	python -m pytest --no-header $(in_parallel) $(pytest_suites)

.PHONY: security
security: .venv/.stamp node_modules/.stamp ## Who may do what: the matrix walked, tokens mutated, the interface fuzzed, canaries looked for
	python -m pytest --no-header $(in_parallel) tests/security

.PHONY: unit
unit: .venv/.stamp ## Python unit tests alone: seconds, no servers
	python -m pytest --no-header tests/unit

.PHONY: e2e
e2e: prepare ## Browser tests, in a network that has only loopback
	scripts/in-loopback-namespace python -m pytest --no-header $(in_browsers) tests/e2e

.PHONY: screens
screens: prepare ## Every screen in Finnish at its main size: accessible, nothing cut, nothing overlapping
	scripts/in-loopback-namespace python -m pytest --no-header $(of_galleries) tests/screenshots -k "desk-fi or portrait-fi"

.PHONY: screenshots
screenshots: prepare ## The same in every language, size and contrast; the pictures stay in build/screenshots
	scripts/in-loopback-namespace python -m pytest --no-header $(of_galleries) tests/screenshots

.PHONY: chaos
chaos: .venv/.stamp ## Three nodes under load while things go wrong: NAME="killed-nodes ..." SEED=1; the last line counts the faults
	@scripts/in-loopback-namespace python -m tests.chaos $(NAME) --seed $(or $(SEED),1)

.PHONY: soak
soak: .venv/.stamp ## SEEDS=5000 simulated histories (ENGINE=memory or sqlite), then CHAOS=30 minutes; the last line counts the faults
	@python -m tests.soak --seeds $(or $(SEEDS),5000) --first $(or $(FIRST),1) --engine $(or $(ENGINE),memory) --chaos $(or $(CHAOS),30)

.PHONY: bench
bench: $(if $(filter first-frame,$(NAME)),prepare,.venv/.stamp) ## Runs the benchmark NAME=...; the last line is JSON
	@test -n "$(NAME)" || { echo "make bench NAME=... (one of: $(patsubst bench/%.py,%,$(filter-out bench/_%,$(wildcard bench/*.py))))"; exit 2; }
	@python -m bench.$(subst -,_,$(NAME))

# ---- Upkeep --------------------------------------------------------------------------------------------------

.PHONY: format
format: .venv/.stamp node_modules/.stamp ## Formats Python and TypeScript, and mends what the linters can
	ruff check --fix-only --quiet
	ruff format --quiet
	npm run --silent format

.PHONY: generate
generate: .venv/.stamp node_modules/.stamp ## Writes what is generated from the protocol and the transition tables
	python scripts/generate.py

.PHONY: lock
lock: .venv/.stamp ## Resolves all dependencies anew and writes both lock files, without addresses
	scripts/lock

.PHONY: clean
clean: ## Removes everything that was installed or built here
	rm -rf .venv node_modules */node_modules */*/node_modules build dist $(static)/kiosk $(static)/console
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
