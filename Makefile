# Each target makes what it needs. PYTHON chooses the interpreter, 3.11 or newer.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO_DIR ?= modellake-demo
# Where the peers are installed that modellake is measured against, and where the lakes of the bench stay.
BENCH := $(VENV)/bench
BENCH_STAMP := $(BENCH)/.installed
BENCH_LAKES ?= $(BENCH)/lakes
# Where the clients in JavaScript are installed that the tests run.
JAVASCRIPT := $(VENV)/javascript

.PHONY: demo javascript test test-all check lint types layers bench bench-harvest bench-million vocab pages w3id clean

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[demo,files,huggingface,mapping,postgresql,reason,reference,serve,store,tables]" --group dev
	touch $@

demo: $(STAMP)        ## train small models, catalogue them, ask questions
	$(BIN)/modellake demo $(DEMO_DIR)

javascript:           ## the clients in JavaScript that the tests run, where npm is installed
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(JAVASCRIPT)/.installed || \
	  echo "The clients in JavaScript cannot be installed: their tests will be skipped"; \
	else echo "npm is not installed: the tests of clients in JavaScript will be skipped"; fi

$(JAVASCRIPT)/.installed: tests/web/javascript/package-lock.json
	mkdir -p $(JAVASCRIPT)
	cp tests/web/javascript/package.json tests/web/javascript/package-lock.json $(JAVASCRIPT)/
	npm ci --prefix $(JAVASCRIPT) --ignore-scripts --no-audit --no-fund --loglevel error
	touch $@

# Tests begin a thousand processes: what they import is compiled once, whatever the environment says.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadscope --max-worker-restart 0

test: $(STAMP) javascript ## the bounded tests
	$(PYTEST) -m "not slow"

test-all: $(STAMP) javascript ## the bounded and the long tests
	$(PYTEST)

check: lint types layers test  ## everything that must hold before a change lands

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

$(BENCH_STAMP): $(STAMP)
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BENCH)/bin/python -m pip install --quiet --editable ".[files,huggingface,mapping,reference,serve]" --group bench
	touch $@

bench: $(BENCH_STAMP) ## speed against the peers, some forty minutes, as JSON in bench/results
	rm -rf $(BENCH_LAKES)
	for script in ingest register query serve audit "growth --lakes $(BENCH_LAKES)" "start --lakes $(BENCH_LAKES)"; do \
	  set -- $$script; name=$$1; shift; echo "== $$name"; $(BENCH)/bin/python bench/$$name.py "$$@" || exit 1; done

bench-harvest: $(BENCH_STAMP) ## the harvesters, model files, mappings, recording and identity, some minutes more
	for name in harvest model_headers mappings recording identity; do \
	  echo "== $$name"; $(BENCH)/bin/python bench/$$name.py || exit 1; done

bench-million: $(BENCH_STAMP) ## a lake of 1,000,000 artifacts, an hour or more
	rm -rf $(BENCH_LAKES)
	$(BENCH)/bin/python bench/growth.py --sizes 1000,10000,100000,1000000 --lakes $(BENCH_LAKES) --runs 5

vocab: $(STAMP)       ## write core/vocab.py anew from the ontology
	$(BIN)/python -m modellake.rdf.vocabulary

pages: $(STAMP)       ## write docs/reference anew from the ontology and the shapes
	$(BIN)/modellake ontology pages docs/reference

w3id: $(STAMP)        ## write the redirects for w3id.org anew, to LAKE if it is given
	$(BIN)/python -m modellake.web.linked.redirects $(LAKE)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
