#!/usr/bin/env bash
# Names the system packages a build needs and lacks; installs them with apt when that is possible (root on
# Debian or Ubuntu). Exit 0 when nothing is missing afterwards.
set -euo pipefail

# What is looked for : the Debian package that brings it.
missing=()
need() { missing+=("$1"); }
command -v cc >/dev/null || need gcc
command -v c++ >/dev/null || need g++
command -v make >/dev/null || need make
command -v perl >/dev/null || need perl
command -v pkg-config >/dev/null || need pkg-config
header() { echo "#include <$1>" | cc -E -x c - >/dev/null 2>&1; }
if command -v cc >/dev/null; then
    header openssl/ssl.h || need libssl-dev
    header zlib.h || need zlib1g-dev
fi

[ ${#missing[@]} -eq 0 ] && exit 0
echo "missing system packages: ${missing[*]}" >&2
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >&2
else
    echo "install them first, on Debian and Ubuntu: sudo apt-get install ${missing[*]}" >&2
    exit 1
fi
