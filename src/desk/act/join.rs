//! Cases that are one matter, and messages that are another: each can be undone. A case that is answered in another one
//! keeps its messages, its clocks and its history; undoing it moves nothing.

use jiff::Timestamp;

use super::{ActError, Hand};
use crate::{
    calendar::in_words,
    case::{Act, Disposition, Ending, EventKind},
    desk::{Desk, Route, clocks},
    mail,
    store::{CaseSummary, NewCase, Received, Work},
    triage::Classification,
};

fn merged(into: &str) -> String {
    format!("réunie à la demande {into}")
}

impl Desk {
    /// The case `reference` is answered in the case `into` from now on: the older one, so that the first date counts. Where
    /// they have different correspondents, `both` says that this is meant: the answer will go to that of `into` alone.
    pub async fn merge(&self, reference: &str, into: &str, both: bool, by: &str) -> Result<CaseSummary, ActError> {
        let refuse = |text: String| Err(ActError::Refused(text));
        if reference == into {
            return refuse("une demande ne se réunit pas à elle-même".into());
        }
        let mut work = self.store.begin().await?;
        let (mut case, target) = both_to_change(&mut work, reference, into).await?;
        let before = case.state;
        case.state = before.after(Act::Merge)?;
        // Whatever ended it, an answer that is due must not be lost in a case that is over.
        target.state.after(Act::Merge).map_err(|unfit| ActError::Refused(format!("{into} : {unfit}")))?;
        if (target.received_at, target.id) > (case.received_at, case.id) {
            return refuse(format!(
                "réunissez plutôt {into} à {reference}, la plus ancienne : c'est la première date qui compte"
            ));
        }
        if case.correspondent != target.correspondent && !both {
            return refuse(format!(
                "les correspondants ne sont pas les mêmes : la réponse irait à celui de {into} seulement ; si c'est bien la même personne, dites-le (ligne de commande : --different-correspondents)"
            ));
        }
        let now = self.now();
        work.merge_into(case.id, target.id, before).await?;
        case.ended_at = Some(now);
        clocks::without_object(&mut work, case.id, (Ending::Merged, &merged(into)), now).await?;
        work.add_event(case.id, now, by, EventKind::Merged, &format!("répondue dans la demande {into}"));
        work.add_event(target.id, now, by, EventKind::Merged, &format!("répond aussi à la demande {reference}"));
        self.retire_drafts(&mut work, case.id, now).await?;
        work.change_case(&case).await?;
        work.commit().await?;
        Ok(case)
    }

    /// A case that was merged stands for itself again, with its dates.
    pub async fn separate(&self, reference: &str, by: &str) -> Result<CaseSummary, ActError> {
        let mut work = self.store.begin().await?;
        let into = match work.case_of_reference(reference).await? {
            Some((case, _)) => work.merged_into(case).await?,
            None => return Err(ActError::Unknown(reference.to_owned())),
        };
        let into = into.ok_or(crate::case::Unfit::Apart)?;
        let (mut case, target) = both_to_change(&mut work, reference, &into).await?;
        let now = self.now();
        case.state.after(Act::Separate)?;
        case.state = work.separate(case.id).await?;
        case.ended_at = None;
        let why = merged(&into);
        clocks::resume(&mut work, &mut case, |clock| clock.ended_why == why, now).await?;
        let due = in_words(self.policy.calendar.date(case.due_at), "fr");
        let detail = format!("de la demande {into} ; échéance le {due}");
        work.add_event(case.id, now, by, EventKind::Separated, &detail);
        work.add_event(target.id, now, by, EventKind::Separated, &format!("de la demande {reference}"));
        work.change_case(&case).await?;
        work.commit().await?;
        Ok(case)
    }

    /// A message that was taken for the continuation of a case opens a case of its own: its deadline is counted from its
    /// own reception. To undo it, merge the new one into the old one.
    pub async fn split(&self, reference: &str, message: i64, by: &str) -> Result<CaseSummary, ActError> {
        let mut work = self.store.begin().await?;
        let now = self.now();
        // The number before the case, as whoever opens one does.
        let new_reference = new_reference(self, &mut work, now).await?;
        let old = work.case_to_change(reference).await?;
        let mut old = old.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        let row = work.message_of(old.id, message).await?;
        let Some(row) = row else {
            let text = format!(
                "la demande {reference} n'a pas de message n° {message} (ligne de commande : releve cases show {reference} les numérote)"
            );
            return Err(ActError::Refused(text));
        };
        if row.disposition != Disposition::FollowUp {
            let text =
                "seul un message de suite peut être détaché : celui-ci a ouvert la demande, ou n'est pas d'un usager";
            return Err(ActError::Refused(text.into()));
        }
        let opened = self.open_from(&mut work, message, &row, new_reference, &old.service, now).await?;
        let (id, due) = (opened.id, in_words(opened.due, "fr"));
        work.add_event(
            id,
            now,
            by,
            EventKind::Split,
            &format!("détachée de la demande {reference} ; échéance le {due}"),
        );
        work.add_event(
            old.id,
            now,
            by,
            EventKind::Split,
            &format!("un message est devenu la demande {}", opened.reference),
        );
        // What else was written since still wants what that message began.
        let just_before =
            row.received_at.saturating_sub(jiff::SignedDuration::from_millis(1)).unwrap_or(row.received_at);
        let alone = work.written_in(old.id, just_before).await?.is_empty();
        if alone && clocks::forget(&mut work, &mut old, row.received_at, now).await? {
            let detail = format!("le message qui l'avait changée est détaché : {} de nouveau", old.state.french());
            work.add_event(old.id, now, by, EventKind::Separated, &detail);
            work.change_case(&old).await?;
        }
        let case = work.case_to_change_of(id).await?;
        work.commit().await?;
        Ok(case)
    }

    /// Something that colleagues should know. Whoever it is about may ask to read it (CRPA L311-6).
    pub async fn add_note(&self, reference: &str, text: &str, by: &str) -> Result<CaseSummary, ActError> {
        let mut hand = Hand::take(self, reference, Act::Note, by).await?;
        if text.trim().is_empty() {
            return Err(ActError::Refused("la note est vide".into()));
        }
        hand.note(EventKind::Noted, text.trim());
        hand.lay_down().await
    }
}

/// A case that a message opened.
struct Opened {
    id: i64,
    reference: String,
    due: jiff::civil::Date,
}

impl Desk {
    /// Makes a case of a message that is here already, as `service` will answer it. No acknowledgement leaves: its author has
    /// had one, or wrote long ago.
    async fn open_from(
        &self,
        work: &mut Work,
        message: i64,
        row: &Received,
        reference: String,
        service: &str,
        now: Timestamp,
    ) -> Result<Opened, ActError> {
        let policy = &self.policy;
        let octets = work.octets(&row.digest).await?;
        let said = match mail::parse(&octets, &mail::Limits::default()) {
            Ok(read) => policy.classifier.classify(&read, Some(&row.mailbox)),
            Err(_) => Classification::unknown(),
        };
        let promise = policy.promise(row.channel, said.kind, row.received_at);
        let new = NewCase {
            reference: reference.clone(),
            mailbox: row.mailbox.clone(),
            channel: row.channel,
            service: service.to_owned(),
            kind: said.kind,
            scope: said.scope,
            topic: said.topic,
            confidence: said.confidence(),
            evidence: serde_json::to_string(&said.evidence).unwrap_or_default(),
            correspondent: row.sender.clone(),
            correspondent_name: row.sender_name.clone(),
            subject: row.subject.clone(),
            received_at: row.received_at,
            opened_at: now,
            due_at: promise.deadline.due.timestamp(),
            delay: promise.rule.delay.to_string(),
            to_confirm: said.is_to_be_confirmed(),
        };
        let id = work.add_case(&new).await?;
        if let Some(mailbox) = policy.config.mailbox(&row.mailbox) {
            let route = Route::of(&said, mailbox, &policy.config);
            work.propose(id, crate::desk::entry::proposal(&said, &route, policy, &[]));
        }
        work.move_message(message, id).await?;
        clocks::begin(policy, work, id, &promise, said.kind, false, now);
        Ok(Opened { id, reference, due: promise.deadline.due.date() })
    }

    /// A message that was taken for a machine's opens a case all the same: a person says so.
    pub async fn import_message(&self, message: i64, by: &str) -> Result<CaseSummary, ActError> {
        let mut work = self.store.begin().await?;
        let now = self.now();
        let reference = new_reference(self, &mut work, now).await?;
        let Some(row) = work.apart_message(message).await? else {
            return Err(ActError::Refused(
                "ce message n'est plus à part : une demande en a été faite, ou il n'existe pas".into(),
            ));
        };
        let service = self.policy.config.mailbox(&row.mailbox).map(|mailbox| mailbox.service.clone());
        let service = service.or_else(|| self.policy.config.services.first().map(|service| service.id.clone()));
        let service = service.unwrap_or_default();
        let opened = self.open_from(&mut work, message, &row, reference, &service, now).await?;
        let due = in_words(opened.due, "fr");
        let detail = format!("un message mis à part ({}) ; échéance le {due}", row.disposition.french());
        work.add_event(opened.id, now, by, EventKind::Opened, &detail);
        let case = work.case_to_change_of(opened.id).await?;
        work.commit().await?;
        Ok(case)
    }

    /// A delivery that was set aside unread is fetched at the next pass, and comes in like any other.
    pub async fn want_delivery(&self, receipt: i64) -> Result<(), ActError> {
        let mut work = self.store.begin().await?;
        if !work.want(receipt).await? {
            return Err(ActError::Refused("ce message n'est pas mis de côté : il est déjà demandé, ou déjà là".into()));
        }
        Ok(work.commit().await?)
    }
}

/// Two cases to be changed, in the order of their rows: two agents who take the same two never wait for each other in a
/// circle.
async fn both_to_change(work: &mut Work, one: &str, other: &str) -> Result<(CaseSummary, CaseSummary), ActError> {
    let mut rows = Vec::new();
    for reference in [one, other] {
        let (case, _) =
            work.case_of_reference(reference).await?.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        rows.push(case);
    }
    rows.sort_unstable();
    let (first, second) = (work.case_to_change_of(rows[0]).await?, work.case_to_change_of(rows[1]).await?);
    Ok(if first.reference == one { (first, second) } else { (second, first) })
}

/// The next reference of this year.
pub(super) async fn new_reference(desk: &Desk, work: &mut Work, now: Timestamp) -> Result<String, ActError> {
    let year = now.to_zoned(desk.policy.calendar.zone().clone()).year();
    Ok(format!("{year}-{:06}", work.next_number(year).await?))
}
