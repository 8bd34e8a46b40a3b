-- The matters of the correspondents, and what happened to them.

CREATE TABLE reference_counter (
    year BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE cases (                            -- CASE is a word of SQL
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,             -- 2026-000123
    mailbox TEXT NOT NULL,
    channel TEXT NOT NULL,
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    topic TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    evidence TEXT NOT NULL,                     -- JSON: source, detail, weight
    state TEXT NOT NULL,
    correspondent TEXT NOT NULL,                -- address in lower case; empty when there is none
    correspondent_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    delay TEXT NOT NULL,                        -- the rule that gave due_at, in words
    acknowledged_at BIGINT                      -- when the acknowledgement was written, if one was
);
CREATE INDEX cases_by_due ON cases (state, due_at);

-- The history of a case. Rows are only ever added.
CREATE TABLE event (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,                        -- releve, citizen, or an agent
    kind TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX event_by_case ON event (case_id, id);
