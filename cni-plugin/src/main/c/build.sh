#!/bin/sh
# build.sh VERSION OUTPUT: links the static shim, unless OUTPUT is newer than all that it is made of.
set -eu
here=$(dirname "$0")
version=$1
output=$2
if [ -e "$output" ] && [ -z "$(find "$here" -newer "$output" -type f)" ]; then
  exit 0
fi
if ! command -v musl-gcc >/dev/null; then
  echo "cni-plugin: musl-gcc is missing; it links the static CNI plugin. Install the package musl-tools." >&2
  exit 1
fi
mkdir -p "$(dirname "$output")"
musl-gcc -std=c11 -D_GNU_SOURCE -DMARGAY_VERSION="\"$version\"" -static -Os -s \
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fstack-protector-strong \
  -o "$output" "$here"/*.c
