-- What the figures are made of, what was published of them, and what else is asked of citizens.

-- How a clock ended, as a word; empty while it runs.
ALTER TABLE clock ADD COLUMN ended_how TEXT NOT NULL DEFAULT '';
UPDATE clock SET ended_how = CASE
    WHEN met_at IS NOT NULL THEN 'met'
    WHEN ended_why IN ('classement ou réception corrigés', 'le message est devenu une autre demande',
                       'réorientée vers un autre service', 'boîte corrigée', 'une autre date a été annoncée',
                       'reçue autrement que par voie électronique') THEN 'replaced'
    WHEN ended_why = 'l''usager a envoyé ce qui manquait' THEN 'pieces'
    WHEN ended_why LIKE 'transmise à %' THEN 'handed_over'
    WHEN ended_why LIKE 'réunie à la demande %' THEN 'merged'
    ELSE 'closed' END
WHERE ended_at IS NOT NULL;
-- The figures of a month read all clocks of its cases: from the index alone, past what explains each deadline.
DROP INDEX clock_by_case;
CREATE INDEX clock_by_case ON clock (case_id, id, purpose, starts_at, due_at, met_at, ended_at, ended_how);
CREATE INDEX clock_by_deadline ON clock (purpose, due_at, case_id);
CREATE INDEX reply_by_instant ON reply (purpose, at);

-- A month as it was published. A later edition says why it takes the place of the one before, which stays.
CREATE TABLE published_month (
    month TEXT NOT NULL,                        -- 2026-03
    edition BIGINT NOT NULL,                    -- from 1
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,                        -- who published it
    why TEXT NOT NULL,                          -- empty for the first edition
    figures TEXT NOT NULL,                      -- JSON: the tally of each service
    PRIMARY KEY (month, edition)
);

-- The cases behind a published month, as they stood then. No name, no address, no text: they stay when a person is erased.
CREATE TABLE published_fact (
    month TEXT NOT NULL,
    edition BIGINT NOT NULL,
    reference TEXT NOT NULL,
    service TEXT NOT NULL,
    fact TEXT NOT NULL,                         -- JSON
    PRIMARY KEY (month, edition, reference)
);

-- What users said in the survey to which answers lead, month by month.
CREATE TABLE satisfaction (
    month TEXT NOT NULL,
    service TEXT NOT NULL,                      -- empty: the whole prefecture
    answers BIGINT NOT NULL,
    satisfied BIGINT NOT NULL,
    entered_at BIGINT NOT NULL,
    entered_by TEXT NOT NULL,
    PRIMARY KEY (month, service)
);

-- A mystery mail of a campaign, and how it was answered (domain.md §1.5).
CREATE TABLE mystery_mail (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign TEXT NOT NULL,
    sent_on TEXT NOT NULL,                      -- 2026-03-02
    service TEXT NOT NULL,
    reference TEXT NOT NULL,                    -- the case it became, or empty
    marks TEXT NOT NULL,                        -- JSON: criterion, whether it is kept; one that is not there has no object
    remark TEXT NOT NULL,
    entered_at BIGINT NOT NULL,
    entered_by TEXT NOT NULL
);
CREATE INDEX mystery_mail_by_day ON mystery_mail (sent_on, id);

-- Whether the letter bore the link to the survey.
ALTER TABLE reply ADD COLUMN surveyed BIGINT NOT NULL DEFAULT 0;
