# `make run` and `make test` work alone on a bare Debian or Ubuntu with Python 3.11 or newer, make and git:
# they make the virtual environment, install what is needed and do the job. Run again they start at once.
VENV := .venv
BIN := $(VENV)/bin
SETUP := scripts/setup.sh pyproject.toml

.PHONY: run test bench lint wheel clean
.DEFAULT_GOAL := run

run: $(VENV)/.ready-run
	@$(BIN)/anglescope view resources/demo --snapshots out/snapshots

test: $(VENV)/.ready
	@$(BIN)/python -m pytest -n 2

bench: $(VENV)/.ready-bench
	@$(BIN)/python -m pytest tests/benchmarks --benchmark-only -s

lint: $(VENV)/.ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

wheel: $(VENV)/.ready
	@rm -rf dist && $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist . && ls dist

clean:
	@rm -rf $(VENV) out dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks

# The stamps are touched only after pip has succeeded. To run takes no more than the program itself needs.
$(VENV)/.ready-run: $(SETUP)
	@bash scripts/setup.sh $(VENV) viewer
	@touch $@

$(VENV)/.ready: $(SETUP)
	@bash scripts/setup.sh $(VENV) dev
	@touch $@ $(VENV)/.ready-run

$(VENV)/.ready-bench: $(SETUP) $(VENV)/.ready
	@bash scripts/setup.sh $(VENV) dev,bench
	@touch $@
