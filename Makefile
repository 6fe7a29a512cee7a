# `make help` is the index of everything this repository can do.
SHELL := bash
.DEFAULT_GOAL := help
CARGO ?= cargo

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## a simulated site, the real engine, a live table and a page on loopback (no Kafka)
	@scripts/system-packages.sh
	@$(CARGO) build --quiet --locked --release -p gait
	@$${CARGO_TARGET_DIR:-target}/release/gait demo $(ARGS)

test: ## every test, with real Kafka and Prometheus where this machine has them
	@scripts/test.sh

check: ## the fast answer: format, lints and the unit tests of core and edges
	@$(CARGO) fmt --check
	@$(CARGO) clippy --quiet --locked --workspace --all-targets -- -D warnings
	@$(CARGO) test --quiet --locked --workspace --lib --bins

lint: ## format check and clippy with warnings denied
	@$(CARGO) fmt --check
	@$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

fmt: ## format the tree
	@$(CARGO) fmt

detectors: ## compile the detector pack and run every case
	@$(CARGO) test --locked -p gait-tests --test detector_cases

determinism: ## same verdict bytes for batches, restarts and sources
	@$(CARGO) test --locked -p gait-tests --test determinism

fuzz: ## fuzz every decoder for a minute each (needs a nightly toolchain and cargo-fuzz)
	@scripts/fuzz.sh

bench: ## measure the budgets, print them against their floors, write target/bench/*.json
	@scripts/bench.sh

bench-smoke: ## the same at toy size, so that the benches cannot rot
	@scripts/bench.sh --smoke

evaluate: ## judge verdicts on alpha, held-out simulated sites and the public logs of GAIT_DATA, write docs/evaluation.md
	@scripts/evaluate.sh

evaluate-sim: ## the same on simulated sites: ARGS="tuning 3" for another split or number of seeds
	@scripts/evaluate-sim.sh $(ARGS)

evaluate-drift: ## seeded drift of identified agents, recall and false alarms, write docs/drift.md
	@GAIT_BLESS=1 $(CARGO) test --quiet --locked -p gait-tests --test drift

evaluate-budget: ## live simulated days under a false-alarm budget, write docs/budget.md (a few minutes)
	@scripts/evaluate-budget.sh

train: ## fit the shipped model on simulated traffic, write it and docs/training.md (a few minutes)
	@$(CARGO) build --quiet --locked --release -p gait-train
	@$${CARGO_TARGET_DIR:-target}/release/gait-train --model crates/core/classify/model/shipped.toml \
		--report docs/training.md $(ARGS)

docs: ## regenerate the references: features, detectors, formats, metrics, config, drift
	@GAIT_BLESS=1 $(CARGO) test --quiet --locked --workspace drift
	@$(CARGO) run --quiet --locked -p gait-decode --example formats >docs/formats.md.new
	@mv docs/formats.md.new docs/formats.md

kafka-up: ## install and start a real Kafka on a free loopback port
	@scripts/kafka/up.sh

kafka-down: ## stop that Kafka
	@scripts/kafka/down.sh

cold-build: ## build gait from nothing and hold the CPU time against its ceiling
	@scripts/cold-build.sh

ci: ## what continuous integration runs
	@.ci/run

.PHONY: help demo test check lint fmt detectors determinism fuzz bench bench-smoke evaluate evaluate-sim evaluate-drift evaluate-budget train docs \
	kafka-up kafka-down cold-build ci
