#!/bin/sh
# Django's deployment checks, and collectstatic, under the settings of production.
# DATABASE_URL is the caller's.
set -eu
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

SECRET_KEY=$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')
export SECRET_KEY DEBUG= SITE_URL=https://biblioteka.example
export STATIC_ROOT="$folder/static" MEDIA_ROOT="$folder/media" ERASURES_FILE="$folder/erasures.txt"
export EMAIL_HOST=mail.biblioteka.example EMAIL_FROM=svetaine@biblioteka.example

# With STATIC_ROOT every file that CSS names has to be there.
.venv/bin/python manage.py collectstatic --noinput --verbosity 0
.venv/bin/python manage.py check --deploy --fail-level WARNING
