#!/bin/sh
# Installs what `make test` needs from the system, or says the one line that does.
#
# An argument is one more package, whose program has its name: system_packages.sh wrk
set -eu
more=$*

missing=
need() { # package, then a command that fails where it is missing
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

look() {
    missing=
    need postgresql sh -c 'command -v initdb || ls /usr/lib/postgresql/*/bin/initdb'
    need chromium sh -c 'command -v chromium'
    need gettext sh -c 'command -v xgettext && command -v msgfmt'
    need nodejs node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'
    need npm npm --version
    need default-jre-headless java -version
    need nginx-light sh -c 'PATH=$PATH:/usr/sbin; command -v nginx'
    need redis-server sh -c 'command -v redis-server'
    need systemd sh -c 'command -v systemd-analyze'
    need iproute2 sh -c 'PATH=$PATH:/sbin:/usr/sbin; command -v ip'
    need openssl sh -c 'command -v openssl'
    need hunspell sh -c 'command -v hunspell'
    need hunspell-lt test -e /usr/share/hunspell/lt_LT.dic
    for package in $more; do
        need "$package" sh -c "command -v $package"
    done
}

look
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Install what these packages of Debian hold:$missing" >&2
    exit 1
elif [ "$(id -u)" = 0 ]; then
    as_root=env
elif sudo -n true 2>/dev/null; then
    as_root='sudo -n env'
else
    echo "Run: sudo apt-get install$missing" >&2
    exit 1
fi

echo "Installing$missing"
$as_root apt-get update -qq || true # where one source of several is down, the others may do
$as_root DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
    -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 $missing </dev/null

look
[ -z "$missing" ] || { echo "Installed, but not found:$missing" >&2; exit 1; }
