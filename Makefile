PYTHON ?= python3
BIN := .venv/bin
BACKENDS := tensorflow jax torch

.PHONY: demo test lint

demo: .venv/installed
	$(BIN)/kerasgan demo $(ARGS)

test: .venv/installed-dev
	for backend in $(BACKENDS); do \
		echo "== $$backend"; \
		KERAS_BACKEND=$$backend $(BIN)/python -m pytest -q --doctest-modules kerasgan tests \
			--ignore=tests/across -m "not slow" || exit 1; \
	done
	$(BIN)/python -m pytest -q tests/across

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.venv/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -e .
	touch $@

# The release of PyTorch that is tested, first, so that nothing else picks another build of it.
.venv/installed-dev: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q torch==2.13.0
	$(BIN)/pip install -q -e ".[jax,torch,dev]"
	touch $@ .venv/installed
