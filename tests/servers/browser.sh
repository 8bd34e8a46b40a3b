#!/bin/bash
# A chromedriver on loopback, which starts a headless Chromium for each test that asks for one, and axe-core, which looks for
# what people with disabilities would stumble over.
#
#   browser.sh start DIR    starts it in DIR (its port in DIR/ports) and lays DIR/axe.min.js beside it
#   browser.sh stop DIR     ends it, and every browser it started
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=ports.sh
. "$(dirname "${BASH_SOURCE[0]}")/ports.sh"

# axe-core 4 as PyPI carries it; the package around it is not used.
AXE=axe-playwright-python==0.1.8

start() {
    mkdir -p "$dir"
    echo "browser=$(free_ports 1)" >"$dir/ports"
    # shellcheck source=/dev/null
    . "$dir/ports"
    # A home of its own: a browser writes there.
    HOME=$dir setsid chromedriver --port="$browser" --log-path="$dir/log" </dev/null >"$dir/start.log" 2>&1 &
    echo $! >"$dir/pid"
    axe || true # it said why: the tests that need it fail
    wait_for_port "$browser" "$dir/log"
}

# One file of a wheel, which is a ZIP: nothing is installed.
axe() {
    local output
    output=$(/usr/bin/python3 -I -m venv "$dir/pip" 2>&1 && "$dir/pip/bin/python" -I -m pip --quiet --disable-pip-version-check \
        --no-input --retries 2 download --only-binary :all: --no-deps --dest "$dir/wheel" "$AXE" 2>&1) || {
        echo "${output##*$'\n'}" >&2
        echo "browser.sh: PyPI could not be reached, or has no $AXE: the tests of accessibility will fail" >&2
        return 1
    }
    /usr/bin/python3 -I - "$dir" <<'PYTHON'
import glob, sys, zipfile

wheel = zipfile.ZipFile(glob.glob(f"{sys.argv[1]}/wheel/*.whl")[0])
with open(f"{sys.argv[1]}/axe.min.js", "wb") as file:
    file.write(wheel.read("axe_playwright_python/axe.min.js"))
PYTHON
}

case "${1:-} $#" in
"start 2" | "stop 2") dir=$2 ;;
*) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2 && exit 2 ;;
esac
if [[ "$1" == start ]]; then start; else stop_group "$dir/pid"; fi
