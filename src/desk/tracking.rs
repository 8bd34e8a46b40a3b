//! The tracking sheet that a prefecture kept until now becomes cases: dated as they were, with the deadlines that held then. A
//! line is taken over once, however often the sheet is read; an answer that was noted in it since is noted.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{ActError, Desk, clocks};
use crate::{
    case::{Channel, Disposition, Ending, EventKind, Kind, State},
    mail::hexadecimal,
    store::{NewCase, NewMessage, Work},
    tracking::Line,
};

/// Lines of one transaction.
pub const BATCH: usize = 200;

/// Why a case without an answer is closed that is too old to be answered now.
const UNANSWERED: &str = "restée sans réponse dans la feuille de suivi";

/// How lines are taken over.
#[derive(Debug, Clone)]
pub struct TakeOver {
    /// The file, as the history of each case names it.
    pub file: String,
    /// What has no answer and was received before this day is closed, and stays a failure in the figures.
    pub close_before: Option<Date>,
    /// Who does it.
    pub by: String,
}

/// What became of lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenOver {
    /// New cases.
    pub new: usize,
    /// Of these, without an answer and to be answered.
    pub open: usize,
    /// Lines that were taken over before.
    pub known: usize,
    /// Of these, cases whose answer was noted now.
    pub completed: usize,
    /// Lines whose answer cannot be noted in the case that they became, and why.
    pub refused: Vec<(usize, String)>,
}

impl Desk {
    /// Takes over at most [`BATCH`] lines in one transaction. With `dry`, everything is done and nothing is written down.
    pub async fn take_over(&self, lines: &[Line], how: &TakeOver, dry: bool) -> Result<TakenOver, ActError> {
        let mut done = TakenOver::default();
        let keys: Vec<_> = lines.iter().map(key).collect();
        let mut work = self.store.begin().await?;
        let known = work.known_messages(&keys.iter().map(String::as_str).collect::<Vec<_>>()).await?;
        let mut answered_since = Vec::new();
        for (line, key) in lines.iter().zip(&keys) {
            let Some(message) = known.get(key) else {
                done.new += 1;
                done.open += usize::from(self.open_line(&mut work, line, key, how).await?);
                continue;
            };
            done.known += 1;
            if let (Some(case), Some(answered_at)) = (message.case_id, line.answered_at) {
                let case = work.case_of(case).await?;
                let day = |at| self.policy.calendar.date(at);
                let short = |at| day(at).strftime("%d/%m/%Y");
                let refuse = |why: String| {
                    (line.number, format!("{} : réponse du {} non reprise, {why}", case.reference, short(answered_at)))
                };
                match case.answered_at {
                    Some(known) if day(known) == day(answered_at) => {}
                    Some(known) => {
                        done.refused.push(refuse(format!("la demande est déjà répondue, le {}", short(known))))
                    }
                    None if !case.state.is_running() => {
                        done.refused.push(refuse(format!("la demande est {}", case.state.french())));
                    }
                    None if day(answered_at) < day(case.received_at) => {
                        done.refused
                            .push(refuse(format!("la demande est reçue depuis le {}", short(case.received_at))));
                    }
                    None => answered_since.push((line.number, case.reference, answered_at)),
                }
            }
        }
        if dry {
            done.completed = answered_since.len();
            return Ok(done);
        }
        work.commit().await?;
        for (number, reference, at) in answered_since {
            let from = format!("d'après la feuille « {} »", how.file);
            match self.answered_outside(&reference, at, &from, &how.by).await {
                Ok(_) => done.completed += 1,
                Err(ActError::Store(error)) => return Err(error.into()),
                // What agents did to the case meanwhile holds; the other lines do not wait for it.
                Err(refused) => done.refused.push((number, format!("{reference} : {refused}"))),
            }
        }
        Ok(done)
    }

    /// Opens the case of a line, with its end where it has one. Returns whether it is still to be answered.
    async fn open_line(&self, work: &mut Work, line: &Line, key: &str, how: &TakeOver) -> Result<bool, ActError> {
        let (policy, now) = (&self.policy, self.now());
        let Line { received_at, channel, kind, .. } = *line;
        let received_on = policy.calendar.date(received_at);
        let promise = policy.promise(channel, kind, received_at);
        let year = received_on.year();
        let reference = format!("{year}-{:06}", work.next_number(year).await?);
        let id = work
            .add_case(&NewCase {
                reference: reference.clone(),
                mailbox: String::new(),
                channel,
                service: line.service.clone(),
                kind,
                scope: line.scope,
                topic: line.topic,
                confidence: 1.0,
                evidence: "[]".into(),
                correspondent: line.address.clone(),
                correspondent_name: line.name.clone(),
                subject: line.subject.clone(),
                received_at,
                // The weekly summary counts what is opened this week: this was then.
                opened_at: received_at,
                due_at: promise.deadline.due.timestamp(),
                delay: promise.rule.delay.to_string(),
                to_confirm: false,
            })
            .await?;
        let octets = format!("{}\n{}\n{}\n", line.name, line.address, line.subject).into_bytes();
        let digest = hexadecimal(&Sha256::digest(&octets));
        work.keep_octets(&digest, &octets).await?;
        work.add_message(&NewMessage {
            content_key: key.to_owned(),
            digest,
            mailbox: String::new(),
            channel,
            message_id: String::new(),
            sender: line.address.clone(),
            sender_name: line.name.clone(),
            subject: line.subject.clone(),
            received_at,
            language: "fr".into(),
            text: String::new(),
            new_text: String::new(),
            attachments: "[]".into(),
            disposition: Disposition::Case,
            acknowledged: false,
            reason: "reprise d'une feuille de suivi".into(),
            case_id: Some(id),
        })
        .await?;
        clocks::begin(policy, work, id, &promise, kind, false, now);
        work.add_event(id, received_at, &how.by, EventKind::Opened, &came(channel));
        let from = format!("feuille « {} », ligne {}", how.file, line.number);
        work.add_event(id, now, &how.by, EventKind::Imported, &from);
        // Nobody waits for an answer to what asks for none.
        let asks = kind != Kind::None;
        let abandoned = !asks || how.close_before.is_some_and(|day| received_on < day);
        if line.answered_at.is_none() && !abandoned {
            return Ok(true);
        }
        let mut case = work.case_of(id).await?;
        match line.answered_at {
            Some(at) => {
                clocks::answered(work, id, at).await?;
                (case.state, case.first_reply_at, case.answered_at, case.ended_at) =
                    (State::Answered, Some(at), Some(at), Some(at));
                let days = policy.calendar.working_days_after(received_at, at);
                work.add_event(id, at, &how.by, EventKind::Answered, &days);
            }
            None => {
                let (at, why) = if asks { (now, UNANSWERED) } else { (received_at, Kind::None.french()) };
                clocks::without_object(work, id, (Ending::Closed, why), at).await?;
                (case.state, case.ended_at) = (State::Closed, Some(at));
                work.add_event(id, at, &how.by, EventKind::Closed, why);
            }
        }
        work.change_case(&case).await?;
        Ok(false)
    }

    /// Whether a line is without an answer and past its deadline already.
    pub fn is_overdue(&self, line: &Line) -> bool {
        let due = self.policy.promise(line.channel, line.kind, line.received_at).deadline.due;
        line.answered_at.is_none() && line.kind != Kind::None && due.timestamp() < self.now()
    }
}

fn came(channel: Channel) -> String {
    format!("reçue par {}, reprise d'une feuille de suivi", channel.french())
}

/// The content key of a line: the same however often the sheet is read, whatever was noted in it since.
fn key(line: &Line) -> String {
    let digest = hexadecimal(&Sha256::digest(line.identity.as_bytes()));
    format!("tracked {digest} {}", line.occurrence)
}
