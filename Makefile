# The two commands of the README: `make demo` runs the month on the sample dossier, `make test` runs every test.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The build's own dependencies are pinned too: older pips read the first, newer ones the second.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_BUILD_CONSTRAINT := $(CURDIR)/constraints.txt

.PHONY: demo test check bench clean

demo: $(VENV)/.installed
	rm -rf build/demo
	mkdir -p build
	cp -R workbooks/exemple build/demo
	@# The sample holds faulty files on purpose: `recon` ends with 1, "done, but rows or files were refused".
	$(BIN)/recon run build/demo --as-of 2026-11-30 || test $$? -eq 1

test: $(VENV)/.tested
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks.matching
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.directory
	$(BIN)/python -m benchmarks.documents
	$(BIN)/python -m benchmarks.performance --large country,decade
	$(BIN)/python -m benchmarks.reports

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check fpdf2 hypothesis mypy "psycopg[binary]" pytest pytest-xdist ruff
	touch $@

clean:
	rm -rf build $(VENV)
