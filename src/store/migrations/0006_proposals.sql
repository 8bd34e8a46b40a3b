-- What the machine proposed, and what people made of it.

-- What a case was taken for when it was opened. Never changed afterwards.
CREATE TABLE proposal (
    case_id BIGINT NOT NULL PRIMARY KEY REFERENCES cases (id),
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    topic TEXT NOT NULL,
    service TEXT NOT NULL,                      -- who should answer; another one than the mailbox's: a transfer is proposed
    route TEXT NOT NULL,                        -- why that service, in words
    flags TEXT NOT NULL,                        -- words, a blank between
    answers TEXT NOT NULL,                      -- JSON: model answer, how likely it fits
    certainty TEXT NOT NULL,                    -- JSON: axis, confidence, second word, sure
    model TEXT NOT NULL                         -- version of the learned model
);

-- What an agent said instead, or confirmed: then before and after are the same.
CREATE TABLE correction (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    axis TEXT NOT NULL,                         -- kind, scope, topic
    before TEXT NOT NULL,
    after TEXT NOT NULL
);
CREATE INDEX correction_by_case ON correction (case_id);
