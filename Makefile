# make run   installs and opens the app        make test   installs and runs the tests
# make check the checks that every change must pass
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check

run: .venv/run.stamp
	$(BIN)/streamlit run app.py

test: .venv/test.stamp
	$(BIN)/python -m pytest

check: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

.venv/run.stamp: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/test.stamp: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@
