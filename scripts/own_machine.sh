#!/bin/sh
# Runs a command in namespaces of its own for mounts and for the network: own_machine.sh command …
#
# What it mounts nobody else sees, and each port is free. Only root may; where user namespaces are
# allowed, everybody may be root in one.
set -eu

as_root=
[ "$(id -u)" = 0 ] || as_root=--map-root-user
exec unshare $as_root --mount --net -- sh -c 'ip link set lo up; exec "$@"' sh "$@"
