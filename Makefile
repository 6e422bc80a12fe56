# Each command sets up what it needs in .venv, says what it does, and is cheap to repeat.
# The work is done by the modules in tools/, which need nothing but Python 3.11 or newer.

PYTHON = python3
PORT = 8000
TAG =
GRADE = say what to grade: make grade SHEET=any/sheet.md SUBMISSIONS=folder

# The same letters on every machine, whatever its locale says.
export PYTHONUTF8 = 1

.DEFAULT_GOAL := help
.PHONY: help serve test book sheets sheet grade handout lab lint lock release bench clean

help: ## list these commands
	@echo "Usage: make COMMAND [PYTHON=python3.12] [PORT=8000]"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

serve: ## set up, build the book, serve it on this machine and open it
	@$(PYTHON) -m tools.serve --port $(PORT)

test: lint ## set up, build the book from empty and run every test
	@$(PYTHON) -m tools.suite

book: ## set up and build the book into _build/html
	@$(PYTHON) -m tools.book

sheets: ## set up and make all that is handed out of the exercise sheets, in _build/classroom
	@$(PYTHON) -m tools.environment requirements.txt
	@.venv/bin/python -m classroom.sheets exercises/*.md -o _build/classroom

sheet: ## set up, check a sheet of your own and make all that is handed out of it: FILE=any/sheet.md [OUT=folder]
	@$(PYTHON) -m tools.environment requirements.txt
	@.venv/bin/python -m classroom.sheets "$(or $(FILE),$(error say which sheet: make sheet FILE=any/sheet.md))" $(if $(OUT),-o "$(OUT)")

grade: ## set up and grade notebooks: SHEET=exercises/NAME.md SUBMISSIONS=folder, or a zip of Moodle or Canvas [OUT=folder]
	@$(PYTHON) -m tools.environment requirements.txt
	@.venv/bin/python -m classroom.grader "$(or $(SHEET),$(error $(GRADE)))" \
		"$(or $(SUBMISSIONS),$(error $(GRADE)))" $(if $(OUT),-o "$(OUT)")

handout: ## set up, build the book and make the folder of the students' branch, _build/student
	@$(PYTHON) -m tools.book
	@.venv/bin/python -m classroom.hub.branch

lab: ## set up, build the book and open notebooks of it in JupyterLab
	@$(PYTHON) -m tools.lab

lint: ## check the style of all Python code, the types of the package and of our JavaScript
	@$(PYTHON) -m tools.environment requirements-test.txt
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@$(PYTHON) -m tools.javascript

lock: ## write the newest versions that the requirements allow into requirements.lock
	@$(PYTHON) -m venv _build/uv
	@_build/uv/bin/python -m pip install --quiet "uv>=0.9,<1"
	@_build/uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--no-emit-package softback --no-emit-package softback-lab --annotation-style line \
		--custom-compile-command "make lock" requirements-test.txt --output-file requirements.lock

release: ## set up, build the book and all that is released with it, in _build/release [TAG=vN]
	@$(PYTHON) -m tools.release --tag "$(TAG)"

bench: ## measure the library, then the pages of the book (many minutes)
	@$(PYTHON) -m tools.environment requirements-test.txt
	@.venv/bin/python benchmarks/speed.py
	@.venv/bin/python -m benchmarks.cost
	@.venv/bin/python -m benchmarks.formulas
	@$(PYTHON) -m tools.book
	@.venv/bin/python -m benchmarks.page_python
	@.venv/bin/python -m benchmarks.site

clean: ## remove all that the commands made, except for .venv
	rm -rf _build .pytest_cache .ruff_cache .hypothesis .coverage .command.lock
	find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
