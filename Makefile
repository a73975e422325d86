# Each target makes what it needs. PYTHON chooses the interpreter, 3.11 or newer.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO_DIR ?= modellake-demo

.PHONY: demo test test-all check lint types layers bench vocab pages clean

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[demo,files,huggingface,postgresql,reason,reference,store,tables]" --group dev
	touch $@

demo: $(STAMP)        ## train small models, catalogue them, ask questions
	$(BIN)/modellake demo $(DEMO_DIR)

test: $(STAMP)        ## the bounded tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow"

test-all: $(STAMP)    ## the bounded and the long tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: lint types layers test  ## everything that must hold before a change lands

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

bench: $(STAMP)       ## speed against the peers, as JSON in bench/results
	for script in bench/ingest.py bench/harvest.py bench/model_files.py bench/start.py; do $(BIN)/python $$script || exit 1; done

vocab: $(STAMP)       ## write core/vocab.py anew from the ontology
	$(BIN)/python -m modellake.rdf.vocabulary

pages: $(STAMP)       ## write docs/reference anew from the ontology and the shapes
	$(BIN)/modellake ontology pages docs/reference

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
