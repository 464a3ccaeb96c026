#!/bin/sh
# Installs into node_modules what package-lock.json lists, unless it is there already.
set -eu
cd "$(dirname "$0")/.."

installed=node_modules/installed-lock.json # a copy of what was installed last

cmp -s package-lock.json "$installed" && exit 0
echo "Installing package-lock.json into node_modules, with Node $(node --version)"
# Without scripts: one of the packages would fetch a Java of its own.
npm ci --ignore-scripts --no-audit --no-fund --silent
cp package-lock.json "$installed"
