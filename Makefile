# `make demo` and `make test` work on a fresh machine with Python >= 3.11 and a package index; nothing else is needed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test coverage lint bench clean
demo: .venv/runtime
	$(BIN)/scrapy crawl local_news -s REPLAY=fixtures
	@$(BIN)/scrapy stored
	@echo "The articles of the demo are invented. Before the first live crawl: rm -rf .cqnspider"

test: .venv/dev lint  # four at once: most tests start processes and wait for them
	$(BIN)/python -m pytest -n 4

coverage: .venv/dev  # apart from `make test`, which takes less time without
	$(BIN)/python -m pytest -n 4 --cov=cqnspider --cov-report=term:skip-covered --cov-fail-under=90

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: .venv/dev  # half an hour and 6 GB of disk, on a machine with nothing else to do
	$(BIN)/python bench/crawls.py
	rm -rf .venv-bench/site && mkdir -p .venv-bench/site && $(BIN)/python bench/replica.py .venv-bench/site
	$(BIN)/python bench/extractors.py .venv-bench/site
	$(BIN)/python bench/growth.py

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "cqnspider needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: requirements.txt requirements-dev.txt requirements-dask.txt requirements-arrow.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt -r requirements-dask.txt -r requirements-arrow.txt
	@touch .venv/runtime $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
