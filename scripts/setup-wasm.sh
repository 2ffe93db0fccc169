#!/bin/sh
# Makes a Rust toolchain available that compiles for browsers (wasm32-unknown-unknown). In this order:
#   1. the active toolchain can already;
#   2. `rustup target add`;
#   3. Debian's rustc-web, for machines that reach their distribution but not Rust's own servers. No standard library for
#      WASM is packaged there, so it is compiled once from the packaged source. The name of that toolchain is noted in
#      $TOOLS/toolchain, where scripts/lib/tools.sh finds it.
# SETUP_WASM_ONLY_DEBIAN=1 leaves out 1 and 2, to try 3.
set -eu
cd "$(dirname "$0")/.."
. scripts/lib/tools.sh

LINKED=debian-web
SYSROOT=/usr/lib/rustlib

# whether the given rustc command has a standard library for the target
has_std() {
    libraries=$("$@" --print target-libdir --target "$WASM_TARGET" 2>/dev/null) && ls "$libraries"/libstd-*.rlib >/dev/null 2>&1
}

debian_release() { /usr/bin/rustc -Vv | sed -n 's/^release: //p'; }

install_packages() {
    [ -x /usr/bin/rustc ] && [ -e "$SYSROOT/src/rust/library/Cargo.lock" ] && return
    apt_install "a Rust that can compile for browsers" rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web
}

build_std() {
    stamp=$SYSROOT/$WASM_TARGET/.built-for
    [ "$(cat "$stamp" 2>/dev/null)" = "$(/usr/bin/rustc -V)" ] && return
    source=/usr/src/rustc-$(debian_release)/library
    [ -d "$source" ] || stop "rust-web-src does not match /usr/bin/rustc $(debian_release)"
    say "compiling Rust's standard library for $WASM_TARGET, once, for about a minute"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cp -r "$source" "$work/library"
    # neither rustup's proxies nor a caller's flags may leak into this build
    (cd "$work/library" && env -u RUSTUP_TOOLCHAIN -u CARGO_ENCODED_RUSTFLAGS -u RUSTC_WRAPPER \
        RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_DIR="$work/target" __CARGO_DEFAULT_LIB_METADATA=stablestd \
        RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes" \
        /usr/bin/cargo build --locked --release --target "$WASM_TARGET" --manifest-path sysroot/Cargo.toml \
        --features panic-unwind,backtrace >&2)
    rm -f "$work/target/$WASM_TARGET"/release/deps/libsysroot-*.rlib
    as_root rm -rf "${SYSROOT:?}/$WASM_TARGET"
    as_root mkdir -p "$SYSROOT/$WASM_TARGET/lib"
    as_root cp "$work/target/$WASM_TARGET"/release/deps/*.rlib "$SYSROOT/$WASM_TARGET/lib/"
    /usr/bin/rustc -V | as_root tee "$stamp" >/dev/null
}

# Debian's compiler comes without a linker for WASM: that of any rustup toolchain does
link_linker() {
    host=$(/usr/bin/rustc -Vv | sed -n 's/^host: //p')
    lld=$SYSROOT/$host/bin/rust-lld
    [ -x "$lld" ] && return
    for found in "${RUSTUP_HOME:-$HOME/.rustup}"/toolchains/*/lib/rustlib/"$host"/bin/rust-lld; do
        [ -x "$found" ] || continue
        as_root mkdir -p "${lld%/*}"
        as_root ln -sfn "$found" "$lld"
        return
    done
    stop "no rust-lld found in any rustup toolchain: install one with rustup toolchain install stable"
}

if [ -z "${SETUP_WASM_ONLY_DEBIAN:-}" ] && [ "${RUSTUP_TOOLCHAIN:-}" != "$LINKED" ]; then
    has_std rustc && exit
    say "adding the target $WASM_TARGET with rustup (the pages run as WASM in the browser)"
    if have rustup && timeout 180 rustup target add "$WASM_TARGET" >&2 && has_std rustc; then
        exit
    fi
    say "rustup could not: falling back to the packages of the distribution"
fi

install_packages
build_std
link_linker
rustup toolchain link "$LINKED" /usr >&2
has_std rustup run "$LINKED" rustc || stop "the standard library for $WASM_TARGET is not found after its build"
mkdir -p "$TOOLS"
echo "$LINKED" >"$TOOLS/toolchain"
