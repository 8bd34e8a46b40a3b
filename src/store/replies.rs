//! What was written to correspondents, and what agents usually choose.

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row};

use super::{
    Store, StoreError, Work, at, flag,
    later::{ROWS, rows},
    maybe_at, millis, word,
};
use crate::case::LetterKind;

/// A letter of ours to a correspondent, as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReply {
    /// What it is for.
    pub kind: LetterKind,
    /// Our Message-ID, without brackets.
    pub message_id: String,
    /// Where it goes.
    pub recipient: String,
    /// Name of the model answer; empty: written freely.
    pub model: String,
    /// Version of the model answer.
    pub version: u32,
    /// Whether the agent changed the text of the model.
    pub edited: bool,
    /// 1 to 3: where the model stood among the suggestions; 0: it did not.
    pub place: usize,
    /// On one line.
    pub subject: String,
    /// The text as it leaves, signature included.
    pub text: String,
    /// Address of the agent who signs; empty: the service.
    pub signed_by: String,
    /// Whether the signature bears no name.
    pub anonymous: bool,
    /// Whether it leads to the survey.
    pub surveyed: bool,
}

/// A letter that was written.
#[derive(Debug, Clone)]
pub struct ReplyRow {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// The letter.
    pub letter: NewReply,
    /// When it was known that it did not arrive.
    pub came_back_at: Option<Timestamp>,
}

/// What agents chose for questions that have a word in common with this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habit {
    /// Name of the model answer.
    pub model: String,
    /// The word, hashed; 0: any question.
    pub word: i64,
    /// How often.
    pub times: i64,
}

impl Work {
    /// Writes a letter down.
    pub async fn add_reply(
        &mut self,
        case: i64,
        now: Timestamp,
        actor: &str,
        letter: &NewReply,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO reply (case_id, at, actor, purpose, message_id, recipient, model, version, edited, place, subject,
                                text, signed_by, anonymous, surveyed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(case)
        .bind(millis(now))
        .bind(actor)
        .bind(letter.kind.word())
        .bind(&letter.message_id)
        .bind(&letter.recipient)
        .bind(&letter.model)
        .bind(i64::from(letter.version))
        .bind(i64::from(letter.edited))
        .bind(letter.place as i64)
        .bind(&letter.subject)
        .bind(&letter.text)
        .bind(&letter.signed_by)
        .bind(i64::from(letter.anonymous))
        .bind(i64::from(letter.surveyed))
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// How many letters of ours a case has had.
    pub async fn reply_count(&mut self, case: i64) -> Result<i64, StoreError> {
        let query = sqlx::query("SELECT COUNT(*) AS replies FROM reply WHERE case_id = $1").bind(case);
        Ok(query.fetch_one(&mut *self.transaction).await?.try_get("replies")?)
    }

    /// The words of the last letter of a case, and when it was written.
    pub async fn last_text(&mut self, case: i64) -> Result<Option<(String, Timestamp)>, StoreError> {
        let query = sqlx::query("SELECT text, at FROM reply WHERE case_id = $1 ORDER BY id DESC LIMIT 1").bind(case);
        let row = query.fetch_optional(&mut *self.transaction).await?;
        Ok(row.map(|row| Ok::<_, sqlx::Error>((row.try_get("text")?, at(&row, "at")?))).transpose()?)
    }

    /// A letter that did not arrive is sent again, as of now.
    pub async fn sent_again(&mut self, message_id: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE reply SET at = $1, came_back_at = NULL WHERE message_id = $2")
            .bind(millis(now))
            .bind(message_id)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// A letter did not arrive. False: that was known.
    pub async fn came_back(&mut self, message_id: &str, now: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE reply SET came_back_at = $1 WHERE message_id = $2 AND came_back_at IS NULL")
            .bind(millis(now))
            .bind(message_id)
            .execute(&mut *self.transaction)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// What agents chose for questions with these words, and for any question.
    pub async fn habits(&mut self, words: &[i64]) -> Result<Vec<Habit>, StoreError> {
        let mut habits = Vec::new();
        for words in [&[0], words].concat().chunks(ROWS) {
            let list = rows(1, words.len());
            let statement = format!("SELECT model, word, times FROM habit WHERE word IN {list} ORDER BY model, word");
            let query = words.iter().fold(sqlx::query(AssertSqlSafe(statement)), |query, word| query.bind(*word));
            for row in query.fetch_all(&mut *self.transaction).await? {
                habits.push(Habit {
                    model: row.try_get("model")?,
                    word: row.try_get("word")?,
                    times: row.try_get("times")?,
                });
            }
        }
        Ok(habits)
    }

    /// An agent chose this model answer for a question with these words.
    pub async fn choose(&mut self, model: &str, words: &[i64]) -> Result<(), StoreError> {
        // In one order, so that two agents never wait for each other in a circle.
        let mut words = [&[0], words].concat();
        words.sort_unstable();
        words.dedup();
        for words in words.chunks(ROWS) {
            let values = (0..words.len()).map(|word| format!("($1, ${}, 1)", word + 2)).collect::<Vec<_>>().join(", ");
            let statement = format!(
                "INSERT INTO habit (model, word, times) VALUES {values}
                 ON CONFLICT (model, word) DO UPDATE SET times = habit.times + 1"
            );
            let query = sqlx::query(AssertSqlSafe(statement)).bind(model);
            let query = words.iter().fold(query, |query, word| query.bind(*word));
            query.execute(&mut *self.transaction).await?;
        }
        Ok(())
    }
}

impl Store {
    /// The letters that a case has had, the oldest first.
    pub async fn replies(&self, case: i64) -> Result<Vec<ReplyRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT at, actor, purpose, message_id, recipient, model, version, edited, place, subject, text, signed_by,
                    anonymous, surveyed, came_back_at
             FROM reply WHERE case_id = $1 ORDER BY id",
        )
        .bind(case)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ReplyRow {
                    at: at(row, "at")?,
                    actor: row.try_get("actor")?,
                    letter: NewReply {
                        kind: word(row, "purpose")?,
                        message_id: row.try_get("message_id")?,
                        recipient: row.try_get("recipient")?,
                        model: row.try_get("model")?,
                        version: u32::try_from(row.try_get::<i64, _>("version")?).unwrap_or_default(),
                        edited: flag(row, "edited")?,
                        place: usize::try_from(row.try_get::<i64, _>("place")?).unwrap_or_default(),
                        subject: row.try_get("subject")?,
                        text: row.try_get("text")?,
                        signed_by: row.try_get("signed_by")?,
                        anonymous: flag(row, "anonymous")?,
                        surveyed: flag(row, "surveyed")?,
                    },
                    came_back_at: maybe_at(row, "came_back_at")?,
                })
            })
            .collect()
    }
}
