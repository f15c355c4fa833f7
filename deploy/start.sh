#!/usr/bin/env bash
# What a container does before its command: puts dagster.yaml where Dagster looks, on a volume that may be new or older
# than this image.
set -euo pipefail
: "${DAGSTER_HOME:?start.sh: DAGSTER_HOME is not set}"
mkdir -p "$DAGSTER_HOME"
new="$DAGSTER_HOME/.dagster.yaml.$$"
cp "$(dirname "${BASH_SOURCE[0]}")/../dagster.yaml" "$new"
mv -f "$new" "$DAGSTER_HOME/dagster.yaml"  # moved into place: the webserver and the daemon start together
exec "$@"
