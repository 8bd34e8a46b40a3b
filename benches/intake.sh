#!/bin/bash
# How many messages a second does releve take in from a real IMAP server, everything durable, decided and acknowledged
# into the outbox?
#
#   benches/intake.sh [COUNT]     COUNT messages, 1000 unless said otherwise; needs root and `cargo build --release`
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
trap '"$servers/dovecot.sh" stop "$dir/dovecot"; rm -rf "$dir"' EXIT

# ---- releve: what to run and how to see that it is done --------------------------------------------------------------
releve=(target/release/releve --config "$dir/config" run)
database=$dir/releve.db
progress="SELECT count(*) FROM message" # automatic messages are kept too, but are no cases

configure_releve() { # IMAP-PORT
    mkdir -p "$dir/config"
    : "to be written: mailbox $mailbox by IMAP on 127.0.0.1:$1 without TLS, password \`secret\`, database $database"
    return 1
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

if configure_releve "$imap"; then
    say "releve: $(python3 benches/intake_measure.py releve "$count" "$database" "$progress" "${releve[@]}")"
else
    say "releve: not measured, configure_releve in benches/intake.sh is to be written"
fi
