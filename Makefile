# Everything here needs only Python 3.11 or newer, git and make. `make` alone lists the targets.

PYTHON ?= python3
ARGS ?=
BENCH ?=
UPGRADE ?=

# A variable that forbids bytecode would make every start compile everything again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench soak lock engines clean

help: ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: .venv/ready ## Start the bot with a practice workspace to try in a browser; no account needed
	.venv/bin/firstfive demo $(ARGS)

test: .venv/ready-dev ## Run the whole suite, or a part: make test ARGS="tests/store -k sealed"
	.venv/bin/pytest $(TOGETHER) $(ARGS)

check: .venv/ready-dev ## Check formatting, lint, types, import contracts and documents
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest tests/house

format: .venv/ready-dev ## Format the code and mend what the linter can mend by itself
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: .venv/ready-dev ## Run the benchmarks, or one: make bench BENCH=open
	.venv/bin/python -m tests.bench $(BENCH)

soak: .venv/ready-dev ## Run the long proofs: faults, kills and load, some minutes each
	.venv/bin/pytest -m long $(ARGS)

lock: .venv/bin/uv ## Write the lock files again after a change in pyproject.toml; UPGRADE=1 takes newer versions
	.venv/bin/uv $(LOCK) pyproject.toml -o requirements.lock
	.venv/bin/uv $(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	.venv/bin/uv $(LOCK) --group pyproject.toml:engines -c requirements-dev.lock -o requirements-engines.lock

engines: .venv/ready-dev requirements-engines.lock ## Install Spark and ClickHouse, which tests of reconciliation skip when absent
	$(INSTALL) --require-hashes -r requirements-engines.lock

clean: ## Remove the virtual environment and every cache
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find bot store tests -name __pycache__ -prune -exec rm -rf {} +

# As many processes as there are cores, a file of tests each, in the order in which they stand: the long ones not last.
TOGETHER = -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

LOCK = pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade)
INSTALL = .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps

# A lock names every package with its hashes, so pip has nothing to resolve (docs/decisions/0001).
.venv/ready: pyproject.toml requirements.lock | .venv/bin/pip
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) -e .
	.venv/bin/python -m compileall -q bot store
	touch $@

.venv/ready-dev: requirements-dev.lock .venv/ready
	$(INSTALL) --require-hashes -r requirements-dev.lock
	touch $@

.venv/bin/uv: | .venv/bin/pip
	$(INSTALL) uv

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "firstfive needs Python 3.11 or newer. Name one: make PYTHON=python3.13 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
