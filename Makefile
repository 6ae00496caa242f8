# Every target does its own set-up in .venv; nothing but Python ≥ 3.11 (with venv) and make is needed.
PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
UV := $(BIN)/uv pip
DEMO ?= demo-results
# Tests wait for servers and children a good part of their time: three share two cores well.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(min(4, max(3, os.cpu_count() or 1)))")
export UV_LINK_MODE ?= copy

.PHONY: demo test check bench plain nightly lock clean

demo: $(VENV)/.runtime
	$(BIN)/phusong demo --out $(DEMO)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist=worksteal $(TESTS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python requirements/audit.py

bench: $(VENV)/.dev
	for b in benchmarks/bench_*.py; do $(BIN)/python $$b || exit 1; done

# Whole predictions take too long in plain Python: a small scene stands for them.
SLOW_IN_PLAIN := area brute_force intervals_hold narrowing noise p1812 p1812_median
KERNEL_TESTS := $(filter-out $(SLOW_IN_PLAIN:%=tests/coverage_/test_%.py),$(wildcard tests/coverage_/test_*.py))
KERNELS := phusong/coverage/radio/*,phusong/coverage/best_server.py,phusong/coverage/narrowing.py,phusong/coverage/loss_bound.py,phusong/coverage/kernel_arrays.py,phusong/coverage/profile.py,phusong/coverage/earth.py,phusong/coverage/noise.py,phusong/coverage/uncertainty.py
IN_PLAIN := NUMBA_DISABLE_JIT=1 PYTHONPATH=tests $(BIN)/python -m coverage run --append --source=phusong/coverage

plain: $(VENV)/.dev
	rm -f .coverage
	$(IN_PLAIN) -m pytest -q -m "not slow" $(KERNEL_TESTS)
	$(IN_PLAIN) tests/plain_scene.py $(VENV)/plain_scene.npz
	$(BIN)/python -m coverage report --skip-covered --fail-under=95 --include="$(KERNELS)"

nightly: $(VENV)/.dev plain
	PHUSONG_EXAMPLES=40 $(BIN)/python -m pytest -q -n 0 tests/api_/test_watch_schemathesis.py
	$(BIN)/python -m pytest -q --hypothesis-profile=new tests/data_
	for b in benchmarks/check_*.py; do $(BIN)/python $$b || exit 1; done

$(VENV)/.uv: requirements/bootstrap.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	touch $@

$(VENV)/.runtime: $(VENV)/.uv requirements/runtime.txt pyproject.toml web/package-lock.json
	$(UV) install --quiet --python $(BIN)/python --require-hashes -r requirements/runtime.txt
	$(UV) install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(UV) install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	touch $@

COMPILE := $(UV) compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

lock: $(VENV)/.uv
	$(COMPILE) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(COMPILE) pyproject.toml --group build -o requirements/runtime.txt
	$(COMPILE) pyproject.toml --group build --group dev -c requirements/runtime.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) $(DEMO) phusong/maps/vendor build dist
