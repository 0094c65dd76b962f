# Two commands matter: `make run` and `make test`. The rest is for every day.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
STAMP := $(VENV)/.stamp

.PHONY: run test test-fast check bench lock clean browser-parts

# -- what everything stands on --------------------------------------------------------------
$(STAMP)-venv:
	@sh deploy/make_venv.sh "$(PYTHON)" "$(VENV)"
	@touch $@

$(STAMP)-run: $(STAMP)-venv requirements/run.txt
	@echo "Installing what the app needs ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(STAMP)-dev: $(STAMP)-run requirements/dev.txt
	@echo "Installing what the tests need ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(STAMP)-browser: $(STAMP)-run web/package-lock.json web/fetch_browser_parts.py requirements/node.txt
	@command -v npm >/dev/null 2>&1 || $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	@$(BIN)/python web/fetch_browser_parts.py
	@touch $@

browser-parts: $(STAMP)-browser

# -- the two commands -----------------------------------------------------------------------
run: $(STAMP)-run $(STAMP)-browser
	@KAITEKI_PUBLIC_URL=http://localhost:$(PORT) exec $(BIN)/python manage.py run_demo --port $(PORT) $(if $(HTTPS),--https)

test: $(STAMP)-dev $(STAMP)-browser
	@sh deploy/system_packages.sh
	@$(BIN)/python web/fetch_browser_parts.py --with-tests
	@$(BIN)/python manage.py compile_texts
	@$(BIN)/python -m tests.run_all

# -- every day ------------------------------------------------------------------------------
test-fast: $(STAMP)-dev $(STAMP)-browser
	@$(BIN)/python manage.py compile_texts
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not browser and not postgres and not softhsm and not node"

check: $(STAMP)-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	PYTHONPATH=. $(BIN)/lint-imports --no-logo
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check_texts
	sh deploy/check_production_settings.sh $(BIN)/python

bench: $(STAMP)-dev $(STAMP)-browser
	@$(BIN)/python web/fetch_browser_parts.py --with-tests
	@$(BIN)/python -m bench

lock: $(STAMP)-dev
	$(BIN)/uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o requirements/dev.txt
	$(BIN)/uv pip compile pyproject.toml --group node --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o requirements/node.txt
	! grep -nE 'https?://' requirements/*.txt

clean:
	rm -rf $(VENV) var web/static/vendor web/node_modules
