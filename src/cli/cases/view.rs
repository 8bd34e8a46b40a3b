//! How a case looks: as JSON for tools, as text for people.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    calendar::{Calendar, day_in_words, in_words},
    case::Flag,
    cli::table::{self, plain},
    store::{CaseDetail, CaseSummary, ClockRow, Proposal},
    triage::axis::Axis,
};

/// An instant in the zone of the prefecture, RFC 3339.
fn local(at: Timestamp, zone: &TimeZone) -> String {
    at.display_with_offset(zone.to_offset(at)).to_string()
}

pub(super) fn summary(case: &CaseSummary, zone: &TimeZone) -> Value {
    json!({
        "reference": case.reference,
        "mailbox": case.mailbox,
        "channel": case.channel.word(),
        "service": case.service,
        "kind": case.kind.corpus(),
        "scope": case.scope.word(),
        "topic": case.topic.word(),
        "confidence": case.confidence,
        "state": case.state.word(),
        "from": case.correspondent,
        "from_name": case.correspondent_name,
        "subject": case.subject,
        "received": local(case.received_at, zone),
        "due": local(case.due_at, zone),
        "delay": case.delay,
        "acknowledged": case.acknowledged_at.map(|at| local(at, zone)),
        "agent": case.agent,
        "holds": case.holds,
        "first_reply": case.first_reply_at.map(|at| local(at, zone)),
        "answered": case.answered_at.map(|at| local(at, zone)),
        "ended": case.ended_at.map(|at| local(at, zone)),
        "came_back": case.came_back,
    })
}

pub(super) fn detail(case: &CaseDetail, zone: &TimeZone) -> Value {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
    let mut value = summary(&case.summary, zone);
    value["evidence"] = parsed(&case.evidence);
    value["proposal"] = case.proposal.as_ref().map_or(Value::Null, |proposal| {
        json!({
            "kind": proposal.kind.corpus(),
            "scope": proposal.scope.word(),
            "topic": proposal.topic.word(),
            "service": proposal.service,
            "route": proposal.route,
            "flags": proposal.flags.split_whitespace().collect::<Vec<_>>(),
            "answers": parsed(&proposal.answers),
            "certainty": parsed(&proposal.certainty),
            "model": proposal.model,
        })
    });
    value["messages"] = case
        .messages
        .iter()
        .map(|message| {
            json!({
                "id": message.id,
                "message_id": message.message_id,
                "from": message.sender,
                "subject": message.subject,
                "received": local(message.received_at, zone),
                "language": message.language,
                "disposition": message.disposition.word(),
                "acknowledged": message.acknowledged,
                "reason": message.reason,
                "new_text": message.new_text,
                "attachments": parsed(&message.attachments),
            })
        })
        .collect();
    value["replies"] = case
        .replies
        .iter()
        .map(|reply| {
            json!({
                "at": local(reply.at, zone),
                "actor": reply.actor,
                "kind": reply.letter.kind.word(),
                "message_id": reply.letter.message_id,
                "to": reply.letter.recipient,
                "model": reply.letter.model,
                "version": reply.letter.version,
                "edited": reply.letter.edited,
                "place": reply.letter.place,
                "subject": reply.letter.subject,
                "text": reply.letter.text,
                "signed_by": reply.letter.signed_by,
                "anonymous": reply.letter.anonymous,
                "came_back": reply.came_back_at.map(|at| local(at, zone)),
            })
        })
        .collect();
    value["merged"] = json!(case.merged);
    value["merged_into"] = json!(case.merged_into);
    value["clocks"] = case
        .clocks
        .iter()
        .map(|clock| {
            json!({
                "purpose": clock.purpose.word(),
                "rule": clock.rule,
                "source": clock.source,
                "in_force": clock.in_force,
                "starts": local(clock.starts_at, zone),
                "due": local(clock.due_at, zone),
                "met": clock.met_at.map(|at| local(at, zone)),
                "ended": clock.ended_at.map(|at| local(at, zone)),
                "ended_why": clock.ended_why,
                "explain": days(clock),
            })
        })
        .collect();
    value["warnings"] = case
        .warnings
        .iter()
        .map(|warning| {
            json!({
                "step": warning.step,
                "role": warning.role.word(),
                "meant_for": warning.meant_for,
                "recipient": warning.recipient,
                "at": local(warning.at, zone),
                "outcome": warning.outcome.word(),
                "mail": warning.mail,
            })
        })
        .collect();
    value["events"] = case
        .events
        .iter()
        .map(|event| {
            json!({
                "at": local(event.at, zone), "actor": event.actor, "kind": event.kind.word(), "detail": event.detail,
            })
        })
        .collect();
    value
}

pub(super) fn list(cases: &[CaseSummary], zone: &TimeZone) {
    if cases.is_empty() {
        println!("Aucune demande.");
        return;
    }
    let rows = cases
        .iter()
        .map(|case| {
            vec![
                case.reference.clone(),
                case.due_at.to_zoned(zone.clone()).strftime("%d/%m/%Y").to_string(),
                case.state.french().to_owned(),
                case.service.clone(),
                case.kind.french().to_owned(),
                case.correspondent.clone(),
                case.subject.clone(),
                if case.acknowledged_at.is_some() { "oui" } else { "non" }.to_owned(),
            ]
        })
        .collect::<Vec<_>>();
    let headings = ["référence", "échéance", "état", "service", "nature", "correspondant", "objet", "accusé"];
    table::print(&headings, &[11, 10, 12, 12, 21, 30, 36], &rows);
}

pub(super) fn show(case: &CaseDetail, calendar: &Calendar, now: Timestamp) {
    let zone = calendar.zone();
    let moment = |at: jiff::Timestamp| {
        let at = at.to_zoned(zone.clone());
        format!("{} à {} h {:02}", in_words(at.date(), "fr"), at.hour(), at.minute())
    };
    let summary = &case.summary;
    println!("Demande {} ({})", summary.reference, summary.state.french());
    println!("  de            {} <{}>", plain(&summary.correspondent_name), plain(&summary.correspondent));
    println!("  objet         {}", plain(&summary.subject));
    let mailbox = match summary.mailbox.as_str() {
        "" => String::new(),
        mailbox => format!(", boîte « {mailbox} »"),
    };
    println!("  reçue         {} par {}{mailbox}", moment(summary.received_at), summary.channel.french());
    println!("  service       {}", summary.service);
    println!("  confiée à     {}", if summary.agent.is_empty() { "personne" } else { &summary.agent });
    println!(
        "  nature        {} / {} / {} (confiance {:.0} %)",
        summary.kind.french(),
        summary.scope.french(),
        summary.topic.french(),
        summary.confidence * 100.0
    );
    if let Some(proposal) = &case.proposal {
        show_proposal(proposal, &summary.service);
    }
    println!("  échéance      {} ({})", moment(summary.due_at), summary.delay);
    if let Some(into) = &case.merged_into {
        println!("  réunie à      {into}, où il y est répondu");
    }
    if !case.merged.is_empty() {
        println!("  répond aussi  à {}", case.merged.join(", "));
    }
    if summary.came_back {
        println!("  attention     notre dernier message n'est pas arrivé");
    }
    let evidence = serde_json::from_str::<Vec<Value>>(&case.evidence).unwrap_or_default();
    for one in evidence.iter().filter_map(|one| one["detail"].as_str()) {
        println!("    parce que   {one}");
    }
    for message in &case.messages {
        let (at, became) = (moment(message.received_at), message.disposition.french());
        println!("\nMessage n° {} du {at} ({became})", message.id);
        let attachments = serde_json::from_str::<Vec<Value>>(&message.attachments).unwrap_or_default();
        for attachment in &attachments {
            println!(
                "  pièce jointe  {} ({} octets)",
                attachment["name"].as_str().unwrap_or_default(),
                attachment["size"]
            );
        }
        for line in message.new_text.lines() {
            println!("  | {}", plain(line));
        }
    }
    for reply in &case.replies {
        let letter = &reply.letter;
        let back = if reply.came_back_at.is_some() { ", n'est pas arrivée" } else { "" };
        println!("\nDe nous, le {} ({}{back})", moment(reply.at), letter.kind.french());
        println!("  à             {}\n  objet         {}", plain(&letter.recipient), plain(&letter.subject));
        for line in letter.text.lines() {
            println!("  | {}", plain(line));
        }
    }
    println!("\nÉchéances");
    for clock in &case.clocks {
        show_clock(clock, now, &moment);
    }
    if !case.warnings.is_empty() {
        println!("\nRappels");
    }
    for warning in &case.warnings {
        let to = match (warning.recipient.as_str(), warning.meant_for.as_str()) {
            ("", _) => "à personne".to_owned(),
            (recipient, meant_for) if recipient == meant_for => format!("à {recipient}"),
            (recipient, meant_for) => format!("à {recipient}, en l'absence de {meant_for}"),
        };
        let (role, outcome) = (warning.role.french(), warning.outcome.french());
        println!("  {}  {} ({role}) {to} : {outcome}", moment(warning.at), warning.step);
    }
    println!("\nHistoire");
    for event in &case.events {
        let by = match event.actor.as_str() {
            "releve" => String::new(),
            "citizen" => " (l'usager)".to_owned(),
            by => format!(" ({})", plain(by)),
        };
        println!("  {}  {}{by} : {}", moment(event.at), event.kind.french(), plain(&event.detail));
    }
}

/// What the machine is not sure of, what else it saw, and the transfer that it proposes.
fn show_proposal(proposal: &Proposal, service: &str) {
    let certainty = serde_json::from_str::<Vec<Value>>(&proposal.certainty).unwrap_or_default();
    let unsure: Vec<String> = certainty
        .iter()
        .filter(|answer| answer["sure"] == Value::Bool(false))
        .filter_map(|answer| {
            let axis = Axis::ALL.iter().find(|axis| axis.key() == answer["axis"])?;
            let word = |key: &str| axis.find(answer[key].as_str()?).map(|word| axis.french(word));
            Some(format!("{} ({} ou {} ?)", axis.asked(), word("word")?, word("second")?))
        })
        .collect();
    if !unsure.is_empty() {
        println!("  à confirmer   {}", unsure.join(", "));
    }
    let flags = proposal.flags.split_whitespace().filter_map(|flag| flag.parse::<Flag>().ok()).map(Flag::french);
    let flags = flags.collect::<Vec<_>>().join(", ");
    if !flags.is_empty() {
        println!("  signes        {flags}");
    }
    let answers = serde_json::from_str::<Vec<(String, f64)>>(&proposal.answers).unwrap_or_default();
    let answers = answers.iter().map(|(name, score)| format!("{name} ({:.0} %)", score * 100.0)).collect::<Vec<_>>();
    if !answers.is_empty() {
        println!("  réponse type  {}", answers.join(", "));
    }
    if proposal.service != service {
        println!("  transfert     proposé au service « {} » : {}", proposal.service, proposal.route);
    }
}

fn show_clock(clock: &ClockRow, now: Timestamp, moment: &impl Fn(Timestamp) -> String) {
    let state = match (clock.met_at, clock.ended_at) {
        (Some(met), _) if met <= clock.due_at => format!("tenue le {}", moment(met)),
        (Some(met), _) => format!("tenue en retard, le {}", moment(met)),
        (None, Some(ended)) => format!("sans objet depuis le {} : {}", moment(ended), clock.ended_why),
        (None, None) if clock.due_at < now => "dépassée".to_owned(),
        (None, None) => "en cours".to_owned(),
    };
    let since = match clock.in_force.parse::<Date>() {
        Ok(since) => format!(", en vigueur depuis le {}", in_words(since, "fr")),
        Err(_) => String::new(),
    };
    println!("  {} : au plus tard le {} ; {state}", clock.purpose.french(), moment(clock.due_at));
    println!("    règle       {} ({}{since})", clock.rule, clock.source);
    for day in days(clock) {
        println!("    {}", day["text"].as_str().unwrap_or_default());
    }
}

/// The days of a clock: date, number, why it is closed, and all of it in words.
fn days(clock: &ClockRow) -> Vec<Value> {
    let stored = serde_json::from_str::<Vec<(Date, Option<u16>, Option<String>)>>(&clock.days).unwrap_or_default();
    stored.iter().map(|(date, counted, reason)| day(*date, *counted, reason.as_deref())).collect()
}

/// One day of an explanation, as JSON.
pub(in crate::cli) fn day(date: Date, counted: Option<u16>, reason: Option<&str>) -> Value {
    json!({
        "date": date.to_string(), "counted": counted, "reason": reason, "text": day_in_words(date, counted, reason),
    })
}
