#!/bin/sh
# Makes .venv and installs into it what a file lists: environment.sh requirements-dev.txt
#
# An environment that is in order, with the same requirements as last time, is left alone in
# a moment. One that was moved, broken, or left half-made is made anew.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONHOME PYTHONPATH

wanted=$1
installed=.venv/installed-$wanted # a copy of what was installed last
unfinished=.venv/unfinished       # is there while .venv is being changed

fits() {
    "$1" -c 'import sys, ensurepip, sqlite3, ssl, venv; sys.exit(sys.version_info < (3, 12))' \
        >/dev/null 2>&1
}

# Absolute paths of the environment are in its files, so that a moved one does not work.
in_order() {
    here=$(pwd -P)/.venv
    [ ! -e $unfinished ] &&
        grep -qsF -e "='$here'" -e "=\"$here\"" -e "=$here" .venv/bin/activate &&
        fits .venv/bin/python && .venv/bin/python -c 'import pip' 2>/dev/null
}

# One file takes in another.
listed() {
    cat requirements.txt requirements-hosts.txt "$wanted"
}

begin() {
    rm -rf .venv
    mkdir .venv
    : >$unfinished
}

# Some Pythons say that they can and cannot: Debian's without python3-venv, shims of pyenv.
make_environment() {
    for python in python3 python3.13 python3.14 python3.12 \
        "${PYENV_ROOT:-}"/versions/*/bin/python "${HOME:-}"/.pyenv/versions/*/bin/python; do
        fits "$python" || continue
        begin
        "$python" -m venv .venv >/dev/null 2>&1 && return
    done
    begin
    uv venv --quiet --seed --allow-existing --python '>=3.12' .venv >/dev/null 2>&1 && return
    rm -rf .venv
    echo "Install Python 3.12 or newer with venv (apt-get install python3 python3-venv)," \
        "or uv (https://docs.astral.sh/uv/)." >&2
    exit 1
}

pip_install() {
    .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
        --requirement "$wanted" >.venv/pip.log 2>&1
}

trap 'exit 130' INT
in_order || make_environment
if ! listed | cmp -s - "$installed"; then
    echo "Installing $wanted into .venv, with $(.venv/bin/python --version)"
    : >$unfinished
    if ! pip_install; then
        rm $unfinished # pip refused, and was not interrupted: the environment is as it was
        cat .venv/pip.log >&2
        exit 1
    fi
    listed >"$installed"
fi
rm -f $unfinished
