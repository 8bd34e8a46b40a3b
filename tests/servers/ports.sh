# shellcheck shell=bash
# Sourced: ports on loopback and the processes behind them.

# free_ports N: N ports nobody listens on. Below the range from which the kernel takes the ports of outgoing
# connections, so that a server that is restarted finds its port as it left it; at random, so that two runs at the same
# time do not meet.
free_ports() {
    python3 - "$1" <<'PYTHON'
import random, socket, sys

held = []
for port in random.sample(range(20000, 32000), 1000):
    candidate = socket.socket()
    try:
        candidate.bind(("127.0.0.1", port))
    except OSError:
        continue
    held.append(candidate)
    if len(held) == int(sys.argv[1]):
        break
print(*(candidate.getsockname()[1] for candidate in held))
PYTHON
}

# wait_for_port PORT LOG: until a server answers there, 20 seconds at most; then its log says why it does not.
wait_for_port() {
    for _ in {1..400}; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return; fi
        sleep 0.05
    done
    echo "nothing listens on port $1; the end of $2 says:" >&2
    tail -n 20 "$2" >&2
    return 1
}

# stop_group PID_FILE: ends the server and its children (one process group, led by the process in PID_FILE) and waits
# for the last of them, since a child may still hold the port.
stop_group() {
    [[ -s "$1" ]] || return 0
    local group
    group=$(<"$1")
    group=${group// /}
    kill -TERM -- "-$group" 2>/dev/null || return 0
    for _ in {1..100}; do
        pgrep -g "$group" -r D,R,S >/dev/null || return 0
        sleep 0.05
    done
    kill -KILL -- "-$group"
}
