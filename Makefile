# Every target sets up what it needs on a bare machine: a virtual environment in .venv, from pinned versions.
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/.installed
DEV := .venv/.installed-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
DATABASE := sqlite:///var/timeline.db

.PHONY: replay serve work test slow soak lint bench readme calendars lock clean

replay: $(RUN)
	@mkdir -p var
	@$(BIN)/timeline replay --database $(DATABASE) --feed var/feed.json

serve: $(RUN)
	@mkdir -p var
	@$(BIN)/timeline serve --database $(DATABASE)

work: $(RUN)
	@mkdir -p var
	@$(BIN)/timeline work --database $(DATABASE)

# The quick tests, within three minutes; `make slow` runs the rest: browsers, kills, whole days, README's commands.
test: $(DEV)
	$(BIN)/pytest -q -n 2 -m "not slow and not soak"

slow: $(DEV)
	$(BIN)/pytest -q -n 2 -m "slow and not soak"

# Minutes of killed writers, crowds of processes and fuzzing; the figures go to var/soak.json. TIMELINE_SOAK=short: a
# minute or two.
soak: $(DEV)
	@mkdir -p var
	@$(PIP) install atheris 2>/dev/null || echo "atheris is not to be had for this Python: its fuzzing is skipped"
	$(BIN)/pytest -q -m soak

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(DEV)
	$(BIN)/python -m tests.bench

# The outputs in README.md, as the commands print them today.
readme: $(DEV)
	$(BIN)/python -m tests.readme

# The sessions of the main exchanges that ship with the package, as exchange_calendars has them now.
calendars: $(DEV)
	$(BIN)/python -m tests.calendars

# New pins for every Python that we support, from pyproject.toml.
lock:
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip -q install uv
	.venv-lock/bin/uv pip compile -q --universal --python-version 3.11 --no-annotate --no-header pyproject.toml -o requirements.txt
	.venv-lock/bin/uv pip compile -q --universal --python-version 3.11 --no-annotate --no-header --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	rm -rf .venv-lock

clean:
	rm -rf .venv var build *.egg-info

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or later is needed; name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "$(PYTHON) cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(RUN): requirements.txt pyproject.toml | .venv/bin/python
	@echo "Setting up .venv (once; a minute or two)"
	$(PIP) install -r requirements.txt
	$(PIP) install --no-deps -e .
	@touch $@

$(DEV): requirements-dev.txt $(RUN)
	$(PIP) install -r requirements-dev.txt
	@touch $@
