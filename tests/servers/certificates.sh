#!/bin/bash
# certificates.sh DIR: an authority (ca.pem), a certificate of its making for localhost and 127.0.0.1 (server.pem,
# server.key), and an authority that signed nothing (wrong-ca.pem), for the tests in which trust must fail.
set -euo pipefail
mkdir -p "$1"
cd "$1"

certificate() { # NAME SUBJECT EXTENSION…
    local name=$1 subject=$2
    shift 2
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -subj "/CN=$subject" -keyout "$name.key" -out "$name.pem" "$@" 2>openssl.log || { cat openssl.log >&2; exit 1; }
}

certificate ca "Autorité des essais" -addext keyUsage=critical,keyCertSign
certificate wrong-ca "Autorité inconnue" -addext keyUsage=critical,keyCertSign
certificate server localhost -CA ca.pem -CAkey ca.key \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE
