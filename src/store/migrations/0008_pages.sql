-- Who may open the pages, what they did there, what they are writing, and how the queue is found. Addresses of our own
-- people are in lower case, as in the configuration.

CREATE TABLE account (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL DEFAULT '',          -- argon2id, as a PHC string; empty: none was chosen yet
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE access (
    account_id BIGINT NOT NULL REFERENCES account (id),
    access TEXT NOT NULL,                       -- agent, manager, quality_officer, administrator
    service TEXT NOT NULL,                      -- its key; empty: every service
    PRIMARY KEY (account_id, access, service)
);

-- Of what somebody holds in their hands, only the SHA-256 is kept: who reads the database comes in nowhere.
CREATE TABLE invitation (
    token TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT                              -- used, or replaced by a later one
);
CREATE INDEX invitation_by_account ON invitation (account_id);

CREATE TABLE session (
    token TEXT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    begun_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT                             -- logged out, or revoked
);
CREATE INDEX session_by_account ON session (account_id);

CREATE TABLE login_failure (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    typed TEXT NOT NULL,                        -- SHA-256 of the address that was typed
    at BIGINT NOT NULL
);
CREATE INDEX login_failure_by_typed ON login_failure (typed, at);

CREATE TABLE audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,                        -- address of the account, or who typed the command
    doing TEXT NOT NULL,
    about TEXT NOT NULL,                        -- a reference, an address of ours, a mailbox; never what a citizen wrote
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_about ON audit (about, id);
CREATE INDEX audit_by_actor ON audit (actor, id);

CREATE TABLE writing (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    person TEXT NOT NULL,
    kind TEXT NOT NULL,                         -- answer, holding, pieces, transfer, handover
    fields TEXT NOT NULL,                       -- JSON: the form as it was left
    saved_at BIGINT NOT NULL,
    step TEXT,                                  -- JSON: what is done when it leaves; NULL: a draft
    seen TEXT NOT NULL DEFAULT '',              -- digest of the letter as it was shown; it leaves like that or not at all
    leaves_at BIGINT,                           -- until then it can be taken back
    failure TEXT NOT NULL DEFAULT '',           -- why it did not leave after all
    UNIQUE (case_id, person, kind)
);
CREATE INDEX writing_by_departure ON writing (leaves_at) WHERE leaves_at IS NOT NULL;
CREATE INDEX writing_by_person ON writing (person);

CREATE TABLE looking (
    case_id BIGINT NOT NULL REFERENCES cases (id),
    person TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, person)
);

CREATE TABLE model_change (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind TEXT NOT NULL,                         -- folder of its file
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    version BIGINT NOT NULL,                    -- the one that it changes
    subject TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    text TEXT NOT NULL,
    why TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',           -- approved, refused; empty: it waits
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    decided_why TEXT NOT NULL DEFAULT ''
);
CREATE INDEX model_change_by_outcome ON model_change (outcome, id);
CREATE INDEX reply_by_model ON reply (model, at);

-- Whether an agent has still to say what it is.
ALTER TABLE cases ADD COLUMN to_confirm BIGINT NOT NULL DEFAULT 0;
UPDATE cases SET to_confirm = 1
WHERE id IN (SELECT case_id FROM proposal WHERE certainty LIKE '%"sure":false%')
  AND id NOT IN (SELECT case_id FROM correction);

-- The queue is those that run, the most urgent first; everything else is looked for by its reception. What the queue counts by
-- stands in the index: counting ten thousand cases reads none of them.
DROP INDEX cases_by_due;
CREATE INDEX cases_running ON cases (due_at, id, service, agent, to_confirm, mailbox, kind, topic, state)
    WHERE state IN ('open', 'held', 'asked');
CREATE INDEX cases_by_reception ON cases (received_at, id);
