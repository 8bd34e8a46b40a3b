//! A case as its page shows it: the conversation in the order in which it happened, what it is taken for and why, when it is
//! due and why, and all that happened.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    Site,
    page::{self, moment},
    passages::{Piece, Reason, marked},
};
use crate::{
    calendar::day_in_words,
    case::{Disposition, Flag},
    store::{CaseDetail, ClockRow, MessageRow, Proposal, ReplyRow},
    triage::axis::Axis,
};

/// Characters of a message that are shown before the rest is folded.
const SHOWN: usize = 12_000;

/// One message of the conversation, in or out.
pub(super) struct Turn {
    pub(super) ours: bool,
    pub(super) heading: String,
    pub(super) who: String,
    pub(super) address: String,
    pub(super) when: String,
    pub(super) subject: String,
    pub(super) note: String,
    pub(super) message: i64,
    pub(super) text: Vec<Piece>,
    /// The rest of a very long text; or empty.
    pub(super) rest: String,
    /// The whole text with what it quotes; empty: it quotes nothing.
    pub(super) whole: String,
    pub(super) attachments: Vec<File>,
    pub(super) can_be_detached: bool,
    pub(super) has_source: bool,
    /// Whether anything but its octets could be made of it.
    pub(super) is_read: bool,
    /// ISO 639-1.
    pub(super) language: String,
}

/// An attachment.
pub(super) struct File {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) size: String,
    pub(super) digest: String,
    pub(super) may_be_picture: bool,
}

/// One date that counts, with how it was counted.
pub(super) struct Clock {
    pub(super) purpose: &'static str,
    pub(super) due: String,
    pub(super) state: String,
    pub(super) rule: String,
    pub(super) days: Vec<(String, bool)>,
}

/// One line of the history.
pub(super) struct Happened {
    pub(super) at: String,
    pub(super) what: &'static str,
    pub(super) who: String,
    pub(super) detail: String,
}

/// What the machine proposed and is not sure of.
#[derive(Default)]
pub(super) struct Proposed {
    pub(super) unsure: Vec<String>,
    pub(super) flags: Vec<&'static str>,
    /// Key and name of the service that should answer, and why; empty: the one that has it.
    pub(super) service: String,
    pub(super) service_name: String,
    pub(super) why: String,
}

pub(super) fn conversation(site: &Site, case: &CaseDetail, reasons: &[Reason]) -> Vec<Turn> {
    let first = case.messages.iter().find(|message| message.disposition == Disposition::Case);
    let first = first.or(case.messages.first()).map(|message| message.id);
    let mut turns: Vec<_> = case
        .messages
        .iter()
        .map(|message| {
            let reasons = if Some(message.id) == first { reasons } else { &[] };
            (message.received_at, received(site, message, reasons))
        })
        .collect();
    turns.extend(case.replies.iter().map(|reply| (reply.at, sent(site, reply))));
    turns.sort_by_key(|(at, _)| *at);
    turns.into_iter().map(|(_, turn)| turn).collect()
}

fn received(site: &Site, message: &MessageRow, reasons: &[Reason]) -> Turn {
    let text = if message.new_text.trim().is_empty() { &message.text } else { &message.new_text };
    let (text, rest) = beginning(text);
    let whole = if message.text.trim() == message.new_text.trim() { "" } else { message.text.as_str() };
    let attachments = serde_json::from_str::<Vec<Value>>(&message.attachments).unwrap_or_default();
    let note = match (message.acknowledged, message.disposition) {
        (true, _) => "accusé de réception envoyé".to_owned(),
        (false, Disposition::Case | Disposition::Quarantined) if !message.reason.is_empty() => {
            format!("pas d'accusé de réception : {}", message.reason)
        }
        _ => message.reason.clone(),
    };
    Turn {
        ours: message.disposition == Disposition::Reply,
        heading: match message.disposition {
            Disposition::Case => format!("Message reçu par {}", message.channel.french()),
            other => page::sentence(other.french()).trim_end_matches('.').to_owned(),
        },
        who: page::correspondent(&message.sender_name, &message.sender),
        // Of what one of ours wrote in a mail client, the sender is our own mailbox.
        address: if message.disposition == Disposition::Reply { String::new() } else { page::clear(&message.sender) },
        language: message.language.clone(),
        when: moment(site, message.received_at),
        subject: page::subject(&message.subject),
        note,
        message: message.id,
        text: marked(text, "text", reasons),
        rest: page::clear(rest),
        whole: page::clear(whole),
        attachments: attachments.iter().map(file).collect(),
        can_be_detached: message.disposition == Disposition::FollowUp,
        has_source: !message.message_id.is_empty() || message.channel == crate::case::Channel::Email,
        is_read: message.disposition != Disposition::Quarantined,
    }
}

fn sent(site: &Site, reply: &ReplyRow) -> Turn {
    let letter = &reply.letter;
    let back = reply.came_back_at.map(|at| format!("n'est pas arrivé : revenu le {}", moment(site, at)));
    let model = if letter.model.is_empty() {
        "texte libre".to_owned()
    } else {
        let edited = if letter.edited { ", modifiée" } else { "" };
        format!("réponse type « {} », version {}{edited}", letter.model, letter.version)
    };
    Turn {
        ours: true,
        heading: format!("De nous : {}", letter.kind.french()),
        who: page::person_name(site, if letter.signed_by.is_empty() { &reply.actor } else { &letter.signed_by }),
        address: letter.recipient.clone(),
        when: moment(site, reply.at),
        subject: letter.subject.clone(),
        note: back.map_or_else(|| model.clone(), |back| format!("{model} ; {back}")),
        message: 0,
        text: vec![Piece { text: letter.text.clone(), reason: 0 }],
        rest: String::new(),
        whole: String::new(),
        attachments: Vec::new(),
        can_be_detached: false,
        has_source: false,
        is_read: true,
        language: "fr".to_owned(),
    }
}

/// The beginning of a text, cut between two letters, and the rest.
fn beginning(text: &str) -> (&str, &str) {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => text.split_at(at),
        None => (text, ""),
    }
}

fn file(listed: &Value) -> File {
    let text = |key: &str| page::clear(listed[key].as_str().unwrap_or_default());
    let size = listed["size"].as_u64().unwrap_or_default();
    let size = match size {
        0..1024 => format!("{size} octets"),
        1024..1_048_576 => format!("{} ko", size.div_ceil(1024)),
        _ => format!("{} Mo", size.div_ceil(1_048_576)),
    };
    let name = text("name");
    let kind = text("content_type");
    File {
        name: if name.trim().is_empty() { "sans nom".to_owned() } else { name },
        may_be_picture: ["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"].contains(&kind.as_str()),
        kind,
        size,
        digest: text("digest"),
    }
}

pub(super) fn clocks(site: &Site, case: &CaseDetail) -> Vec<Clock> {
    let now = site.desk().now();
    case.clocks
        .iter()
        .map(|clock| {
            let state = match (clock.met_at, clock.ended_at) {
                (Some(met), _) if met <= clock.due_at => format!("tenue le {}", moment(site, met)),
                (Some(met), _) => format!("tenue en retard, le {}", moment(site, met)),
                (None, Some(_)) => format!("sans objet : {}", clock.ended_why),
                (None, None) if clock.due_at < now => "dépassée".to_owned(),
                (None, None) => "en cours".to_owned(),
            };
            Clock {
                purpose: clock.purpose.french(),
                due: page::day(site, clock.due_at),
                state,
                rule: format!("{} ({})", clock.rule, clock.source),
                days: days(clock),
            }
        })
        .collect()
}

/// Every day that was looked at, and whether it counted.
fn days(clock: &ClockRow) -> Vec<(String, bool)> {
    let stored = serde_json::from_str::<Vec<(Date, Option<u16>, Option<String>)>>(&clock.days).unwrap_or_default();
    stored
        .iter()
        .map(|(date, counted, reason)| (day_in_words(*date, *counted, reason.as_deref()), counted.is_some()))
        .collect()
}

pub(super) fn history(site: &Site, case: &CaseDetail) -> Vec<Happened> {
    let who = |actor: &str| match actor {
        "releve" => "releve".to_owned(),
        "citizen" => "l'usager".to_owned(),
        person => page::person_name(site, person),
    };
    let line = |event: &crate::store::EventRow| Happened {
        at: moment(site, event.at),
        what: event.kind.french(),
        who: who(&event.actor),
        detail: page::without_commands(&page::clear(&event.detail)),
    };
    case.events.iter().rev().map(line).collect()
}

pub(super) fn proposed(site: &Site, proposal: Option<&Proposal>, service: &str, settled: bool) -> Proposed {
    let Some(proposal) = proposal else { return Proposed::default() };
    let certainty = serde_json::from_str::<Vec<Value>>(&proposal.certainty).unwrap_or_default();
    let unsure = certainty.iter().filter(|answer| answer["sure"] == Value::Bool(false)).filter_map(|answer| {
        let axis = Axis::ALL.iter().find(|axis| axis.key() == answer["axis"])?;
        let word = |key: &str| axis.find(answer[key].as_str()?).map(|word| axis.french(word));
        let (first, second) = (word("word")?, word("second")?);
        (first != second).then(|| format!("{} : {first} ou {second} ?", axis.asked()))
    });
    let elsewhere = proposal.service != service && page::config(site).service(&proposal.service).is_some();
    let flags = proposal.flags.split_whitespace().filter_map(|flag| flag.parse::<Flag>().ok()).map(Flag::french);
    Proposed {
        unsure: if settled { Vec::new() } else { unsure.collect() },
        flags: flags.collect(),
        service: if elsewhere { proposal.service.clone() } else { String::new() },
        service_name: page::service_name(site, &proposal.service),
        why: proposal.route.clone(),
    }
}
