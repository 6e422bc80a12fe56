#!/usr/bin/env bash
# Gradescope runs this once, in a container of Ubuntu 22.04, when the archive is uploaded.
set -euo pipefail

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends bubblewrap python3.11 python3.11-venv

root="${AUTOGRADER:-/autograder}"
python3.11 -m venv "$root/venv"
"$root/venv/bin/python" -m pip install "$root/source/lib" "jupytext>=1.17,<2"
