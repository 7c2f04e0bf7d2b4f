# Lambda Dojo. `make lab` and `make test` need Python 3.11 or newer and make, nothing else.
# On Windows, where there is no make, README.md gives the commands.

.DEFAULT_GOAL := help
.PHONY: help lab install install-dev lint test bench lock audit clean

LANG_UI ?= en
WORKSPACE ?= workspace
# A Python to use in place of the newest one found: make lab PYTHON=/path/to/python3.12
PYTHON ?=

BIN := .venv/bin
SETUP = LANG_UI=$(LANG_UI) sh scripts/with_python.sh $(if $(PYTHON),--python "$(PYTHON)") scripts/install.py

# CI=true or ALL=1: also the tests in a real browser and the long ones.
EVERYTHING := $(filter-out 0 false,$(CI) $(ALL))
CHOSEN_TESTS := $(if $(EVERYTHING),,-m "not slow and not browser")
TEST_JOBS ?= auto

help:  ## Show what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /  make \1  — /p' Makefile
	@echo "  LANG_UI=ja  Japanese notebooks and menus      WORKSPACE=DIR  where your copies live"

lab: install  ## Start the cloud and JupyterLab, and open the labs (Ctrl-C stops everything)
	@exec $(BIN)/lambda-dojo up --lang "$(LANG_UI)" --workspace "$(WORKSPACE)"

install:
	@$(SETUP)

install-dev:
	@$(SETUP) --dev

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint  ## Check and test everything (ALL=1: with the browser and the long tests)
	$(BIN)/python -m pytest -n $(TEST_JOBS) --dist loadgroup $(CHOSEN_TESTS) $(PYTEST_ARGS)

bench: install-dev  ## Measure it next to the floor of this machine
	$(BIN)/python -m benchmarks

lock: install-dev  ## Lock the newest versions that pyproject.toml allows (needs uv)
	$(BIN)/python scripts/lock.py

audit:  ## Ask PyPI for known vulnerabilities of what is locked (needs uv)
	uvx pip-audit --strict --disable-pip --no-deps --requirement requirements/developer.txt

clean:  ## Remove what make made; never the workspace
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -not -path './$(WORKSPACE)/*' -prune -exec rm -rf {} +
