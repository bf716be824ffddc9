# The commands. They need only make, bash and a Python from 3.11 on with venv.
#
#   make run      start the portal here: web, worker, beat (PORT=8000 DATA_DIR=.data DEMO_PASSWORD=…)
#   make test     every test, on SQLite and on what else is installed (ARGS="tests/engine -k pace")
#   make check    linters, types, layers, migrations, deployment settings, API description
#   make bench    ratios against hand-written SQL and a bare handler, and approval to fresh pages, on PostgreSQL
#   make messages bring the language catalogues up to date and compile them
#   make lock     write the locks again from pyproject.toml

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
.PHONY: help run test check bench messages lock environment environment-dev

VENV ?= .venv
PORT ?= 8000
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK = 1

# The newest Python of those the portal is tested on, and only one that really runs: a name on the PATH may be
# a shim without an interpreter behind it, and some systems ship Python without venv.
define find_python
usable() { "$$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
find_python() {
	if [ -n "$${PYTHON:-}" ]; then
		if usable "$$PYTHON"; then printf '%s' "$$PYTHON"; return; fi
		echo "make: PYTHON=$$PYTHON is not a Python from 3.11 on with venv" >&2; return 1
	fi
	local python
	for python in python3.13 python3.12 python3.11 python3.14 python3 python \
		"$${HOME:-/root}"/.pyenv/versions/3.1[1-9]*/bin/python3 \
		"$${HOME:-/root}"/.local/share/uv/python/cpython-3.1[1-9]*/bin/python3; do
		if usable "$$python"; then printf '%s' "$$python"; return; fi
	done
	echo "make: needs Python 3.11 or newer with venv: install python3 and python3-venv, or name one with PYTHON=/path/to/python3" >&2
	return 1
}
endef
export find_python

# install LOCK STAMP: the environment holds exactly what the lock says, or is made so. A stamp of the Python and the
# lock makes the second time free. --only-binary: nothing is compiled, and no package runs code to be installed.
define install
eval "$$find_python"
lock=$$1 stamp=$$VENV/.stamp-$$2
version() { "$$VENV/bin/python" -c 'import sys; assert sys.version_info >= (3, 11); print(sys.version)' 2>/dev/null; }
wanted="$$(version || true) $$(cksum < "$$lock")"
[ -e "$$stamp" ] && [ "$$(cat "$$stamp")" = "$$wanted" ] && exit 0
if ! version >/dev/null; then
	python=$$(find_python)
	echo "make: making the environment $$VENV with $$("$$python" --version)" >&2
	rm -rf "$$VENV" 2>/dev/null || true
	said=$$("$$python" -m venv "$$VENV" 2>&1) || { echo "make: cannot make the environment $$VENV: $$(tail -n 1 <<< "$$said")" >&2; exit 1; }
fi
"$$VENV/bin/python" -m pip install -qq --no-input --no-deps --require-hashes --only-binary :all: -r "$$lock" >&2 \
	|| { echo "make: the packages of $$lock could not be installed" >&2; exit 1; }
printf '%s' "$$(version) $$(cksum < "$$lock")" > "$$stamp"
endef
export install
export VENV

help:
	@sed -n 's/^#   //p' $(firstword $(MAKEFILE_LIST))

environment:
	@bash -euo pipefail -c "$$install" install requirements.lock run

# The locks of run and test agree on every version, so both can share one environment.
environment-dev: environment
	@bash -euo pipefail -c "$$install" install requirements-dev.lock dev

# exec: a signal to make reaches the process that stops the others.
run: export DATA_DIR := $(or $(DATA_DIR),.data)
run: environment
	@exec $(VENV)/bin/python manage.py run_trial --port "$(PORT)"

test: environment-dev
	@exec $(VENV)/bin/python -m tests.legs test $(ARGS)

bench: environment-dev
	@exec $(VENV)/bin/python -m tests.legs bench $(ARGS)

# The deployment settings are checked as production reads them; nothing connects to the database named here.
check: environment-dev
	@export PATH="$(abspath $(VENV))/bin:$$PATH"
	step() {
		echo "check: $$1"
		"$${@:2}" || { echo "make check: failed at $$1" >&2; exit 1; }
	}
	production=(env PORTAL_MODE=production SECRET_KEY=$$(python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		ALLOWED_HOSTS=portal.example.vn DATABASE_URL=postgres://portal@127.0.0.1/portal)
	step "ruff (lint)" ruff check .
	step "ruff (format)" ruff format --check .
	step "djlint" djlint --quiet --lint templates
	step "import-linter" lint-imports --no-cache
	step "mypy" env SECRET_KEY=unused-here mypy .
	step "migrations" python manage.py makemigrations --check --dry-run
	step "deployment settings" "$${production[@]}" python manage.py check --deploy --fail-level WARNING
	step "API description" python manage.py spectacular --validate --fail-on-warn --file /dev/null
	step "compose file and locks" python -m pytest -q tests/config/test_compose.py tests/config/test_locks.py
	echo "check: all passed"

messages: environment-dev
	@exec $(VENV)/bin/python -m tests.frontend.catalogue

# --universal: one lock for every Python and system. The files name no registry, so that any mirror serves.
lock: environment-dev
	@command -v uv >/dev/null || $(VENV)/bin/python -m pip install --quiet uv
	export PATH="$$PATH:$(abspath $(VENV))/bin"
	compile=(uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: \
		--no-annotate --no-header --no-emit-index-url pyproject.toml)
	"$${compile[@]}" --output-file requirements.lock
	"$${compile[@]}" --group dev --constraint requirements.lock --output-file requirements-dev.lock
