# Versions and places of the build tools, and a few words for the set-up scripts. Sourced, never run.
# shellcheck shell=sh

# must be the version of the `wasm-bindgen` crate in Cargo.toml, to the digit
WASM_BINDGEN_VERSION=0.2.130
CARGO_LEPTOS_VERSION=0.3.11
CARGO_DENY_VERSION=0.20.2
SCHEMATHESIS_VERSION=4.32.5
# newer ones need a newer compiler than the registry does
S3S_FS_VERSION=0.14.1
# wasm-opt comes with it; distributions package versions that break modules made by current compilers
BINARYEN_VERSION=132.0.0
# Playwright needs it
NODE_MAJOR=20
# what is installed where the machine's own Node.js is older
NODE_VERSION=22.23.3

WASM_TARGET=wasm32-unknown-unknown
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/model-registry"
TOOLS="$CACHE/tools"
PATH="$TOOLS/bin:$TOOLS/npm/node_modules/.bin:$HOME/.cargo/bin:$PATH"
export PATH

# the toolchain that scripts/setup-wasm.sh had to make, on machines whose own cannot build for browsers
if [ -s "$TOOLS/toolchain" ]; then
    RUSTUP_TOOLCHAIN=$(cat "$TOOLS/toolchain")
    export RUSTUP_TOOLCHAIN
fi

say() { echo "set-up: $*" >&2; }

stop() {
    say "$*"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# the first of the given commands that exists
first_of() {
    for command; do
        if have "$command"; then
            command -v "$command"
            return
        fi
    done
    return 1
}

# networks fail now and then: three attempts
retry() {
    for wait in 5 20; do
        "$@" && return
        say "that failed; trying again in $wait s: $*"
        sleep "$wait"
    done
    "$@"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        stop "neither root nor sudo: please run as root: $*"
    fi
}

# installs Debian or Ubuntu packages; $1 says why
apt_install() {
    why=$1
    shift
    have apt-get || stop "please install $* ($why) and start again"
    say "installing with apt-get: $* ($why)"
    retry as_root apt-get -o DPkg::Lock::Timeout=300 -q update >&2
    retry as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 -q install -y --no-install-recommends "$@" >&2
}
