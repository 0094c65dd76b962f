#!/bin/sh
# Make the virtual environment, and say in one line what to install where Python cannot.
# usage: make_venv.sh PYTHON VENV
set -u
python=$1
venv=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer is needed (found: $("$python" --version 2>&1)). Debian 12: apt install python3 python3-venv make" >&2
    exit 2
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    line="apt install python3-venv make"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing python3-venv ..."
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "This Python cannot make a virtual environment. As root: $line" >&2
        exit 2
    fi
fi
[ -x "$venv/bin/pip" ] || "$python" -m venv "$venv"
