-- The words of messages, without accents or case. The table keeps no text, only where each word stands.

CREATE VIRTUAL TABLE message_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 2');

CREATE TRIGGER message_words_of_new AFTER INSERT ON message BEGIN
    INSERT INTO message_words (rowid, words) VALUES (new.id,
        replace(replace(new.subject || ' ' || new.sender || ' ' || new.sender_name || ' ' || new.new_text, 'œ', 'oe'), 'Œ', 'oe'));
END;

CREATE TRIGGER message_words_of_gone AFTER DELETE ON message BEGIN
    DELETE FROM message_words WHERE rowid = old.id;
END;

CREATE TRIGGER message_words_of_changed AFTER UPDATE OF subject, sender, sender_name, new_text ON message BEGIN
    DELETE FROM message_words WHERE rowid = old.id;
    INSERT INTO message_words (rowid, words) VALUES (new.id,
        replace(replace(new.subject || ' ' || new.sender || ' ' || new.sender_name || ' ' || new.new_text, 'œ', 'oe'), 'Œ', 'oe'));
END;

INSERT INTO message_words (rowid, words)
SELECT id, replace(replace(subject || ' ' || sender || ' ' || sender_name || ' ' || new_text, 'œ', 'oe'), 'Œ', 'oe') FROM message;
