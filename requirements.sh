#!/bin/sh
# Writes requirements.lock and requirements-dev.lock from what an empty environment resolves to.
# torch is pinned without its local suffix, so that a CPU or a GPU build may stand for it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3.11}" -m venv "$work/venv"
pip="$work/venv/bin/pip --disable-pip-version-check"
pin() { $pip freeze --exclude pip --exclude setuptools | sed -E 's/^(torch==[0-9.]+)\+.*/\1/'; }

named() { "$work/venv/bin/python" -c "
import tomllib
project = tomllib.load(open('pyproject.toml', 'rb'))['project']
print(*($1), sep='\\n')"; }

$pip install --quiet torch==2.13.0
named "project['dependencies']" > "$work/app.in"
$pip install --quiet -r "$work/app.in"
pin > requirements.lock
named "[*project['optional-dependencies']['dev'], *project['optional-dependencies']['evals'], *project['optional-dependencies']['finetune']]" > "$work/dev.in"
$pip install --quiet -r "$work/dev.in"
pin | grep -vxFf requirements.lock > requirements-dev.lock
