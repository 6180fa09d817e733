# `make demo` and `make test` need git, make and Python 3.11 or newer; everything else is installed into .venv.
PYTHON ?= python3
PORT ?= 8000
SIZE ?= 25
VENV := .venv
BIN := $(VENV)/bin
DEMO_FLAGS := --port $(PORT) --size $(SIZE) $(if $(TLS),--tls)

.PHONY: demo test check test-long validate bench lock clean help

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "installing the pinned packages into $(VENV) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

demo: $(VENV)/.runtime ## start the facade and its sandboxes (PORT=8000 SIZE=25 TLS=1)
	@exec $(BIN)/python -m facade demo $(DEMO_FLAGS)

test: check ## install, then everything that CI runs

check: $(VENV)/.test ## ruff, mypy --strict, import-linter, pytest
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 -m "not long"

test-long: $(VENV)/.test ## the longer modes too: more examples, larger populations
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -n 2

validate: $(VENV)/.test ## every resource for everybody, against the R4 models and US Core (SIZE=25)
	$(BIN)/python -m tests.facade.validate_population --size $(SIZE)
	$(BIN)/python -m tests.facade.validate_population --size $(SIZE) --tenant riverbend
	$(BIN)/python -m tests.facade.validate_population --size $(SIZE) --tenant summit

bench: $(VENV)/.test ## cost of a request, as a ratio to a bare pass-through in the same run
	$(BIN)/python -m bench
	$(BIN)/python -m bench.fhir
	$(BIN)/python -m bench.chart

lock: ## pin anew what pyproject.toml allows (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build --extra test -c requirements.lock pyproject.toml -o requirements-test.lock

clean: ## remove what was installed and cached
	rm -rf $(VENV) tests/clients/js/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
