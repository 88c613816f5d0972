# Milepost's few commands. `make` alone lists them.
#
# Everything happens in .venv, which `make venv` builds from hash-checked locks and
# which the other targets bring up to date by themselves.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first interpreter that runs and is new enough. A name on the path proves nothing (a
# pyenv shim exists for versions that are not selected), so each is tried. 3.11 and 3.12
# come first since durable_rules builds on those.
PYTHON ?= $(shell for candidate in python3.11 python3.12 python3.13 python3; do \
	"$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	>/dev/null 2>&1 && echo "$$candidate" && break; done)

# Another interpreter gets an environment of its own: make test PYTHON=python3.12 VENV=.venv-3.12
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed

# What is read by the checks. Folders that are not there yet are left out.
CODE := $(wildcard engine rules notifications adapters milepost.py conftest.py tests benchmarks docs/site)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

# ── the environment ──────────────────────────────────────────────────────────

.PHONY: venv
venv: $(INSTALLED) ## make .venv, with the command at .venv/bin/milepost

# durable_rules comes as C. A compiler's or pip's own complaint would be pages long.
define CAN_BUILD
import pathlib, shutil, sys, sysconfig
header = pathlib.Path(sysconfig.get_paths()["include"], "Python.h")
if sys.version_info < (3, 13):
    if not any(map(shutil.which, ("cc", "gcc", "clang"))):
        sys.exit("durable_rules is built from source: install a C compiler (Debian: apt install build-essential).")
    if not header.exists():
        sys.exit(f"durable_rules is built from source: {header} is missing (Debian: apt install python3-dev).")
endef
export CAN_BUILD

# A new lock makes a new environment, so that what is no longer required is gone.
# PIP_CONSTRAINT pins what durable_rules is built with; from pip 25.3 on it is PIP_BUILD_CONSTRAINT.
$(LOCKED): requirements/dev.txt requirements/build.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "Milepost needs CPython 3.11 or newer with its venv module; none of python3.11, python3.12," >&2; \
		echo "python3.13 and python3 is one. If it is elsewhere: make venv PYTHON=/path/to/python" >&2; \
		exit 1; \
	fi
	@"$(PYTHON)" -c "$$CAN_BUILD"
	"$(PYTHON)" -m venv --clear $(VENV)
	PIP_CONSTRAINT=requirements/build.txt PIP_BUILD_CONSTRAINT=requirements/build.txt \
		$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# uv writes the locks but is no part of the environment: any recent one will do (UV=/path/to/uv).
UV ?= uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: lock
lock: ## compile requirements/*.in to *.txt (needs uv; UPGRADE=1 for newer versions)
	cd requirements && $(LOCK) $(if $(UPGRADE),--upgrade) runtime.in -o runtime.txt
	cd requirements && $(LOCK) $(if $(UPGRADE),--upgrade) dev.in -o dev.txt
	cd requirements && $(LOCK) $(if $(UPGRADE),--upgrade) docs.in -o docs.txt

# ── the main job ─────────────────────────────────────────────────────────────

.PHONY: run
run: venv ## a term of 200 learners, end to end; stays up until Ctrl-C (ONCE=1 ends by itself)
	$(BIN)/milepost demo $(if $(filter-out 0 no false,$(ONCE)),--once)

# ── is it right? ─────────────────────────────────────────────────────────────

.PHONY: test
test: venv ## every test, on SQLite and on a PostgreSQL that the tests start (ARGS="-k words")
	$(BIN)/pytest $(ARGS)

.PHONY: check
check: venv ## style, types, floors, and that generated files are what they would be
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy --strict $(CODE)
	$(BIN)/lint-imports
	$(BIN)/milepost schema --check

.PHONY: soak
soak: venv ## the long tests: many more kills, on both databases (ARGS="-k sqlite")
	$(BIN)/pytest tests/soak -m soak $(ARGS)

SECONDS_TO_RUN ?= 3600
INPUTS ?= 1000000

.PHONY: fuzz
fuzz: venv ## feed check a million packs of nonsense, for an hour at most (SECONDS_TO_RUN=60)
	$(BIN)/python -m tests.fuzz.reader --seconds $(SECONDS_TO_RUN) --inputs $(INPUTS)

.PHONY: editor
editor: venv ## a YAML language server in .venv/editor, with which completion is tested (needs npm)
	@mkdir -p $(VENV)/editor
	cd $(VENV)/editor && npm install --no-save --no-package-lock --omit-lockfile-registry-resolved \
		--no-audit --no-fund --ignore-scripts yaml-language-server@1.25.0

.PHONY: bench
bench: venv ## the benchmarks; their figures go to benchmarks/README.md (ARGS for some of them)
	$(BIN)/python -m benchmarks $(ARGS)

# ── what is generated ────────────────────────────────────────────────────────

# The site's generator lives apart: nobody needs it to run or to test Milepost.
SITE_VENV ?= .venv-docs
SITE_LOCKED := $(SITE_VENV)/.locked
SITE := build/site

$(SITE_LOCKED): requirements/docs.txt $(LOCKED)
	$(BIN)/python -m venv --clear $(SITE_VENV)
	$(SITE_VENV)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/docs.txt
	@touch $@

# The reference is written from the vocabulary; then the pages are laid out, built (a link that
# leads nowhere fails) and looked at (what would be fetched from elsewhere fails).
.PHONY: docs
docs: venv $(SITE_LOCKED) ## write docs/reference.md anew and build the site: build/site/index.html
	$(BIN)/milepost words --markdown > docs/reference.md.new
	mv docs/reference.md.new docs/reference.md
	$(BIN)/python docs/site/stage.py lay $(SITE)-source
	cd $(SITE)-source && $(CURDIR)/$(SITE_VENV)/bin/zensical build --clean --strict
	rm -rf $(SITE) && mv $(SITE)-source/site $(SITE)
	$(BIN)/python docs/site/stage.py finish $(SITE)
	@echo "$(SITE)/index.html"
