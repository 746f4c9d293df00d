# Everything a person does with Kozot by hand. `make help` lists it.
# Wanted beforehand: Python 3.11+ with venv, git, make. ARGS passes words on, as in `make test ARGS="tests/cases -x"`.
PYTHON ?= python3
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup demo run test faults production check audit format openapi messages bench journeys guides clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## the environment in .venv, as uv.lock has it
	@$(PYTHON) tools/setup_venv.py

demo: setup ## the main job from end to end, then the site (DEMO_SERVE=0 ends after the job)
	@$(VENV) tools/demo.py

run: setup ## development server and worker on var/dev
	@$(VENV) tools/run.py

test: setup ## tests on SQLite, and on PostgreSQL and Redis where they are found
	@$(VENV) tools/test.py $(ARGS)

faults: setup ## kills, restarts and fills up for real, on SQLite, then on PostgreSQL and Redis (minutes)
	@$(VENV) tools/faults.py

production: setup ## the plain production of deploy/ on this machine, on loopback, with a walk (STAY=1 keeps it up)
	@$(VENV) tools/production.py

check: setup ## format, lint, import contracts, migrations, API document, translations
	@$(VENV) tools/check.py $(ARGS)

audit: setup ## known vulnerabilities of what uv.lock pins (asks osv.dev, so it needs the network)
	@.venv/bin/uv audit --frozen --preview-features audit-command $(ARGS)

format: setup ## write what the format and lint checks ask for
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

openapi: setup ## write openapi.yaml from the code
	@$(VENV) tools/check.py --write-openapi

messages: setup ## collect new strings into the catalogues
	@$(VENV) tools/catalogues.py extract

bench: setup ## every benchmark, each with its ratio
	@$(VENV) tools/bench.py $(ARGS)

journeys: setup ## walks through the site in a real browser (SAMPLE=1 for a few)
	@$(VENV) tools/journeys.py $(ARGS)

guides: setup ## user guides in three languages, with the pictures of the last `make journeys`, into var/guides
	@$(VENV) manage.py guides

clean: ## forget all generated data (var/); .venv stays
	@rm -rf var
