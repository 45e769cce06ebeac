#!/bin/bash
# Compiles the manager for an architecture that need not be this machine's.
#
#   hmm.sh tools ARCHITECTURE        what the compiler needs beside itself
#   hmm.sh build ARCHITECTURE OUT    from the workspace in the current folder
#
# ARCHITECTURE is Debian's word (amd64, arm64).
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

verb=$1 arch=$2
case $arch in
amd64) gnu=x86_64-linux-gnu target=x86_64-unknown-linux-gnu ;;
arm64) gnu=aarch64-linux-gnu target=aarch64-unknown-linux-gnu ;;
*)
  echo "hmm.sh: the architecture $arch is not known here" >&2
  exit 1
  ;;
esac
here=$(dpkg --print-architecture)

case $verb in
tools)
  packages=(gcc libc6-dev)
  if [ "$arch" != "$here" ]; then
    packages+=("gcc-${gnu//_/-}" "libc6-dev-$arch-cross")
  fi
  apt-get update --quiet
  apt-get install --quiet --yes --no-install-recommends "${packages[@]}"
  rm -rf /var/lib/apt/lists/*
  rustup target add "$target"
  ;;
build)
  if [ "$arch" != "$here" ]; then
    name=${target//-/_}
    export "CC_$name=$gnu-gcc" "AR_$name=$gnu-ar" "CARGO_TARGET_${name^^}_LINKER=$gnu-gcc"
  fi
  cargo build --locked --release --package hmm-server --bin hmm --target "$target"
  install -D --mode=0755 "${CARGO_TARGET_DIR:-target}/$target/release/hmm" "$3"
  ;;
esac
