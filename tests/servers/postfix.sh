#!/bin/bash
# A private Postfix on loopback that hands the mail of the three example domains to Dovecot and refuses all other mail:
# nothing leaves the machine, no name is looked up.
#
#   postfix.sh start DIR       starts it in DIR (ports chosen once, kept in DIR/ports), beside DIR/../dovecot
#   postfix.sh stop DIR        ends it
#
# refuse@usagers.example.fr is answered 550, plus-tard@usagers.example.fr 450.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=ports.sh
. "$(dirname "${BASH_SOURCE[0]}")/ports.sh"

choose_ports() {
    local smtp submission
    read -r smtp submission < <(free_ports 2)
    printf 'smtp=%s\nsubmission=%s\n' "$smtp" "$submission" >"$dir/ports"
}

configure() {
    cat >"$dir/etc/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $dir/queue
data_directory = $dir/data
maillog_file = $dir/log
maillog_file_prefixes = $dir

myhostname = mx.example.fr
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
lmtp_host_lookup = native
smtpd_peername_lookup = no
# Mail comes from the wide world here: what it lacks (a Message-ID) is not added.
local_header_rewrite_clients =
message_size_limit = 100000000
virtual_mailbox_limit = 0

virtual_mailbox_domains = prefecture.example.fr, autre-prefecture.example.fr, usagers.example.fr
virtual_transport = lmtp:inet:127.0.0.1:$lmtp
default_transport = error:nothing leaves the test stand
relay_transport = \$default_transport
local_transport = \$default_transport
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{
    {refuse@usagers.example.fr = 550 5.1.1 this mailbox does not exist},
    {plus-tard@usagers.example.fr = 450 4.2.1 try again later} }

# A test waits for the next attempt: soon, then.
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
transport_retry_time = 1s
smtpd_error_sleep_time = 0
in_flow_delay = 0

smtpd_tls_cert_file = $certificates/server.pem
smtpd_tls_key_file = $certificates/server.key
smtpd_sasl_type = dovecot
smtpd_sasl_path = $dovecot/auth-for-postfix
CONF
    # service  type  private  unpriv  chroot  wakeup  maxproc  command
    cat >"$dir/etc/master.cf" <<CONF
127.0.0.1:$smtp inet n - n - - smtpd
127.0.0.1:$submission inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
CONF
}

start() {
    local smtp submission lmtp
    mkdir -p "$dir"/{etc,queue,data}
    chown postfix "$dir/data"
    [[ -e "$dir/ports" ]] || choose_ports
    # shellcheck source=/dev/null
    . "$dir/ports"
    # shellcheck source=/dev/null
    . "$dovecot/ports"
    configure
    postfix -c "$dir/etc" start </dev/null >"$dir/start.log" 2>&1 || { cat "$dir/start.log" "$dir/log" >&2; exit 1; }
    wait_for_port "$smtp" "$dir/log"
}

stop() {
    stop_group "$dir/queue/pid/master.pid"
}

[[ $# == 2 ]] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
mkdir -p "$2"
dir=$(cd "$2" && pwd)
certificates=$(dirname "$dir")/certificates
dovecot=$(dirname "$dir")/dovecot

case "$1" in
start) start ;;
stop) stop ;;
*) echo "postfix.sh: no such action: $1" >&2 && exit 2 ;;
esac
