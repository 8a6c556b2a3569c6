# make demo   set up and run the main job on the example company
# make test   set up (LibreOffice too, where it may be installed) and run the tests
# make lint   style, types, import contract
# make bench  the measurements of bench/
# make workbooks  workbooks/ and udfs/ from text, which is where they come from

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO ?= demo

.PHONY: demo test lint bench workbooks office clean

demo: $(READY)
	$(BIN)/kpi-xl demo $(DEMO)

test: $(VENV)/.engines office
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) office
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	$(BIN)/python -m bench $(CARDS) $(MONTHS)
	$(BIN)/python -m bench.click
	$(BIN)/python -m bench.company
	$(BIN)/python -m bench.shocks
	$(BIN)/python -m bench.targets
	$(BIN)/python -m bench.raw sheet
	$(BIN)/python -m bench.raw folder

workbooks: $(READY)
	$(BIN)/kpi-xl make

office:
	@sh .ci/office

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed."; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || sh .ci/venv $(PYTHON) $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[referees,methods,raw,dev]'
	@touch $@

# The database server and the cluster of the tests; nobody else needs them to start.
$(VENV)/.engines: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[engines]'
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info
