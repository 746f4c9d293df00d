#!/bin/sh
# Takes new code without a pause: the schema first (old code goes on with it), then one web service after the other,
# then workers, which end their piece of work. Run as root in /opt/kozot after the new code lies there.
set -eu
cd "$(dirname "$0")/.."
systemd-run --wait --pipe --uid=kozot --working-directory="$PWD" --property=EnvironmentFile=/etc/kozot/env \
    --property=EnvironmentFile=/etc/kozot/secrets.env --setenv=PATH="$PWD/.venv/bin:/usr/bin:/bin" sh deploy/release.sh
for port in 8001 8002; do
    systemctl restart "kozot-web@$port"
    until KOZOT_BIND="127.0.0.1:$port" python3 deploy/healthy.py; do sleep 1; done
done
systemctl restart kozot-worker@quick kozot-worker@imports kozot-worker@bulk kozot-beat
