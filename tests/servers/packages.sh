# shellcheck shell=bash
# Sourced: installs what is missing of the real servers, and of the Python, that releve is tested against.

PACKAGES=(chromium chromium-driver dovecot-imapd dovecot-lmtpd fonts-dejavu-core libreoffice-calc-nogui openssl postfix postgresql procps python3 python3-venv)

missing_packages() {
    local package
    for package in "${PACKAGES[@]}"; do
        [[ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" == "install ok installed" ]] || echo "$package"
    done
}

# Two runs on one machine take turns here: dpkg does not like company.
install_missing_packages() (
    flock 9
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]})) || exit 0

    # Debian starts a service as soon as it is unpacked unless this file says no. The machine's own services would only
    # be in the way of ours, and fail to start where there is no systemd.
    policy=/usr/sbin/policy-rc.d
    if [[ ! -e "$policy" ]]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
    fi

    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    quietly apt-get -q update
    # --no-remove: a machine that already has another mail server keeps it, and says so.
    quietly apt-get -q install --yes --no-install-recommends --no-remove "${missing[@]}"
) 9>/run/lock/releve-tests-packages

# What a command printed matters only when it failed.
quietly() {
    local output
    output=$("$@" 2>&1) || { echo "$output" >&2; return 1; }
}
