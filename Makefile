PYTHON ?= python3
BIN := .venv/bin
BACKENDS := tensorflow jax torch
PYTEST := OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 $(BIN)/python -m pytest -q -m "not slow"
# A process for each backend, one for what does not depend on it and one for tests/across, one thread
# each: on two cores the first to end leaves its share of them to the others.
EACH := --dist each $(foreach b,$(BACKENDS),--tx popen//id=$b//env:KERAS_BACKEND=$b) \
	$(foreach i,any across,--tx popen//id=$i//env:KERAS_BACKEND=torch)

.PHONY: demo test test-across lint bench docs tutorials $(BACKENDS:%=test-%)

demo: .venv/installed
	$(BIN)/kerasgan demo $(ARGS)

test: .venv/installed-dev
	$(PYTEST) $(EACH) --doctest-modules kerasgan tests

$(BACKENDS:%=test-%): test-%: .venv/installed-dev
	KERAS_BACKEND=$* $(PYTEST) --doctest-modules kerasgan tests --ignore=tests/across

test-across: .venv/installed-dev
	$(PYTEST) tests/across

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.speed.growth
	$(BIN)/python -m benchmarks.speed.input
	$(BIN)/python -m benchmarks.speed.generation

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# Into site/, to be opened from disk or put on any host of files; `mkdocs serve` shows it while one writes.
# Without npm's registry, the site says that its live pages are missing.
docs: .venv/installed-dev
	-$(BIN)/python -m tools.docs_live
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

# Runs the tutorials in full, and puts their pictures and what they print into the pages.
tutorials: .venv/installed-dev
	$(BIN)/python -m tools.docs_pages $(foreach t,gan conditional faces cyclegan points,tutorials/$t.md)

.venv/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -e .
	touch $@

# The release of PyTorch that is tested, first, so that nothing else picks another build of it, as
# the torchvision that torch-fidelity asks for, and its scores do not need, would.
.venv/installed-dev: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q torch==2.13.0
	$(BIN)/pip install -q -e ".[jax,torch,dev]"
	$(BIN)/pip install -q --no-deps torch-fidelity==0.4.0
	touch $@ .venv/installed
