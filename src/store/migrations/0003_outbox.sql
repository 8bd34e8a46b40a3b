-- What is to leave, and who is doing what.

CREATE TABLE outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purpose TEXT NOT NULL,                      -- acknowledgement
    case_id BIGINT NOT NULL REFERENCES cases (id),
    answers BIGINT NOT NULL REFERENCES message (id),
    message_id TEXT NOT NULL UNIQUE,            -- the same for every attempt
    envelope_from TEXT NOT NULL,                -- empty: the null sender
    recipient TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    state TEXT NOT NULL,                        -- waiting, sent, failed
    attempts BIGINT NOT NULL DEFAULT 0,
    uncertain BIGINT NOT NULL DEFAULT 0,        -- attempts whose answer was lost
    next_at BIGINT NOT NULL,
    last_answer TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    claimed_by TEXT NOT NULL DEFAULT '',        -- a daemon; its claims live as long as it does
    UNIQUE (purpose, answers)                   -- nobody is acknowledged twice for one message
);
CREATE INDEX outbox_by_state ON outbox (state, next_at);

-- The daemons that share the database. One that does not renew its row in time is dead, and all that it holds is free.
CREATE TABLE daemon (
    name TEXT NOT NULL PRIMARY KEY,
    alive_until BIGINT NOT NULL
);

-- Who reads which mailbox.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL
);
