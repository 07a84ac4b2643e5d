# Every verb of the project; `make help` lists them. Paths are relative, so the clone may live anywhere.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test setup codes look bench lint format lock clean

PORT ?= 8000
PYTHONS := $(PYTHON) python3.12 python3.13 python3.11 python3 python
IN := .venv/bin/python
EMBEDDED := $(IN) -m endorsement_portal.embedded
DATA_OPTION = $(if $(DATA),--data "$(DATA)")
# For tools that read the settings and start nothing.
ANY_SETTINGS = SECRET_KEY=none DATABASE_URL=postgres://none/none REDIS_URL=redis://none
COMPILE = .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

# Finds a Python from 3.11 on and lets it bring .venv up to date; nothing is done twice.
define INSTALL
for python in $(PYTHONS); do \
	if command -v "$$python" >/dev/null 2>&1 \
		&& "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
		exec "$$python" -I endorsement_portal/embedded/install.py $(1); \
	fi; \
done; \
echo "Python 3.11 or newer is needed. Install it, or name one: make PYTHON=/path/to/python3" >&2; \
exit 1
endef

help: ## List the verbs
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## Make .venv from the hashed lock and check for Pango
	@$(call INSTALL)

run: setup ## Run everything in this terminal: make run PORT=8001 DATA=folder
	@exec $(EMBEDDED) run --port $(PORT) $(DATA_OPTION)

test: ## Run every test on real servers and in a real browser: make test ARGS="-k seat"
	@$(call INSTALL,--browser)
	@exec $(IN) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

codes: setup ## Print the demonstration accounts with fresh one-time codes
	@exec $(EMBEDDED) inside --port $(PORT) $(DATA_OPTION) -- $(IN) manage.py codes

look: ## Leave a picture of every page in var/look
	@$(call INSTALL,--browser)
	@exec $(EMBEDDED) inside --port $(PORT) $(DATA_OPTION) --portal -- $(IN) manage.py look $(ARGS)

bench: setup ## Measure: make bench NAME=pages runs benchmarks/pages.py
	@test -n "$(NAME)" || { echo "Which one? make bench NAME=x with x of:" $$(ls benchmarks | sed -n 's/\.py$$//p') >&2; exit 2; }
	@exec $(EMBEDDED) inside --fresh -- $(IN) "benchmarks/$(NAME).py" $(ARGS)

lint: setup ## Check style, types, templates and the floors of the house
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/djlint --quiet --check --lint templates
	@.venv/bin/lint-imports
	@$(ANY_SETTINGS) .venv/bin/mypy .

format: setup ## Put style in order
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format .

lock: setup ## Renew the hashed locks from pyproject.toml
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --extra dev --extra embedded -o requirements-dev.lock
	@echo uv | $(COMPILE) - -o requirements-uv.lock

clean: ## Remove the demonstration's data and everything that can be made again
	@rm -rf var .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
