# Everything a checkout can do. Needs Python 3.11 to 3.14 and make; each target installs what it is missing into .venv,
# with uv where it is there (a few seconds) and with pip elsewhere.
#
# What is installed is told by stamps inside .venv that carry a lock's checksum, so a checkout that only changed its
# files' times installs nothing, and `make clean` forgets everything.

SHELL := bash
.NOTPARALLEL:
.PHONY: help run dev test quick slow nightly check format bench lock clean home ready ready-dev

PYTHON ?= python3
MUT_HOME ?= .mut
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
# Without --no-compile pip spends most of its time on bytecode of modules that nobody will import.
UV := $(shell command -v uv)
INSTALL := $(if $(UV),$(UV) pip install --quiet --python $(PY),$(PY) -m pip -qq install --no-compile)
checksum = $(shell cksum < $(1) | cut -d ' ' -f 1)
PACKAGES := $(VENV)/.packages-$(call checksum,requirements.lock)
DEV_PACKAGES := $(VENV)/.dev-packages-$(call checksum,requirements-dev.lock)
PROJECT := $(VENV)/.project-$(call checksum,pyproject.toml)
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))

# Two `make run` at once on a bare checkout: the second waits for the first one's installation (where flock exists).
LOCK := $(if $(shell command -v flock),flock Makefile )

export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  ARGS='…' is passed on (make run ARGS=--help, make test ARGS='-k lease'); MUT_HOME=folder keeps the data elsewhere;"
	@echo "  PYTHON=python3.12 chooses the interpreter when .venv is made (make clean first to change it); UV= installs with pip."

# Absolute, because Dagster refuses a relative home; in the environment, because Dagster looks nowhere else. The tests
# bring homes of their own.
HOME_FOLDER := $(if $(filter /%,$(firstword $(MUT_HOME))),$(MUT_HOME),$(CURDIR)/$(MUT_HOME))
run dev home: override export MUT_HOME := $(HOME_FOLDER)
run dev home: override export DAGSTER_HOME := $(HOME_FOLDER)/dagster

run:  ## The main job: read the site, publish, ingest (without an account: the bundled site)
	@$(LOCK)$(MAKE) --no-print-directory ready home
	@$(VENV)/bin/mut run $(ARGS)

dev:  ## The Dagster UI on http://127.0.0.1:3000, with the schedule running
	@$(LOCK)$(MAKE) --no-print-directory ready home
	@$(VENV)/bin/mut dev $(ARGS)

# How many examples a property test tries: dev is 25, ci is 100. `.ci/run` says ci.
test slow nightly quick: export HYPOTHESIS_PROFILE ?= dev

# Bytecode is kept even where the shell says otherwise: each of a run's dozens of processes would compile all it imports.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(PY) -m pytest

test:  ## The tests; what needs Chromium or the real WordPress is skipped where there is none
	@$(LOCK)$(MAKE) --no-print-directory ready-dev
	@$(PYTEST) --numprocesses 3 $(ARGS)

quick:  ## The tests of the domain alone: seconds, for while you write
	@$(LOCK)$(MAKE) --no-print-directory ready-dev
	@$(PYTEST) mut_assets_tests/domain $(ARGS)

slow:  ## The tests that take long: packaging, the UI, the daemon, a real WordPress, AWS, every command of the docs
	@$(LOCK)$(MAKE) --no-print-directory ready-dev
	@$(PYTEST) --numprocesses 3 -m 'slow and not nightly' $(ARGS)

nightly:  ## The tests that take hours: a night killed at each of its calls, nights in which things go wrong, what a night costs
	@$(LOCK)$(MAKE) --no-print-directory ready-dev
	@$(PYTEST) --numprocesses 2 -m nightly $(ARGS)

check:  ## Format, lint, types, import contracts; nothing is changed
	@$(LOCK)$(MAKE) --no-print-directory ready-dev
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

format:  ## Let ruff put the format right
	@$(LOCK)$(MAKE) --no-print-directory ready-dev
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

bench:  ## The measurements of benchmarks/, as ratios
	@$(LOCK)$(MAKE) --no-print-directory ready-dev
	@$(PY) -m benchmarks $(ARGS)

# Pins stay as they are unless a bound in pyproject.toml changed: `make lock ARGS=--upgrade` raises them all, and
# `make lock ARGS='--upgrade-package requests'` one. uv comes and goes in a folder of its own.
RESOLVE := pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'
lock:  ## Resolve pyproject.toml into the two lock files (needs the network)
	@set -e; uv="$$(mktemp -d)"; trap 'rm -rf "$$uv"' EXIT; \
	$(PYTHON) -m venv "$$uv"; "$$uv/bin/pip" -qq install uv; \
	"$$uv/bin/uv" $(RESOLVE) --group build $(ARGS) -o requirements.lock > "$$uv/log"; \
	"$$uv/bin/uv" $(RESOLVE) --group build --group dev -c requirements.lock $(ARGS) -o requirements-dev.lock > "$$uv/log"; \
	echo "requirements.lock and requirements-dev.lock are up to date."

clean:  ## Remove .venv and the caches; data and history in .mut stay
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .tmp_dagster_home_*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what the targets above ask for -----------------------------------------------------------------------------------

ready: $(VENV)/pyvenv.cfg $(PACKAGES) $(PROJECT)
ready-dev: $(VENV)/pyvenv.cfg $(DEV_PACKAGES) $(PROJECT)

# A .venv whose interpreter is gone, or of another version, is made anew.
ifneq ($(shell $(PY) -c '$(SUPPORTED)' 2>/dev/null && echo yes),yes)
.PHONY: $(VENV)/pyvenv.cfg
endif
$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c '$(SUPPORTED)' 2>/dev/null || { echo "mut-assets needs Python 3.11 to 3.14, but $(PYTHON) is" \
		"$$(command -v $(PYTHON) >/dev/null && $(PYTHON) -V 2>&1 | head -n 1 || echo not there):" \
		"name another one, as in: make run PYTHON=python3.12" >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) -V)…"
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(PACKAGES): $(VENV)/pyvenv.cfg
	@echo "Installing the locked packages into .venv; the first time takes about $(if $(UV),half a,one) minute…"
	@$(INSTALL) --require-hashes --no-deps -r requirements.lock
	@rm -f $(VENV)/.packages-* && touch $@

$(DEV_PACKAGES): $(VENV)/pyvenv.cfg
	@echo "Installing the locked packages and the tools into .venv; the first time takes about $(if $(UV),half a,two) minute$(if $(UV),,s)…"
	@$(INSTALL) --require-hashes --no-deps -r requirements-dev.lock
	@rm -f $(VENV)/.packages-* $(VENV)/.dev-packages-* && touch $@ $(PACKAGES)

$(PROJECT): $(VENV)/pyvenv.cfg
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.project-* && touch $@

# Dagster ignores a dagster.yaml in the working directory once DAGSTER_HOME is set. Moved into place, so that a run
# that starts at the same moment never reads half a file.
home:
	@mkdir -p "$$DAGSTER_HOME"
	@cmp -s dagster.yaml "$$DAGSTER_HOME/dagster.yaml" || { new="$$DAGSTER_HOME/.dagster.yaml.$$$$" && \
		cp dagster.yaml "$$new" && mv -f "$$new" "$$DAGSTER_HOME/dagster.yaml"; }
