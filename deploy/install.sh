#!/usr/bin/env bash
# Installs the platform into a virtual environment of its own: the step that the Dockerfile and .ci/run share.
#
#     deploy/install.sh FOLDER             everything
#     deploy/install.sh FOLDER packages    the locked packages only (an image layer that changes with the lock)
#     deploy/install.sh FOLDER project     the project only, into what `packages` made; needs no network
#
# PYTHON chooses the interpreter (default python3). Nothing but hashed packages of requirements.lock is installed.
set -euo pipefail

case "${2:-all}" in all | packages | project) ;; *) echo "install.sh: unknown step $2" >&2; exit 2 ;; esac
target="${1:?install.sh: say which folder, as in: deploy/install.sh /opt/mut}"
step="${2:-all}"
python="${PYTHON:-python3}"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pip() { "$target/bin/python" -m pip -qq --disable-pip-version-check --no-input "$@"; }

if [ "$step" != project ]; then
  "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || {
    echo "install.sh: mut-assets needs Python 3.11 to 3.14, but $python is $("$python" -V 2>&1)" >&2
    exit 1
  }
  "$python" -m venv "$target"
  pip install --require-hashes --no-deps -r requirements.lock
fi
if [ "$step" != packages ]; then
  pip install --no-deps --no-build-isolation --force-reinstall .
  pip check
fi
