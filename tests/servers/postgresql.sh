#!/bin/bash
# A private PostgreSQL on loopback. The superuser `releve` needs no password; each test makes a database of its own.
#
#   postgresql.sh start DIR    starts it in DIR (port chosen once, kept in DIR/ports)
#   postgresql.sh stop DIR     ends it
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=ports.sh
. "$(dirname "${BASH_SOURCE[0]}")/ports.sh"

# PostgreSQL refuses to run as root. Debian keeps its programs out of the way, by version: the newest will do.
as_postgres() {
    local program=$1 programs=(/usr/lib/postgresql/*/bin)
    shift
    (cd / && runuser -u postgres -- "${programs[-1]}/$program" "$@")
}

start() {
    local postgresql
    if [[ ! -e "$dir/ports" ]]; then
        echo "postgresql=$(free_ports 1)" >"$dir/ports"
        chown postgres "$dir"
        as_postgres initdb -D "$dir/data" -U releve -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
            >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
        # A crash of the machine may cost us the database: it lives as long as the tests.
        cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
    fi
    # shellcheck source=/dev/null
    . "$dir/ports"
    as_postgres pg_ctl -D "$dir/data" -l "$dir/log" -o "-p $postgresql" -w -t 30 start \
        </dev/null >"$dir/start.log" 2>&1 || { cat "$dir/start.log" "$dir/log" >&2; exit 1; }
}

stop() {
    [[ -e "$dir/data/postmaster.pid" ]] || return 0
    as_postgres pg_ctl -D "$dir/data" -m immediate -w stop >/dev/null
}

[[ $# == 2 ]] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
mkdir -p "$2"
dir=$(cd "$2" && pwd)

case "$1" in
start) start ;;
stop) stop ;;
*) echo "postgresql.sh: no such action: $1" >&2 && exit 2 ;;
esac
