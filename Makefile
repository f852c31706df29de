# Two commands: `make demo` shows the program at work, `make test` runs the whole test suite.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo-library
# pip takes the versions in the lock file and nothing else: no dependency is looked up, every file must match its hash.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: demo test torture fuzz measure measure-news fit-support calibrate fit-narrowing fit-vocabulary model-server model-test lock clean

demo: $(VENV)/installed
	@$(BIN)/assistant ingest --library $(DEMO) examples/articles
	@echo
	@for question in \
	  "When did Tomas Grell die?" \
	  "How many vehicles does the Pellin Bridge carry a day?" \
	  "What did the Pellin airport expansion cost?"; do \
	  echo "> $$question"; $(BIN)/assistant ask --library $(DEMO) --no-model "$$question"; echo; \
	done
	@echo "Your turn:   $(BIN)/assistant chat --library $(DEMO)"
	@echo "Your files:  $(BIN)/assistant ingest FOLDER   then   $(BIN)/assistant chat"

test: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

.PHONY: axe
# axe-core, by which the tests look for what shuts people out of the pages; without it that test is skipped.
axe: $(VENV)/installed-dev
	npm install --silent --no-audit --no-fund --no-save --prefix $(VENV) axe-core@4.12.1

.PHONY: conformance
# The conformance suite of MCP against /mcp, in a minute: what it asks of every server. The Node 22 that it needs comes along.
conformance: $(VENV)/installed
	@mkdir -p $(VENV)/conformance
	npm install --silent --no-audit --no-fund --no-save --prefix $(VENV)/conformance node@22 \
	  @modelcontextprotocol/conformance@0.1.16
	$(BIN)/python -m research.tools.conformance

.PHONY: load
# Twenty readers and four askers at a server on this machine for ten minutes, beside an ingest.
load: $(VENV)/installed
	$(BIN)/python -m research.bench.serving --seconds 600

.PHONY: targets
# What serving is held to, measured all together: pages, answers, streams, starts, sizes. For a quiet machine.
targets: $(VENV)/installed
	$(BIN)/python -m research.bench.targets

.PHONY: curve
# What a passage costs from 10,000 to 1,000,000 of them, as figures and a picture; hours of a busy machine.
curve: $(VENV)/installed
	$(BIN)/python -m research.bench.curve --library $(LIBRARY) --work $(WORK)

# Kills 200 ingests at random moments, fills disks and damages files; some ten minutes.
torture: $(VENV)/installed
	$(BIN)/python -m research.torture

.PHONY: torture-servers
# A Chroma server that is killed 20 times, stands still for a minute, is emptied and loses a collection.
torture-servers: $(VENV)/installed
	$(BIN)/python -m research.torture --only servers --kills 20

# Damages files of every kind, 10,000 each: every one must end in articles or a reason, in bounded time and memory.
fuzz: $(VENV)/installed-dev
	$(BIN)/python -m tests.fuzz --cases 10000

# What a change of the checks is measured by, on the data beside the checkout; before one is kept, all are run.
measure: $(VENV)/installed
	$(BIN)/python -m research.fitting.support
	$(BIN)/python -m research.experiments.verdicts
	$(BIN)/python -m research.experiments.wice_claims
	$(BIN)/python -m research.experiments.minimal_pairs
	$(BIN)/python -m research.experiments.speakers
	$(BIN)/python -m research.bench.sentences

# The same for retrieval and abstention, on a library of 4,931 articles that is kept in the user's cache folder.
measure-news: $(VENV)/installed
	$(BIN)/assistant eval run news2022 --no-model

# The files that the program ships and a script makes: each target writes its file in place.
fit-support: $(VENV)/installed
	$(BIN)/python -m research.fitting.support --write

# How the reader's word is joined with the rules; after every change of either.
calibrate: $(VENV)/installed
	$(BIN)/python -m research.reader.calibrate --write

fit-narrowing: $(VENV)/installed
	$(BIN)/python -m research.fitting.narrowing --write assistant/library/embedders/minilm_narrow.npy

fit-vocabulary: $(VENV)/installed
	$(BIN)/python -m research.fitting.fallback_vocabulary

# A real language model: llama.cpp's server is compiled once (some 4 minutes on two cores) into a folder of its own. It is
# built for any 64-bit processor of the last ten years, so that the folder can be kept, and without the newest matrix
# instructions, which some virtual machines announce and do not have.
MODEL_SERVER ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/assistant-model-server
LLAMA := -DGGML_NATIVE=OFF -DGGML_OPENMP=OFF -DGGML_LLAMAFILE=OFF -DLLAVA_BUILD=OFF
export MODEL_SERVER

model-server: $(MODEL_SERVER)/installed

model-test: $(VENV)/installed-dev $(MODEL_SERVER)/installed
	$(BIN)/pytest -m model

.PHONY: real-model-test
# Ten questions of the example suite, put to the model behind OPENAI_BASE_URL, asked anew, and what came of each.
real-model-test: $(VENV)/installed
	$(BIN)/assistant eval run examples --limit 10 --no-cache
	$(BIN)/assistant eval report last

$(MODEL_SERVER)/installed: tests/model/requirements.lock tests/model/without-common.cmake
	$(PYTHON) -m venv --clear $(MODEL_SERVER)
	CMAKE_ARGS="$(LLAMA) -DCMAKE_PROJECT_llama.cpp_INCLUDE=$(CURDIR)/tests/model/without-common.cmake" \
	  $(MODEL_SERVER)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
	  -r tests/model/requirements.lock
	@touch $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: tests/requirements.lock $(VENV)/installed
	$(INSTALL) --require-hashes -r tests/requirements.lock
	@touch $@

# Needs uv. The lock files hold versions and hashes, no addresses.
UV := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
lock:
	$(UV) pyproject.toml --group build -o requirements.lock
	$(UV) --group dev -c requirements.lock -o tests/requirements.lock
	$(UV) --group model -o tests/model/requirements.lock

clean:
	rm -rf $(VENV) $(DEMO)
