#!/usr/bin/env python3
"""Takes the time for benches/intake.sh.

intake_measure.py stream PORT MAILBOX                            reads the whole INBOX by IMAP and keeps nothing
intake_measure.py releve COUNT DATABASE QUERY COMMAND...         runs COMMAND until QUERY says COUNT, then ends it

DATABASE is a SQLite file or a postgres:// address.
"""

import imaplib
import resource
import sqlite3
import subprocess
import sys
import time

PATIENCE = 600


def stream(port, mailbox):
    session = imaplib.IMAP4("127.0.0.1", int(port), timeout=PATIENCE)
    session.login(mailbox, "sesame-4711")
    count = int(session.select("INBOX", readonly=True)[1][0])
    before = time.monotonic()
    session.fetch("1:*", "(UID INTERNALDATE BODY.PEEK[])")
    report(count, time.monotonic() - before)
    session.logout()


def releve(count, database, query, *command):
    count = int(count)
    if database.startswith("postgres:"):
        session = postgres_progress(database, query)
        progress = lambda: next(session)
    else:
        progress = lambda: sqlite_progress(database, query)
    before = time.monotonic()
    daemon = subprocess.Popen(command)
    try:
        while progress() < count:
            if daemon.poll() is not None:
                sys.exit(f"{command[0]} ended by itself, code {daemon.returncode}")
            if time.monotonic() - before > PATIENCE:
                sys.exit(f"still not done after {PATIENCE} s")
            time.sleep(0.01)
        elapsed = time.monotonic() - before
    finally:
        daemon.terminate()
        daemon.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    report(count, elapsed, used.ru_utime + used.ru_stime, used.ru_maxrss)


def sqlite_progress(database, query):
    """What the database says; nothing yet while the daemon is still making it."""
    try:
        reader = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        try:
            return reader.execute(query).fetchone()[0]
        finally:
            reader.close()
    except sqlite3.OperationalError:
        return 0


def postgres_progress(database, query):
    """The same, asked in one session: a client for every question would take the processor from what is measured."""
    session = subprocess.Popen(["psql", "-qAtX", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    while True:
        session.stdin.write(f"{query};\n\\echo end\n")
        session.stdin.flush()
        answer = list(iter(session.stdout.readline, "end\n"))
        yield int(answer[0]) if answer else 0


def report(count, elapsed, cpu=None, kilobytes=None):
    line = f"{count} messages in {elapsed:.2f} s, {count / elapsed:.0f} a second"
    if cpu is not None:
        line += f", {cpu:.2f} s of CPU, {kilobytes // 1024} MB of memory at most"
    print(line)


if __name__ == "__main__":
    {"stream": stream, "releve": releve}[sys.argv[1]](*sys.argv[2:])
