# Jejak: the commands that people and CI call. `make` lists them.
#
# There is one target directory, outside the checkout, and one profile (release), so that RocksDB is compiled once
# for tests, demo and server. The crates and features chosen below stay the same for the same reason.

export CARGO_TARGET_DIR ?= $(HOME)/.cache/jejak/target
export CARGO_TERM_COLOR ?= auto

CARGO         ?= cargo
FUZZ_SECONDS  ?= 20
BENCH_SECONDS ?= 10

.DEFAULT_GOAL := help
.PHONY: help setup build demo test check fmt clippy doc deny bench certomancer fuzz s3 schemathesis

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the compilers that are missing (Debian packages; root or sudo)
	@.ci/setup

build: setup ## build the command: $CARGO_TARGET_DIR/release/jejak
	$(CARGO) build --locked --release --bin jejak

demo: build ## the main job on real input, end to end, in under a minute after the build
	$(CARGO_TARGET_DIR)/release/jejak demo $(DEMO_ARGS)

test: build ## all tests, the examples in the documentation included
	$(CARGO) test --locked --release --workspace --exclude jejak-fuzz $(TEST_ARGS)

check: fmt clippy doc deny ## formatting, lints, documentation, dependencies

fmt: setup
	$(CARGO) fmt --all --check

clippy: setup
	$(CARGO) clippy --locked --release --workspace --all-targets -- -D warnings

doc: setup
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --release --no-deps --workspace --exclude jejak-fuzz

deny: setup
	@.ci/deny

schemathesis: build ## the running server against its own description, with signed events and with garbage
	@tests/schemathesis/run $(CARGO_TARGET_DIR)/release/jejak $(SCHEMATHESIS_EXAMPLES)

s3: setup ## the documents' store against a real S3-compatible server on loopback (Python; installed outside the checkout)
	@CARGO=$(CARGO) tests/s3/run

certomancer: setup ## time-stamps, OCSP responses and lists of an authority that others wrote, which certval judges too (Python; installed outside the checkout)
	@CARGO=$(CARGO) tests/certomancer/run

bench: build ## how fast: appends, audit and replay beside the machine's own limit
	$(CARGO) bench --locked -p jejak-ledger --bench admission --bench certificates --bench verdict
	$(CARGO_TARGET_DIR)/release/jejak bench --seconds $(BENCH_SECONDS)

fuzz: setup ## every fuzz target for FUZZ_SECONDS (20); FUZZ_TARGETS="jws event" chooses
	@FUZZ_SECONDS=$(FUZZ_SECONDS) fuzz/run $(FUZZ_TARGETS)
