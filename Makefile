# The two commands that matter: `make serve` and `make test`. Both install what is missing first, and say so.
TOOLS := scripts/with-tools.sh
# app is compiled for the server in one build and for the browser in another; frontend belongs to the second only
HOST := --workspace --exclude frontend
WASM := --package frontend --target wasm32-unknown-unknown
# a database and a bucket for what runs
BESIDE := scripts/with-postgres.sh scripts/with-s3.sh
# the stories of registries as a whole, to be told on other catalogs and stores: as crates of the workspace, for it has compiled them so
SUITE := cargo test $(HOST) --no-fail-fast --test it --test keeping -- --include-ignored
# each combination leaves out what is told on another one whatever the variables say
ON_POSTGRES_AND_S3 := env TEST_CATALOG=postgres TEST_STORE=s3 $(SUITE) --skip on_sqlite:: --skip on_folder:: --skip from_a_laptop
ON_SQLITE_AND_S3 := env TEST_STORE=s3 $(SUITE) --skip on_postgres:: --skip on_folder:: --skip from_a_laptop
ON_POSTGRES_AND_FOLDER := env TEST_CATALOG=postgres $(SUITE) --skip on_sqlite:: --skip on_s3:: --skip from_a_laptop
# what a catalog and a store do to each other shows elsewhere: in uploads, downloads, jobs, keeping, crashes
MIXED := $(foreach module,on_sqlite on_s3 on_postgres on_folder access command_line idempotency lineage rest search start,--skip $(module)::)

SOURCES := $(shell find Cargo.toml Cargo.lock app autograder domain frontend migrations public registry server style -type f -not -path '*/tests/*')

.DEFAULT_GOAL := help
# set-up and cargo use both cores by themselves
.NOTPARALLEL:
.PHONY: help serve dev build site test test-rust test-matrix on-sqlite-and-folder on-postgres-and-s3 on-sqlite-and-s3 on-postgres-and-folder test-wasm test-api test-pages check pictures bench fuzz setup-build setup-check setup-test setup-test-rust

help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

serve: build ## Build the release and run the registry on SQLite and the folder ./data
	$(TOOLS) target/release/model-registry serve

dev: setup-build ## Run the registry, and rebuild and reload on every change
	@# what a release compressed would be served in place of what changes now; the next release is built anew
	@rm -f target/.release
	@[ ! -d target/site ] || find target/site \( -name '*.br' -o -name '*.gz' \) -delete
	$(TOOLS) cargo build --package autograder
	$(TOOLS) cargo leptos watch --split

build: setup-build target/.release ## Build the release: the server, the autograder and the site

# cargo-leptos optimises the WASM anew each time, for a minute or two: only when something changed
target/.release: $(SOURCES)
	@# which parts the WASM is split into may change, and nobody else removes those that are no more
	@rm -rf target/site/pkg
	$(TOOLS) cargo leptos build --release --split
	$(TOOLS) node scripts/compress.mjs target/site
	$(TOOLS) cargo build --release --package autograder
	@touch $@

site: build ## Write the static site for S3, a CDN or any web server to target/static-site
	$(TOOLS) scripts/static-site.sh

test: test-rust test-wasm test-api test-pages ## Run every test: Rust, the WASM build, the API, the pages in Chromium

# a target for each combination of catalog and store, so that --keep-going tells of all
test-rust: on-sqlite-and-folder on-postgres-and-s3 on-sqlite-and-s3 on-postgres-and-folder

# all there is, with what needs a cluster or a bucket whatever the catalog and the store
on-sqlite-and-folder: setup-build setup-test-rust
	$(TOOLS) $(BESIDE) cargo test $(HOST) --no-fail-fast -- --include-ignored

on-postgres-and-s3: setup-build setup-test-rust
	$(TOOLS) $(BESIDE) $(ON_POSTGRES_AND_S3)

on-sqlite-and-s3: setup-build setup-test-rust
	$(TOOLS) $(BESIDE) $(ON_SQLITE_AND_S3) $(MIXED)

on-postgres-and-folder: setup-build setup-test-rust
	$(TOOLS) $(BESIDE) $(ON_POSTGRES_AND_FOLDER) $(MIXED)

# what test-rust leaves out
test-matrix: setup-build setup-test-rust ## Tell every story also on SQLite with S3 and on PostgreSQL with the folder
	$(TOOLS) $(BESIDE) $(ON_SQLITE_AND_S3)
	$(TOOLS) $(BESIDE) $(ON_POSTGRES_AND_FOLDER)

test-wasm: setup-build
	$(TOOLS) cargo check $(WASM)
	$(TOOLS) scripts/check-wasm-dependencies.sh

# as the document that the server serves describes it, with schemathesis
test-api: setup-test build
	scripts/test-api.sh

test-pages: setup-test site
	$(TOOLS) npm --prefix end2end test

check: setup-check ## Check formatting, lints, licences and dependencies
	$(TOOLS) cargo fmt --check
	$(TOOLS) cargo clippy $(HOST) --all-targets -- --deny warnings
	$(TOOLS) cargo clippy $(WASM) -- --deny warnings
	$(TOOLS) scripts/check-dependencies.sh

pictures: setup-test build ## Take the pictures of the README again (docs/images)
	$(TOOLS) npm --prefix end2end run pictures

bench: build ## Run the benchmarks against their peers; the results are kept in BENCHMARKS.md
	$(TOOLS) benches/run.sh

fuzz: setup-build ## Feed the parsers with damaged input for a minute each (needs a nightly toolchain)
	$(TOOLS) scripts/fuzz.sh

setup-build:
	@scripts/setup.sh build

setup-check:
	@scripts/setup.sh check

setup-test:
	@scripts/setup.sh test

setup-test-rust:
	@scripts/setup.sh test-rust
