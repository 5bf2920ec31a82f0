# `make help` lists the targets. Everything works from a fresh clone, as root or not, offline once
# the packages are there. PostgreSQL is not asked for: the project brings its own.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
CATALOGUES := $(wildcard */locale/*/LC_MESSAGES/*.po compliance/*/locale/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
PEERS := build/peers
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: setup
setup: system $(INSTALLED) $(COMPILED) ## Install what is missing: system packages, .venv, translations

.PHONY: system
system:
	@tools/system-packages $(if $(filter test screens guarantee%,$(MAKECMDGOALS)),test,run)

$(VENV)/bin/python: | system
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): requirements/dev.txt $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements/dev.txt
	@touch $@

%.mo: %.po | system
	msgfmt --check --output-file=$@ $<

.PHONY: demo
demo: setup ## Play the demonstration and serve it on port 8000
	COMPLIANCE_DEMONSTRATION=1 $(BIN)/python manage.py demo --serve

.PHONY: test
test: check ## Everything that must be true: the checks, then all tests on 2 processes
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --color=no

.PHONY: check
check: setup ## Style, layers, types, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python tools/check_translations.py

.PHONY: guarantees
guarantees: setup ## Try every promise hard (long), print its figures, write GUARANTEES.md
	$(BIN)/python tools/guarantees.py run

guarantee-%: setup
	$(BIN)/python tools/guarantees.py run G-$*

PART ?=
SIZE ?= sample
# The peers have a place of their own; other parts do without.
$(PEERS)/.installed: requirements/bench.txt | system
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements/bench.txt
	@touch $@

.PHONY: bench
bench: setup $(if $(filter judgements paper,$(or $(PART),judgements)),$(PEERS)/.installed) ## Measure, write docs/performance.md
	$(BIN)/python -m tests.bench $(PART) --size $(SIZE) --peers $(PEERS)/bin/python

.PHONY: screens
screens: setup ## Take the pictures of docs/screens/ anew
	$(BIN)/python -m pytest -q --color=no tests/atlas/screens.py

.PHONY: requirements
requirements: setup ## Resolve requirements/*.in again into *.txt, with hashes and without index hosts
	@[ -x $(BIN)/uv ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(COMPILE) requirements/base.in -o requirements/base.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) requirements/bench.in -o requirements/bench.txt

.PHONY: clean
clean: ## Remove what these targets made, except the data of `make demo`
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
		.hypothesis test-results $(COMPILED)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
