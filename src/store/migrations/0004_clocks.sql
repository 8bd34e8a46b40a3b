-- What of a case is due when, by which rule, and what happened to it.

ALTER TABLE cases ADD COLUMN agent TEXT NOT NULL DEFAULT '';      -- to whom it was given: an address; empty: nobody
ALTER TABLE cases ADD COLUMN holds BIGINT NOT NULL DEFAULT 0;     -- holding replies since it was last opened
ALTER TABLE cases ADD COLUMN first_reply_at BIGINT;               -- the first reply of any kind but the acknowledgement
ALTER TABLE cases ADD COLUMN answered_at BIGINT;                  -- the first reply on substance
ALTER TABLE cases ADD COLUMN ended_at BIGINT;                     -- when it was answered, handed over or closed

-- One thing that is due. A rule that changes leaves the rows of older cases as they are: a row says all that is needed to
-- explain it. A deadline that changes ends its row and begins another.
CREATE TABLE clock (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    purpose TEXT NOT NULL,                      -- answer, announced, receipt, acknowledgement, silence
    rule TEXT NOT NULL,                         -- the delay in words
    source TEXT NOT NULL,                       -- where the rule is written
    in_force TEXT NOT NULL,                     -- the day since which it is; empty when nobody said
    starts_at BIGINT NOT NULL,                  -- from what instant its days are counted
    due_at BIGINT NOT NULL,
    days TEXT NOT NULL,                         -- JSON: every day, its number or null, why it is closed or null
    begun_at BIGINT NOT NULL,
    met_at BIGINT,                              -- when what is due was done
    ended_at BIGINT,                            -- met, without object, or replaced by a later row
    ended_why TEXT NOT NULL DEFAULT '',
    drives BIGINT NOT NULL DEFAULT 0,           -- 1: the escalation follows this one
    wake_at BIGINT                              -- when the watch has to look at it; NULL: never again
);
CREATE INDEX clock_by_case ON clock (case_id, id);
CREATE INDEX clock_by_wake ON clock (wake_at) WHERE wake_at IS NOT NULL AND drives = 1;
CREATE INDEX clock_unmet ON clock (purpose, due_at) WHERE ended_at IS NULL;
CREATE INDEX cases_by_opening ON cases (opened_at);
CREATE INDEX event_by_kind ON event (kind, at);

-- The cases of older versions keep the deadline that they had; the watch looks at them when it first wakes.
INSERT INTO clock (case_id, purpose, rule, source, in_force, starts_at, due_at, days, begun_at, drives, wake_at)
SELECT id, 'answer', delay, 'règle en vigueur à l''ouverture de la demande', '', received_at, due_at, '[]', opened_at, 1,
       opened_at
FROM cases;
