#!/bin/bash
# A private Dovecot on loopback. Every address of the three example domains is a mailbox, its password is `sesame-4711`.
#
#   dovecot.sh start DIR       starts it in DIR (ports chosen once, kept in DIR/ports), given DIR/../certificates
#   dovecot.sh stop DIR        ends it, with all its connections
#   dovecot.sh restart DIR     stop, then start on the same ports with the same mail
#   dovecot.sh reset-uids DIR USER [FOLDER]
#                              what a restored or migrated server does: the folder (INBOX, or as it is called on disk:
#                              `.Sent`) gets a new UIDVALIDITY and its messages are numbered from 1 again
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=ports.sh
. "$(dirname "${BASH_SOURCE[0]}")/ports.sh"

choose_ports() {
    local imap imaps lmtp
    read -r imap imaps lmtp < <(free_ports 3)
    printf 'imap=%s\nimaps=%s\nlmtp=%s\n' "$imap" "$imaps" "$lmtp" >"$dir/ports"
}

configure() {
    cat <<CONF
base_dir = $dir/run
state_dir = $dir/state
log_path = $dir/log
protocols = imap lmtp
listen = 127.0.0.1

ssl = yes
ssl_cert = <$certificates/server.pem
ssl_key = <$certificates/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login

# Tests give wrong passwords on purpose and at the same time: no penalty for that.
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
mail_max_userip_connections = 0

passdb {
  driver = static
  args = password=sesame-4711
  username_filter = *@prefecture.example.fr *@autre-prefecture.example.fr *@usagers.example.fr
}
# Nobody else: without a database that looks and finds nobody, Dovecot speaks of a failure of its own.
passdb {
  driver = passwd-file
  args = /dev/null
}
userdb {
  driver = static
  # Dovecot opens no mail as root.
  args = uid=mail gid=mail home=$dir/mail/%Lu allow_all_users=yes
}
first_valid_uid = 1
first_valid_gid = 1

mail_location = maildir:~
mail_fsync = never
# Should the machine have no inotify watch left, IDLE still notices.
mailbox_idle_check_interval = 1 secs
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
  mailbox Drafts {
    auto = subscribe
    special_use = \\Drafts
  }
  mailbox "Traités" {
    auto = subscribe
    special_use = \\Archive
  }
}

service imap-login {
  inet_listener imap {
    port = $imap
  }
  inet_listener imaps {
    port = $imaps
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = $lmtp
  }
}
# Postfix asks here who may submit mail.
service auth {
  unix_listener $dir/auth-for-postfix {
    mode = 0666
  }
}
CONF
}

start() {
    local imap imaps lmtp
    mkdir -p "$dir/mail"
    chown mail:mail "$dir/mail"
    [[ -e "$dir/ports" ]] || choose_ports
    # shellcheck source=/dev/null
    . "$dir/ports"
    configure >"$dir/dovecot.conf"
    dovecot -c "$dir/dovecot.conf" </dev/null >"$dir/start.log" 2>&1 || { cat "$dir/start.log" >&2; exit 1; }
    wait_for_port "$imap" "$dir/log"
    wait_for_port "$lmtp" "$dir/log"
}

stop() {
    stop_group "$dir/run/master.pid"
}

reset_uids() {
    local folder="$dir/mail/$1/${2:-}"
    rm -f "$folder"/dovecot-uidlist "$folder"/dovecot.index*
}

[[ $# -ge 2 ]] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
action=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
certificates=$(dirname "$dir")/certificates
shift 2

case "$action" in
start) start ;;
stop) stop ;;
restart) stop && start ;;
reset-uids) reset_uids "$@" ;;
*) echo "dovecot.sh: no such action: $action" >&2 && exit 2 ;;
esac
