//! The steps by which a correspondent hears from us: the letter, what becomes of the case, and its clocks, in one
//! transaction. Each can be rehearsed: everything is done, and nothing is written down.

use jiff::{Timestamp, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{ActError, HANDED_OVER, HOLDS, Hand, LONGEST_HOLD, because, earliest};
use crate::{
    calendar::in_words,
    case::{Act, Ending, EventKind, LetterKind, Purpose, State},
    desk::{
        Desk, clocks,
        letter::{Letter, NO_MAILBOX, Said, Wording, finished},
    },
    mail::{self, Enclosed, OutgoingMail, Sort},
    replies::Recipient,
    store::{Belongs, CaseSummary, NewOutgoing},
};

/// What is done to a case and told to its correspondent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// The answer on substance.
    Answer(Wording),
    /// It takes longer: the answer comes by the end of this day.
    Hold(Date, Wording),
    /// Something is missing, and awaited until the end of this day (CRPA L114-5).
    Ask {
        /// What, one each.
        pieces: Vec<String>,
        /// Until when.
        until: Date,
        /// The letter.
        wording: Wording,
    },
    /// Another service of the prefecture is in charge. The first date of reception, and so the deadline, stays (CRPA
    /// L114-3).
    Transfer {
        /// Key of the service.
        service: String,
        /// Why, for colleagues.
        why: String,
        /// The letter.
        wording: Wording,
    },
    /// Another administration is in charge: it is sent on, and the correspondent is told (CRPA L114-2).
    HandOver {
        /// Its name, as the correspondent reads it.
        administration: String,
        /// Its address; `None`: it has been sent on by other means.
        email: Option<String>,
        /// Why, for colleagues.
        why: String,
        /// The letter.
        wording: Wording,
    },
}

impl Step {
    /// What its letter is for.
    pub const fn kind(&self) -> LetterKind {
        match self {
            Self::Answer(_) => LetterKind::Answer,
            Self::Hold(..) => LetterKind::Holding,
            Self::Ask { .. } => LetterKind::Pieces,
            Self::Transfer { .. } => LetterKind::Transfer,
            Self::HandOver { .. } => LetterKind::Handover,
        }
    }

    pub(super) const fn act(&self) -> Act {
        match self {
            Self::Answer(_) => Act::Answer,
            Self::Hold(..) => Act::Hold,
            Self::Ask { .. } => Act::Ask,
            Self::Transfer { .. } => Act::Transfer,
            Self::HandOver { .. } => Act::HandOver,
        }
    }
}

/// What came, or would come, of a step.
#[derive(Debug, Clone)]
pub struct Stepped {
    /// The case as it stands then.
    pub case: CaseSummary,
    /// The letter to the correspondent; `None`: there is no address to which one could be sent, and somebody has to tell
    /// them by other means.
    pub letter: Option<Letter>,
    /// The mail that carries the case to another administration, if one does.
    pub sent_on: Option<SentOn>,
    /// A digest of what is done and of what leaves: which case, which step, sender, recipients, texts and files. Message-IDs and
    /// instants, which differ each time, are not in it. It tells whether what would leave is what somebody saw.
    pub seen: String,
}

/// What another administration receives.
#[derive(Debug, Clone)]
pub struct SentOn {
    /// Its address.
    pub to: String,
    /// The text.
    pub text: String,
    /// How many messages of the correspondent are enclosed as they were received.
    pub enclosed: usize,
}

impl Desk {
    /// Takes a step: the letter is in the outbox when this returns.
    pub async fn take(&self, reference: &str, step: &Step, by: &str) -> Result<Stepped, ActError> {
        self.id_key().await?;
        let hand = Hand::take(self, reference, step.act(), by).await?;
        let (hand, stepped) = hand.step(step).await?;
        let case = hand.lay_down().await?;
        self.outgoing.notify_one();
        Ok(Stepped { case, ..stepped })
    }

    /// What a step would do, and nothing of it.
    pub async fn rehearse(&self, reference: &str, step: &Step, by: &str) -> Result<Stepped, ActError> {
        self.id_key().await?;
        let hand = Hand::take(self, reference, step.act(), by).await?;
        let (hand, stepped) = hand.step(step).await?;
        Ok(Stepped { case: hand.case, ..stepped })
    }

    /// Another service of the prefecture is in charge; the correspondent is told with the usual letter.
    pub async fn transfer(&self, reference: &str, service: &str, why: &str, by: &str) -> Result<CaseSummary, ActError> {
        let step = Step::Transfer { service: service.into(), why: why.into(), wording: Wording::default() };
        Ok(self.take(reference, &step, by).await?.case)
    }
}

impl Hand<'_> {
    pub(super) async fn step(mut self, step: &Step) -> Result<(Self, Stepped), ActError> {
        let (letter, sent_on) = match step {
            Step::Answer(wording) => (Some(self.answer(wording).await?), None),
            Step::Hold(until, wording) => (Some(self.hold(*until, wording).await?), None),
            Step::Ask { pieces, until, wording } => (Some(self.ask(pieces, *until, wording).await?), None),
            Step::Transfer { service, why, wording } => (self.transfer(service, why, wording).await?, None),
            Step::HandOver { administration, email, why, wording } => {
                self.hand_over(administration, email.as_deref(), why, wording).await?
            }
        };
        let case = self.case.clone();
        let written = letter.as_ref().map(|one| (&one.from, &one.to, &one.subject, &one.text, &one.attachments));
        let carried = sent_on.as_ref().map(|on| (&on.to, &on.text, on.enclosed));
        let seen = serde_json::to_string(&(&case.reference, step, written, carried)).unwrap_or_default();
        let seen = mail::hexadecimal(&Sha256::digest(seen.as_bytes()));
        Ok((self, Stepped { case, letter, sent_on, seen }))
    }

    async fn letter(&mut self, kind: LetterKind, wording: &Wording, said: Said) -> Result<Letter, ActError> {
        let (desk, by, now) = (self.desk, self.by, self.now);
        desk.write_letter(&mut self.work, &self.case, kind, wording, said, (by, now)).await
    }

    /// Writes a letter down, and puts it into the outbox. The same words twice are a slip of the hand, unless the first did
    /// not arrive.
    async fn post(&mut self, letter: &Letter) -> Result<(), ActError> {
        let last = self.work.last_text(self.case.id).await?.filter(|(text, _)| *text == letter.text);
        if let Some((_, at)) = last
            && letter.kind != LetterKind::Answer
            && !self.case.came_back
            && self.work.written_in(self.case.id, at).await?.is_empty()
        {
            return Err(ActError::Refused(
                "ce message est mot pour mot le dernier que l'usager a reçu : rien n'est envoyé".into(),
            ));
        }
        self.work.add_reply(self.case.id, self.now, self.by, &letter.reply).await?;
        self.work.enqueue(&letter.outgoing, self.now).await?;
        self.case.came_back = false;
        Ok(())
    }

    async fn answer(&mut self, wording: &Wording) -> Result<Letter, ActError> {
        let mut letter = self.letter(LetterKind::Answer, wording, Said::default()).await?;
        if !letter.reply.model.is_empty()
            && let Some(asked) = self.desk.asked(&mut self.work, &self.case).await?
        {
            let offered = self.desk.suggestions(&mut self.work, &asked).await?;
            let place = offered.iter().position(|one| one.template == letter.reply.model);
            letter.reply.place = place.map_or(0, |place| place + 1);
            self.work.choose(&letter.reply.model, &asked.traits()).await?;
        }
        earliest(&mut self.case.first_reply_at, self.now);
        earliest(&mut self.case.answered_at, self.now);
        self.case.ended_at = Some(self.now);
        clocks::answered(&mut self.work, self.case.id, self.now).await?;
        self.post(&letter).await?;
        let days = self.desk.policy.calendar.working_days_after(self.case.received_at, self.now);
        self.note(EventKind::Answered, &format!("{} ; {days}", letter.made_of));
        Ok(letter)
    }

    async fn hold(&mut self, until: Date, wording: &Wording) -> Result<Letter, ActError> {
        self.may_hold(until)?;
        let known = self.desk.policy.calendar.date(self.case.due_at);
        if until <= known && self.case.state != State::Asked {
            let known = in_words(known, "fr");
            let text =
                format!("l'usager attend déjà sa réponse au plus tard le {known} : annoncez une date plus lointaine");
            return Err(ActError::Refused(text));
        }
        let said = Said { announced: Some(until), ..Said::default() };
        let letter = self.letter(LetterKind::Holding, wording, said).await?;
        self.held(until, self.now, &letter.made_of).await?;
        self.post(&letter).await?;
        Ok(letter)
    }

    async fn ask(&mut self, pieces: &[String], until: Date, wording: &Wording) -> Result<Letter, ActError> {
        let line = |piece: &String| piece.split_whitespace().collect::<Vec<_>>().join(" ");
        let pieces: Vec<String> = pieces.iter().map(line).filter(|piece| !piece.is_empty()).collect();
        let pieces = pieces.iter().map(|piece| finished(piece)).collect::<Result<Vec<_>, _>>()?;
        if pieces.is_empty() {
            return Err(ActError::Refused(
                "dites ce qui manque, une pièce à la fois (ligne de commande : --piece …)".into(),
            ));
        }
        self.to_come(until)?;
        let listed = pieces.join(" ; ");
        let said = Said { announced: Some(until), pieces, ..Said::default() };
        let letter = self.letter(LetterKind::Pieces, wording, said).await?;
        earliest(&mut self.case.first_reply_at, self.now);
        let (policy, now) = (&self.desk.policy, self.now);
        clocks::dated(policy, &mut self.work, &mut self.case, Purpose::Pieces, until, now, now).await?;
        self.post(&letter).await?;
        let detail = format!("{} ; attendu jusqu'au {} : {listed}", letter.made_of, in_words(until, "fr"));
        self.note(EventKind::PiecesAsked, &detail);
        Ok(letter)
    }

    /// The correspondent is always told, unless there is no way to write to them: then the history says that somebody must.
    async fn transfer(&mut self, service: &str, why: &str, wording: &Wording) -> Result<Option<Letter>, ActError> {
        let config = &self.desk.policy.config;
        let Some(to) = config.service(service) else {
            let known = config.services.iter().map(|service| service.id.as_str()).collect::<Vec<_>>().join(", ");
            let text = format!("aucun service ne s'appelle « {service} » ; services déclarés : {known}");
            return Err(ActError::Refused(text));
        };
        if self.case.service == service {
            return Err(ActError::Refused(format!("la demande est déjà au service « {service} »")));
        }
        let recipient = Recipient { name: to.name.clone(), email: to.email.clone(), phone: to.phone.clone() };
        let due = self.promised();
        let said = Said { recipient, due, ..Said::default() };
        // Written while it is still the former service's: who sends it on, says so.
        let letter = match self.can_be_written_to() {
            true => Some(self.letter(LetterKind::Transfer, wording, said).await?),
            false => None,
        };
        let from = std::mem::replace(&mut self.case.service, to.id.clone());
        self.case.agent.clear();
        let (policy, now) = (&self.desk.policy, self.now);
        self.desk.retire_drafts(&mut self.work, self.case.id, now).await?;
        let due = in_words(policy.calendar.date(self.case.due_at), "fr");
        let detail = format!("de « {from} » à « {service} » ; l'échéance reste le {due}{}", because(why));
        if let Some(letter) = &letter {
            self.post(letter).await?;
        }
        clocks::told_anew(policy, &mut self.work, &self.case, "réorientée vers un autre service", now).await?;
        self.note(EventKind::Transferred, &detail);
        self.note(EventKind::TransferTold, &told(letter.as_ref()));
        Ok(letter)
    }

    async fn hand_over(
        &mut self,
        administration: &str,
        email: Option<&str>,
        why: &str,
        wording: &Wording,
    ) -> Result<(Option<Letter>, Option<SentOn>), ActError> {
        let administration = &finished(&administration.split_whitespace().collect::<Vec<_>>().join(" "))?;
        if administration.is_empty() {
            return Err(ActError::Refused("nommez l'administration à laquelle la demande est transmise".into()));
        }
        if email.is_some_and(|email| !mail::is_sendable(email)) {
            return Err(ActError::Refused("l'adresse électronique de l'administration n'en est pas une".into()));
        }
        let own = |email: &str| {
            self.desk.policy.own_addresses.iter().any(|own| own == email) || email == self.case.correspondent
        };
        if email.is_some_and(own) {
            return Err(ActError::Refused(
                "cette adresse n'est pas celle d'une autre administration : c'est la nôtre, ou celle de l'usager"
                    .into(),
            ));
        }
        let email_shown = email.unwrap_or_default().to_owned();
        let recipient = Recipient { name: administration.clone(), email: email_shown, phone: String::new() };
        let said = Said { recipient, ..Said::default() };
        let letter = match self.can_be_written_to() {
            true => Some(self.letter(LetterKind::Handover, wording, said).await?),
            false => None,
        };
        let mut sent_on = None;
        if let Some(email) = email {
            let (mail, shown) = self.sent_on(administration, email).await?;
            self.work.enqueue(&mail, self.now).await?;
            sent_on = Some(shown);
        }
        // To be told where the answer will come from is a reply, though not one on substance.
        earliest(&mut self.case.first_reply_at, self.now);
        self.case.ended_at = Some(self.now);
        let object = format!("{HANDED_OVER}{administration}");
        clocks::without_object(&mut self.work, self.case.id, (Ending::HandedOver, &object), self.now).await?;
        if let Some(letter) = &letter {
            self.post(letter).await?;
        }
        let how = if email.is_none() { ", par un autre moyen" } else { ", par courriel" };
        self.note(EventKind::Transferred, &format!("{object}{how} (CRPA, art. L114-2){}", because(why)));
        self.note(EventKind::TransferTold, &told(letter.as_ref()));
        Ok((letter, sent_on))
    }

    /// The mail that carries a case to another administration, with what was received as it was received.
    async fn sent_on(&mut self, administration: &str, email: &str) -> Result<(NewOutgoing, SentOn), ActError> {
        let policy = &self.desk.policy;
        let config = &policy.config;
        let mut typed = String::new();
        let mut octets = Vec::new();
        for written in self.work.written_in(self.case.id, Timestamp::MIN).await? {
            match written.typed {
                true => typed.push_str(&format!("\n\n----------\n\n{}", written.new_text)),
                false => octets.push(self.work.octets(&written.digest).await?),
            }
        }
        let mailbox = config.writes_from(&self.case.mailbox, &self.case.service);
        let mailbox = mailbox.ok_or_else(|| ActError::Refused(NO_MAILBOX.into()))?;
        let received = in_words(policy.calendar.date(self.case.received_at), "fr");
        let service = config.service(&self.case.service).map_or("", |service| service.name.as_str());
        let text = format!(
            "Bonjour,\n\nNous avons reçu le {received} la demande ci-jointe. Elle relève de votre compétence : {administration}.\n\n\
             Nous vous la transmettons en application de l'article L. 114-2 du code des relations entre le public et l'administration. \
             Nous en informons la personne qui nous l'a adressée{}. Votre réponse est à lui envoyer directement.\n\n\
             Cordialement,\n\n{service}\n{}\n{}{typed}",
            self.whom(),
            config.prefecture.name,
            config.prefecture.address
        );
        // One more each time: a case may be sent on again after it was reopened. Nobody can guess it, and it is no key to the
        // case: whoever answers it is no party.
        let number = self.work.handovers(self.case.id).await? + 1;
        let keyed =
            self.desk.id_key().await?.id(&self.case.reference, &format!("handover {number}"), &config.outgoing.domain);
        let message_id = keyed.replacen('.', ".transmission.", 1);
        let enclosed: Vec<_> = octets.iter().map(|octets| Enclosed::Message(octets)).collect();
        let bytes = mail::compose(&OutgoingMail {
            from: (&config.prefecture.name, &mailbox.address),
            to: (administration, email),
            subject: &format!("Transmission d'une demande qui relève de votre compétence – {}", self.case.reference),
            text: &text,
            html: &crate::replies::as_html("Transmission d'une demande", &text),
            message_id: &message_id,
            in_reply_to: None,
            references: &[],
            date: self.now,
            reference: Some(&self.case.reference),
            sort: Sort::Written,
            enclosed: &enclosed,
        })
        .map_err(|error| ActError::Refused(error.to_string()))?;
        let shown = SentOn { to: email.to_owned(), text, enclosed: octets.len() };
        let mail = NewOutgoing {
            belongs: Belongs::Handover { case_id: self.case.id },
            message_id,
            envelope_from: mailbox.address.clone(),
            recipient: email.to_owned(),
            bytes,
        };
        Ok((mail, shown))
    }

    /// The day by which the correspondent was promised an answer, as long as it is to come and it is our turn.
    fn promised(&self) -> Option<Date> {
        let calendar = &self.desk.policy.calendar;
        let due = calendar.date(self.case.due_at);
        (due >= calendar.date(self.now) && self.case.state != State::Asked).then_some(due)
    }

    /// Whom the other administration is to answer, as far as we know it.
    fn whom(&self) -> String {
        let known = [&self.case.correspondent_name, &self.case.correspondent].map(|text| text.trim());
        let known: Vec<_> = known.into_iter().filter(|text| !text.is_empty()).collect();
        if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) }
    }

    fn can_be_written_to(&self) -> bool {
        mail::is_sendable(&self.case.correspondent)
    }

    /// A day that is announced is to come, and not in another century.
    pub(super) fn to_come(&self, until: Date) -> Result<(), ActError> {
        let today = self.desk.policy.calendar.date(self.now);
        if until <= today {
            let text = format!("la date annoncée doit être à venir, le {} ne l'est pas", in_words(until, "fr"));
            return Err(ActError::Refused(text));
        }
        if until > today.saturating_add(LONGEST_HOLD.days()) {
            let text = format!("le {} est dans plus de deux ans : est-ce la bonne année ?", in_words(until, "fr"));
            return Err(ActError::Refused(text));
        }
        Ok(())
    }

    pub(super) fn may_hold(&self, until: Date) -> Result<(), ActError> {
        self.to_come(until)?;
        let reference = &self.case.reference;
        if self.case.holds > 0 && self.desk.policy.calendar.date(self.case.due_at) == until {
            return Err(ActError::Refused("rien ne change : cette date est déjà annoncée".into()));
        }
        if self.case.holds >= HOLDS {
            return Err(ActError::Refused(format!(
                "{HOLDS} messages d'attente ont déjà annoncé une date à l'usager : il lui faut une réponse sur le fond (ligne de \
                 commande : releve cases answer {reference})"
            )));
        }
        Ok(())
    }

    /// The correspondent was told, at `replied_at`, that the answer comes by the end of the day `until`.
    pub(super) async fn held(&mut self, until: Date, replied_at: Timestamp, how: &str) -> Result<(), ActError> {
        self.case.holds += 1;
        self.case.came_back = false;
        earliest(&mut self.case.first_reply_at, replied_at);
        let (policy, now) = (&self.desk.policy, self.now);
        clocks::dated(policy, &mut self.work, &mut self.case, Purpose::Announced, until, replied_at, now).await?;
        let second = if self.case.holds == HOLDS { ", le second : le responsable est prévenu" } else { "" };
        let until = in_words(until, "fr");
        self.note(EventKind::Held, &format!("{how}, réponse annoncée au plus tard le {until}{second}"));
        Ok(())
    }
}

fn told(letter: Option<&Letter>) -> String {
    match letter {
        Some(letter) => letter.made_of.clone(),
        None => "pas d'adresse électronique : prévenez l'usager par un autre moyen (CRPA, art. L114-2)".into(),
    }
}
