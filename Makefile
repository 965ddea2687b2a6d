# Every target sets itself up: it needs python3 (3.11 or newer) with venv, and make. Nothing is installed outside this folder.
PYTHON ?= python3
ARGS ?=
RUN := .venv/bin
# Bytecode is kept beside the sources, whatever the environment says: tests start hundreds of processes, and each would
# compile every module anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help up test lab check audit sbom fix docs mutation setup clean

help:            ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

up: setup        ## measure this machine's line and show it on http://127.0.0.1:8080   (ARGS="--contract contract.toml")
	@exec $(RUN)/prova up $(ARGS)

test: setup      ## every test that this machine has the components for; the house rules are check's   (ARGS="-k spool" for some of them)
ifeq ($(ARGS),)
	@$(RUN)/python -m compileall -q probe collector analysis dashboards prova bench
	@$(RUN)/python -m pytest -q -n 4 --dist worksteal -m "not lab and not slow" --ignore tests/house
	@$(RUN)/python -m pytest -q -s -m "lab and not slow"
else
	@$(RUN)/python -m pytest $(ARGS)
endif

lab: setup       ## every measurement over emulated lines, every long proof, every property at length (an hour; needs root)
	@$(RUN)/python -m pytest -q -s -m "lab or slow" $(ARGS)
	@PROVA_EXAMPLES=400 $(RUN)/python -m pytest -q -m "not lab and not slow" tests/property

check: setup     ## format, lint, types, import rules, house rules: what CI runs before the tests
	@$(RUN)/ruff format --check .
	@$(RUN)/ruff check .
	@$(RUN)/mypy
	@$(RUN)/lint-imports --no-cache
	@$(RUN)/python -m pytest -q tests/house

audit: setup     ## known weaknesses of what uv.lock pins, asked of osv.dev: needs the network each time
	@.tools/bin/uv audit --locked --preview-features audit-command || { code=$$?; \
	  echo "Where osv.dev could not be reached, nothing was looked up. Try again where it can." >&2; exit $$code; }

sbom: setup      ## the bill of materials (CycloneDX), from uv.lock, to dist/sbom.cdx.json
	@$(RUN)/python -m tests.supply.sbom dist/sbom.cdx.json && echo dist/sbom.cdx.json

fix: setup       ## put the format right
	@$(RUN)/ruff format .
	@$(RUN)/ruff check --fix .

mutation: setup  ## changes made to intake and, drawn at random, to the rules: how many the tests notice (an hour or two)
	@$(RUN)/python -m bench.mutation intake
	@$(RUN)/python -m bench.mutation rules --sample 320 $(ARGS)

docs: setup      ## the documentation as a site, in build/docs: a link or an anchor that leads nowhere ends it
	@$(RUN)/sphinx-build -q -W --keep-going -E -b html -c docs/site -d build/doctrees . build/docs
	@echo build/docs/index.html

setup: .venv/locked   ## the virtual environment, exactly as uv.lock says

.venv/locked: uv.lock pyproject.toml .tools/bin/uv
	@.tools/bin/uv sync --quiet --locked --all-extras --no-extra grafana --python $(PYTHON)
	@touch $@

.tools/bin/uv: uv-requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Prova needs Python 3.11 or newer; '$(PYTHON)' is older. Name another with: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 2; }
	@echo "Setting up (once, about a minute) ..." >&2
	@$(PYTHON) -m venv .tools || { echo "python3-venv is missing. On Debian: sudo apt install python3-venv" >&2; exit 2; }
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r uv-requirements.txt
	@touch $@

clean:           ## remove what 'make setup' made
	rm -rf .venv .tools build
