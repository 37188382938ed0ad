# `make demo` and `make test` are each enough by themselves on a machine with Python 3.11+, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAGES := api/web
# Three processes on two processors: a third of the time they wait for servers, which take the processors meanwhile.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal

.PHONY: setup demo test test-all test-quick check check-rules bench pictures lock sbom release bundle drill-installation clean

setup: $(VENV)/.complete $(PAGES)/node_modules/.complete

# What runs the program, and builds its package and pages. Most of what is installed is never imported: nothing is
# compiled beforehand.
$(VENV)/.running: requirements.lock requirements-serve.lock requirements-build.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Otklik needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.lock -r requirements-serve.lock -r requirements-build.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.complete: $(VENV)/.running requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# What the browser gets of npm's packages; Node.js from PATH, else from the environment.
$(PAGES)/node_modules/.complete: $(PAGES)/package-lock.json $(PAGES)/vendor.mjs $(PAGES)/vendor.json $(VENV)/.running
	$(BIN)/python -m api.web.install
	@touch $@

demo: $(VENV)/.running $(PAGES)/node_modules/.complete
	$(BIN)/otklik serve --demo

# The tests start the program hundreds of times; compiled once, it is there sooner.
test: setup
	$(PYTEST) -m "not installation"

# With all that proves an installation: charts, restores, killed processes, floods, the month of an office.
test-all: setup
	$(PYTEST)

# What needs no server: the rules, and each part of workflows, store and service by itself.
test-quick: $(VENV)/.complete
	$(PYTEST) -m "not installation" --without-servers tests/calendar_rules tests/workflows tests/store tests/service

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m api.web.check
	$(BIN)/python -m deploy.chart

# The alerts by Prometheus's own tool, after a change of them; `make test` looks whether it has passed what stands there.
check-rules:
	promtool check config deploy/prometheus/prometheus.yml
	promtool test rules deploy/prometheus/alerts.test.yml
	cd deploy/prometheus && sha256sum alerts.yml alerts.test.yml > checked.sha256

bench: setup
	$(BIN)/python -m bench

# The pictures of docs/ru and of the README, taken again from a demo; the test of the same name says whether each can be.
pictures: setup
	OTKLIK_PICTURES=1 $(BIN)/python -m pytest tests/browser/test_pictures.py

# Needs uv (https://docs.astral.sh/uv/); hashes are recorded, the index is not. What an extra adds has a lock of its own.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["serve"], sep="\n")' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.lock - -o requirements-serve.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-build.in -o requirements-build.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra serve --group dev -c requirements.lock -c requirements-serve.lock -c requirements-build.lock pyproject.toml requirements-build.in -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header bench/helpdesk/requirements.in -o bench/helpdesk/requirements.lock

# The list of parts of a release, CycloneDX 1.6.
sbom: $(VENV)/.complete
	$(BIN)/python -m deploy.parts dist/otklik.cdx.json

# What is attached to a release: the wheel, the list of parts, the bundle that has both, the chart, and the hashes of it all.
release: bundle
	$(BIN)/python -c 'import helm_python; helm_python.package("deploy/helm/otklik", destination="dist")'
	cd dist && sha256sum * > SHA256SUMS

# One archive that an installation is made from without internet: docs/run/installation.md.
bundle: $(VENV)/.complete $(PAGES)/node_modules/.complete
	rm -rf dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/python -m deploy.parts dist/otklik.cdx.json
	$(BIN)/python -m deploy.bundle dist

# Installations from an empty root by the commands of docs/run/installation.md, each to the first message in a browser.
drill-installation: setup release
	$(BIN)/python -m tests.deploy.installation_drill

clean:
	rm -rf $(VENV) dist $(PAGES)/node_modules $(PAGES)/static/vendor tests/browser/node_modules .mypy_cache .ruff_cache .import_linter_cache .pytest_cache
