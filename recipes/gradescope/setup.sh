#!/usr/bin/env bash
# Assurance: none by itself. It runs once, as root, while Gradescope builds the image, and no
# submission is near. What it installs is fixed by constraints.txt, which came with the zip.
set -euo pipefail

# An index of torch's small CPU builds; without one, pip's own, whose builds are some GB larger.
TORCH_INDEX=${TORCH_INDEX:-}

root=${KATA_AUTOGRADER:-/autograder}
source=$root/source
export DEBIAN_FRONTEND=noninteractive
# The second is for what builds the engine.
export PIP_CONSTRAINT=$source/constraints.txt PIP_BUILD_CONSTRAINT=$source/constraints.txt

apt-get update -qq
apt-get install -y -qq python3 python3-venv bubblewrap libseccomp2

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "kata needs Python 3.11: choose Ubuntu 24.04 or later as the autograder's base image" >&2
    exit 1
fi

# Below /usr, where an account has its whole root, and the course elsewhere: answers may read there.
python3 -m venv "${KATA_VENV:=/usr/local/kata}"
ln -sfn "$KATA_VENV" "$root/venv"
pip() { "$root/venv/bin/python" -m pip install -q --no-cache-dir "$@"; }
PIP_INDEX_URL=$TORCH_INDEX pip "$(grep '^torch==' "$PIP_CONSTRAINT")"
pip "$source/engine"

# Who grades is an ordinary user, as SECURITY.md asks for.
id -u kata >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin kata
