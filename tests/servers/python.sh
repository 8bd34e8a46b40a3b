#!/bin/bash
# python.sh DIR: a Python in DIR with the calendar and the time zones that ours are compared with (tests/calendar).
set -euo pipefail

# Pinned, so that a test fails because of what we changed. holidays: the table of src/calendar/holidays.rs and the
# corrections of tests/calendar/independent.py are about this very version.
PINNED=(holidays==0.109 tzdata==2026.6)

[[ $# == 1 ]] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }

# Debian's own: the `python3` of a developer may be another (pyenv), or none in this folder. -I: nor his packages.
/usr/bin/python3 -I -m venv "$1"

# Wheels only: installing one runs nothing that a stranger wrote.
pip=("$1/bin/python" -I -m pip --quiet --disable-pip-version-check --no-input --retries 2)
output=$("${pip[@]}" install --only-binary :all: "${PINNED[@]}" 2>&1) || {
    echo "${output##*$'\n'}" >&2
    echo "python.sh: PyPI could not be reached, or has no ${PINNED[*]}: the comparison of calendars will fail" >&2
    rm "$1/bin/python" # none at all is told in better words than one without packages
    exit 1
}
