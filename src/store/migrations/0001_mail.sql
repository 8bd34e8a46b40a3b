-- The mail as it came: octets first, then what was read in them.

-- The octets of a message, once, however many mailboxes it was delivered to.
CREATE TABLE raw_message (
    digest TEXT NOT NULL PRIMARY KEY,           -- SHA-256 of the octets, hexadecimal
    octets BIGINT NOT NULL,
    bytes BYTEA NOT NULL
);

-- A functional mailbox as it was last seen.
CREATE TABLE mailbox (
    id TEXT NOT NULL PRIMARY KEY,
    activated_at BIGINT NOT NULL,               -- instants are milliseconds, UTC
    uid_validity BIGINT NOT NULL DEFAULT 0,
    last_uid BIGINT NOT NULL DEFAULT 0,
    last_pass_at BIGINT,                        -- the last pass that went through
    on_server BIGINT NOT NULL DEFAULT 0,        -- the reconciliation of that pass
    kept BIGINT NOT NULL DEFAULT 0,
    missing BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,         -- passes that failed since
    last_error TEXT NOT NULL DEFAULT ''
);

-- One message as somebody wrote it, whatever the number of deliveries.
CREATE TABLE message (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    content_key TEXT NOT NULL UNIQUE,           -- the same for every delivery of the same message
    digest TEXT NOT NULL REFERENCES raw_message (digest),
    mailbox TEXT NOT NULL,
    channel TEXT NOT NULL,
    message_id TEXT NOT NULL,                   -- without brackets; empty when it has none
    sender TEXT NOT NULL,                       -- address in lower case; empty when it has none
    sender_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    new_text TEXT NOT NULL,
    attachments TEXT NOT NULL,                  -- JSON: name, content_type, size, digest
    disposition TEXT NOT NULL,
    acknowledged BIGINT NOT NULL,
    reason TEXT NOT NULL,                       -- why it was not acknowledged, in words
    case_id BIGINT
);
CREATE INDEX message_by_message_id ON message (message_id);
CREATE INDEX message_by_sender ON message (sender, received_at);
CREATE INDEX message_by_case ON message (case_id);

-- One delivery into one mailbox. A row stays when the server forgets the message: what was seen is never taken twice.
CREATE TABLE receipt (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mailbox TEXT NOT NULL,
    server_key TEXT NOT NULL,                   -- UIDVALIDITY/UID, or the base name of a Maildir file
    digest TEXT NOT NULL REFERENCES raw_message (digest),
    whole BIGINT NOT NULL,                      -- 0: larger than the limit, only its headers were fetched
    octets BIGINT NOT NULL,                     -- the size that the server announced
    received_at BIGINT NOT NULL,                -- INTERNALDATE
    kept_at BIGINT NOT NULL,
    state TEXT NOT NULL,                        -- kept, handled, set_aside
    attempts BIGINT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    message_id BIGINT REFERENCES message (id),
    told BIGINT NOT NULL DEFAULT 0,             -- 1: the server has been told (flag, move)
    UNIQUE (mailbox, server_key)
);
CREATE INDEX receipt_by_state ON receipt (mailbox, state, id);
CREATE INDEX receipt_to_tell ON receipt (mailbox, told, state);
CREATE INDEX receipt_by_message ON receipt (message_id);
