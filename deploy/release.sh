#!/bin/sh
# Before new processes start: the checks of a production, the schema that they need, the files that pages load.
# Migrations keep old processes working (docs/operations.md, "Migrations"), so these go on serving meanwhile.
set -eu
cd "$(dirname "$0")/.."
python manage.py check --deploy --fail-level WARNING
python manage.py migrate --noinput
python manage.py collectstatic --noinput --verbosity 0
