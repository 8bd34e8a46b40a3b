-- What the prefecture's own people are told.

-- A mail to them. The slot makes each happen once: digest/2026-03-02/PERSON, weekly/2026-03-02/PERSON.
CREATE TABLE notice (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slot TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,                         -- warning, digest, weekly
    recipient TEXT NOT NULL,                    -- whose it is; a substitute may read it
    at BIGINT NOT NULL,
    empty BIGINT NOT NULL                       -- 1: there was nothing to say, and no mail
);
CREATE INDEX notice_by_recipient ON notice (kind, recipient, at);
CREATE INDEX notice_by_instant ON notice (kind, at);

-- One step of the escalation of one clock, for one person.
CREATE TABLE warning (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    clock_id BIGINT NOT NULL REFERENCES clock (id),
    step TEXT NOT NULL,                         -- J-2, J, J+5, or hold for a second holding reply
    role TEXT NOT NULL,
    meant_for TEXT NOT NULL,                    -- an address; empty when nobody is declared
    recipient TEXT NOT NULL,                    -- the same, or the substitute of one who is absent
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,                      -- written, overtaken, nobody
    notice_id BIGINT REFERENCES notice (id),
    UNIQUE (clock_id, step, role, meant_for)
);

-- Who is away, and who stands in.
CREATE TABLE absence (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person TEXT NOT NULL,
    first_day TEXT NOT NULL,                    -- 2026-03-02, where the prefecture is
    last_day TEXT NOT NULL,
    substitute TEXT NOT NULL,
    entered_at BIGINT NOT NULL,
    entered_by TEXT NOT NULL,
    removed_at BIGINT                           -- taken back before its end
);

-- The outbox takes mails that belong to no case. Its rows move, with new numbers: nothing refers to the old ones.
CREATE TABLE outgoing (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purpose TEXT NOT NULL,                      -- acknowledgement, notice
    case_id BIGINT REFERENCES cases (id),
    answers BIGINT REFERENCES message (id),
    notice_id BIGINT REFERENCES notice (id),
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
INSERT INTO outgoing (purpose, case_id, answers, message_id, envelope_from, recipient, bytes, state, attempts, uncertain,
                      next_at, last_answer, created_at, done_at, claimed_by)
SELECT purpose, case_id, answers, message_id, envelope_from, recipient, bytes, state, attempts, uncertain, next_at,
       last_answer, created_at, done_at, claimed_by
FROM outbox ORDER BY id;
DROP TABLE outbox;
ALTER TABLE outgoing RENAME TO outbox;
CREATE INDEX outbox_by_state ON outbox (state, next_at);
CREATE INDEX outbox_by_case ON outbox (case_id);
CREATE INDEX outbox_by_notice ON outbox (notice_id);
