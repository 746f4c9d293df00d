#!/bin/sh
# The secrets of the containers, each in a file of deploy/secrets; one that is there is never written over. A copy goes
# to paper or a safe before the first certificate. Nobody but root enters the folder; inside a container the files are
# read by an account of its own, so the files themselves are open.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
put() { [ -e "secrets/$1" ] || { printf '%s' "$2" >"secrets/$1" && chmod 444 "secrets/$1"; }; }
key() { openssl rand -base64 32 | tr '+/' '-_'; }
put secret_key "$(openssl rand -base64 60 | tr -d '\n')"
put keyring "k1:$(key)"
put index_key "$(key)"
put metrics_token "$(openssl rand -hex 24)"
put postgres_password "$(openssl rand -hex 24)"
put redis_password "$(openssl rand -hex 24)"
put database_url "postgresql://kozot:$(cat secrets/postgres_password)@postgres/kozot"
put redis_url "redis://:$(cat secrets/redis_password)@redis:6379/0"
