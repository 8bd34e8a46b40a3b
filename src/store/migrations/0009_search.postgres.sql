-- The words of messages, without accents or case. Beyond a hundred thousand characters nobody searches, and a tsvector has
-- an end.

ALTER TABLE message ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', regexp_replace(
    translate(
        replace(replace(lower(left(subject || ' ' || sender || ' ' || sender_name || ' ' || new_text, 100000)), 'œ', 'oe'), 'æ', 'ae'),
        'àáâãäåçèéêëìíîïñòóôõöùúûüýÿ', 'aaaaaaceeeeiiiinooooouuuuyy'),
    '[^[:alnum:]]+', ' ', 'g'))) STORED;
CREATE INDEX message_by_words ON message USING gin (words);
