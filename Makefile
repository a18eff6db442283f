# Two commands matter on a fresh machine: `make demo` and `make test`. Both set everything up in .venv.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
# Set VIVENCIA_REQUIRE_ALL=1 to fail, rather than leave tests out, where Java or Chromium is missing.
WORKERS ?= 2

.PHONY: help demo test check fuzz lint format docs bench bench-truth bench-quick bench-text clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: ## Set up, make a company, analyse it, and show the report in the browser
	@tools/prepare run
	$(BIN)/vivencia demo

test: ## Set up (Java and Chromium too, where allowed) and run every check and test
	@tools/prepare test
	@$(BIN)/python tools/compile_kernels.py & compiling=$$!; \
	  if $(MAKE) --no-print-directory lint; then wait $$compiling; else kill $$compiling; exit 1; fi
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

check: lint ## Set up and run the quick checks: style, types, architecture, tests without Spark and browser
	$(BIN)/pytest -n $(WORKERS) -m "not spark and not browser and not slow"

fuzz: ## Look for what no test has tried: Hypothesis at random, with ten times as many examples
	@tools/prepare test --quick
	$(BIN)/pytest -n $(WORKERS) -m "hypothesis and not spark" --hypothesis-profile fuzz

lint: ## Style, types and architecture
	@tools/prepare test --quick
	$(BIN)/ruff format --check src tests benchmarks tools
	$(BIN)/ruff check src tests benchmarks tools
	$(BIN)/mypy
	$(BIN)/lint-imports

format: ## Put the code in the house style
	@tools/prepare test --quick
	$(BIN)/ruff format src tests benchmarks tools
	$(BIN)/ruff check --fix src tests benchmarks tools

docs: ## Build the documentation into site/
	@tools/prepare docs
	$(BIN)/python tools/reference.py docs/reference
	$(BIN)/mkdocs build --strict

bench: ## Measure imports, analyses and kernels at 1 and 10 million signals, beside their limits
	@tools/prepare bench
	$(BIN)/python -m benchmarks

bench-truth: ## The perception filter against known truth and its rivals, as in docs/why/perception.md
	@tools/prepare bench
	$(BIN)/python -m benchmarks.truth

bench-quick: ## The same at 100,000 signals
	@tools/prepare bench
	$(BIN)/python -m benchmarks --sizes 1e5

bench-text: ## Measure how well and how fast customers' words are read, set by set and tier by tier
	@tools/prepare bench
	$(BIN)/python -m benchmarks.text

clean: ## Remove what was made here
	rm -rf $(VENV) site demo bench-data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
