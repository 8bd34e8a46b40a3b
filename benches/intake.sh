#!/bin/bash
# How many messages a second does releve take in from a real IMAP server, everything durable, decided and acknowledged
# into the outbox?
#
#   benches/intake.sh [COUNT]     COUNT messages, 1000 unless said otherwise; needs root and `cargo build --release`
#
# RELEVE_BENCH_DATABASE=postgres measures on a PostgreSQL of its own, which writes to the disk before it answers, as a
# real one does; SQLite otherwise. RELEVE_LOG says more on stderr.
#
# Prints the bare IMAP stream of the same mail first: it is the ceiling of this machine at this hour. Compare the ratio,
# and the CPU before the wall clock.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
count=${1:-1000}
servers=$PWD/tests/servers
# shellcheck source=tests/servers/packages.sh
. "$servers/packages.sh"
say() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

mailbox=etrangers@prefecture.example.fr
dir=$(mktemp -d "${TMPDIR:-/tmp}/releve-bench.XXXXXX")
chmod 755 "$dir"
trap '"$servers/dovecot.sh" stop "$dir/dovecot"; "$servers/postgresql.sh" stop "$dir/postgresql"; rm -rf "$dir"' EXIT

# ---- releve: what to run and how to see that it is done --------------------------------------------------------------
releve=(target/release/releve --config "$dir/config" run)
database=$dir/releve.db
progress="SELECT count(*) FROM message" # automatic messages are kept too, but are no cases

configure_releve() { # IMAP-PORT
    local url=sqlite:$database
    if [[ "${RELEVE_BENCH_DATABASE:-sqlite}" == postgres ]]; then
        database=$(durable_postgresql)
        url=$database
    fi
    mkdir -p "$dir/config"
    echo sesame-4711 >"$dir/config/password"
    cat >"$dir/config/releve.toml" <<CONFIG
[prefecture]
name = "Préfecture de la Charente-Atlantique"
department = "17"
address = "38 rue des Sternes, 17000 Port-Atlantique"
phone = "05 36 49 00 00"

[[service]]
id = "etrangers"
name = "Bureau du séjour"
email = "$mailbox"

[[mailbox]]
id = "etrangers"
address = "$mailbox"
service = "etrangers"
imap = { host = "127.0.0.1", port = $1, tls = "none", user = "$mailbox", password_file = "password" }
active_since = 2020-01-01T00:00:00+01:00
backfill = "keep"

[outgoing]
folder = "$dir/sortie"

[database]
url = "$url"
CONFIG
}

# Its tests do not care what a power cut does to it; here that is what is measured.
durable_postgresql() {
    "$servers/postgresql.sh" start "$dir/postgresql"
    "$servers/postgresql.sh" stop "$dir/postgresql"
    sed -i '/^fsync\|^synchronous_commit\|^full_page_writes/d' "$dir/postgresql/data/postgresql.conf"
    "$servers/postgresql.sh" start "$dir/postgresql"
    # shellcheck source=/dev/null
    . "$dir/postgresql/ports"
    echo "postgres://releve@127.0.0.1:${postgresql:?}/postgres"
}
# ----------------------------------------------------------------------------------------------------------------------

install_missing_packages
say "writing $count messages"
"$servers/certificates.sh" "$dir/certificates"
"$servers/dovecot.sh" start "$dir/dovecot"
python3 benches/intake_corpus.py "$count" "$dir/dovecot/mail/$mailbox"
chown -R mail:mail "$dir/dovecot/mail"
# shellcheck source=/dev/null
. "$dir/dovecot/ports"

# The first pass makes Dovecot number and index its mail; the second is the one that counts.
python3 benches/intake_measure.py stream "${imap:?}" "$mailbox" >/dev/null
say "the bare IMAP stream: $(python3 benches/intake_measure.py stream "$imap" "$mailbox")"

configure_releve "$imap"
say "releve: $(python3 benches/intake_measure.py releve "$count" "$database" "$progress" "${releve[@]}")"
