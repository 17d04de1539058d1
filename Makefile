# make run   installs and opens the app        make test   installs and runs the tests
# make serve several web processes and one worker, behind a proxy (deploy/)
# make check the checks that every change must pass
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run serve test check

run: .venv/run.stamp
	$(BIN)/streamlit run app.py

serve: .venv/run.stamp
	$(BIN)/between serve

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
