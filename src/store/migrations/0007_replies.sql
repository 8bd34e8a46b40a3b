-- What was written to correspondents, what it was made of, and the folders of the mailbox in which it is laid.

-- One letter of ours to a correspondent, besides the acknowledgement. Written once; its mail is in the outbox.
CREATE TABLE reply (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    purpose TEXT NOT NULL,                      -- answer, holding, transfer, handover, pieces
    message_id TEXT NOT NULL UNIQUE,            -- of its mail, without brackets
    recipient TEXT NOT NULL,                    -- as it stood when it was sent
    model TEXT NOT NULL,                        -- name of the model answer; empty: written freely
    version BIGINT NOT NULL,                    -- of the model answer
    edited BIGINT NOT NULL,                     -- 1: the agent changed the text of the model
    place BIGINT NOT NULL,                      -- 1 to 3: where it stood among the suggestions; 0: it did not
    subject TEXT NOT NULL,
    text TEXT NOT NULL,                         -- as it left, signature included
    signed_by TEXT NOT NULL,                    -- address of the agent who signs; empty: the service
    anonymous BIGINT NOT NULL,                  -- 1: signed without a name (CRPA L111-2)
    came_back_at BIGINT                         -- when it was known that it did not arrive
);
CREATE INDEX reply_by_case ON reply (case_id, id);

-- What agents chose for which questions: how often a model answer was sent for a question with this word. Words are kept
-- as hashes: what citizens wrote is not to be read in them.
CREATE TABLE habit (
    model TEXT NOT NULL,
    word BIGINT NOT NULL,                       -- 0: any question
    times BIGINT NOT NULL,
    PRIMARY KEY (model, word)
);
CREATE INDEX habit_by_word ON habit (word);

-- A case that is answered in another one. Its messages stay its own, so that undoing it moves nothing.
ALTER TABLE cases ADD COLUMN merged_into BIGINT REFERENCES cases (id);
ALTER TABLE cases ADD COLUMN state_before TEXT NOT NULL DEFAULT '';     -- before it was merged
ALTER TABLE cases ADD COLUMN came_back BIGINT NOT NULL DEFAULT 0;       -- 1: what we last wrote did not arrive
CREATE INDEX cases_by_merge ON cases (merged_into) WHERE merged_into IS NOT NULL;

-- Message-IDs that a reply found in the folder Sent answers, and that nobody knows yet: its question may come in later.
CREATE TABLE loose_end (
    named TEXT NOT NULL,
    message_id BIGINT NOT NULL REFERENCES message (id),
    PRIMARY KEY (named, message_id)
);

-- What is to be laid into a folder of a mailbox, or taken out of it: copies of what left, drafts.
CREATE TABLE filing (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mailbox TEXT NOT NULL,
    folder TEXT NOT NULL,                       -- sent, drafts
    doing TEXT NOT NULL,                        -- put, remove
    case_id BIGINT NOT NULL REFERENCES cases (id),
    message_id TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    state TEXT NOT NULL,                        -- waiting, done, failed
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT NOT NULL,
    last_answer TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    claimed_by TEXT NOT NULL DEFAULT '',
    UNIQUE (message_id, folder, doing)          -- a draft is laid once, a copy too
);
CREATE INDEX filing_by_state ON filing (state, next_at);
CREATE INDEX filing_by_case ON filing (case_id);

-- What must stay the same as long as the database lives, and be known to nobody else: the key of our Message-IDs.
CREATE TABLE secret (
    name TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);
