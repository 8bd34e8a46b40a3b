-- The words of messages, without accents or case: letters are taken apart (NFKD) and their accents left out, as `fold` does
-- with what is looked for. Beyond a hundred thousand characters nobody searches, and a tsvector has an end.

ALTER TABLE message ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', regexp_replace(regexp_replace(
    normalize(
        replace(replace(lower(left(subject || ' ' || sender || ' ' || sender_name || ' ' || new_text, 100000)), 'œ', 'oe'), 'æ', 'ae'),
        NFKD),
    '[\u0300-\u036f]+', '', 'g'), '[^[:alnum:]]+', ' ', 'g'))) STORED;
CREATE INDEX message_by_words ON message USING gin (words);
