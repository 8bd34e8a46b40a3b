//! « Demande »: one case with its conversation, what it is and why, when it is due and why, which answers fit, and all that
//! can be done with it.

use askama::Template;
use axum::response::IntoResponse;

use super::{
    Site,
    case_view::{self, Clock, Happened, Proposed, Turn},
    page::{self, Choice, Chrome, Urgency, choices},
    passages::{self, Piece, Reason},
    routes::WORKERS,
    visit::{Answer, Failure, Visit, html},
    write::slug,
};
use crate::{
    case::{Channel, Closing, Kind, Scope, State, Topic},
    replies::SHOWN,
    store::Writing,
};

/// Reasons that are shown before the others are folded.
const REASONS: usize = 4;

/// For so long a colleague who began to write is taken to be writing.
const FRESH: jiff::SignedDuration = jiff::SignedDuration::from_hours(12);

/// A model answer that fits.
struct Suggested {
    name: String,
    title: String,
    percent: String,
    why: Vec<String>,
}

/// A reason, with its number.
struct Numbered {
    number: usize,
    detail: String,
}

/// A letter of a colleague or of the reader that has not left.
struct Pending {
    kind: &'static str,
    slug: &'static str,
    mine: bool,
    who: String,
    /// Seconds until it leaves; `None`: a draft.
    leaves_in: Option<i64>,
    leaves_at: String,
    failure: String,
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    chrome: Chrome,
    reference: String,
    subject: Vec<Piece>,
    from: String,
    address: String,
    state: &'static str,
    running: bool,
    merged: bool,
    urgency: Option<Urgency>,
    due: String,
    delay: String,
    service: String,
    agent: String,
    channel: &'static str,
    mailbox: String,
    received: String,
    came_back: bool,
    to_confirm: bool,
    percent: String,
    kind: &'static str,
    scope: &'static str,
    topic: &'static str,
    kinds: Vec<Choice>,
    scopes: Vec<Choice>,
    topics: Vec<Choice>,
    channels: Vec<Choice>,
    mailboxes: Vec<Choice>,
    closings: Vec<Choice>,
    staff: Vec<Choice>,
    reasons: Vec<Numbered>,
    more_reasons: Vec<Numbered>,
    proposed: Proposed,
    suggested: Vec<Suggested>,
    turns: Vec<Turn>,
    clocks: Vec<Clock>,
    history: Vec<Happened>,
    merged_here: Vec<String>,
    merged_into: String,
    others: Vec<String>,
    pending: Vec<Pending>,
    works: bool,
    can_be_written_to: bool,
    today: String,
    received_day: String,
    /// What the case is, as it stands on the page: what is confirmed or corrected is that.
    shown: Vec<(&'static str, String)>,
}

pub(super) async fn show(visit: Visit) -> Answer {
    let site = &visit.site;
    let store = site.desk().store();
    let case = store.case(&visit.about.reference).await?.ok_or(Failure::NotFound)?;
    let known = &case.summary;
    let others = site.desk().look(known.id, visit.by()).await?;
    let works = visit.person.as_ref().is_some_and(|person| person.may_for(WORKERS, &known.service));
    let running = known.state.is_running();
    let suggestions = if running && works { site.desk().suggest(&known.reference).await? } else { Vec::new() };
    let reasons = passages::reasons(&case.evidence);
    let (first, more) = numbered(&reasons);
    let now = site.desk().now();
    let ends = Urgency::ends(page::calendar(site), now);
    let settled = !known.to_confirm;
    let subject = if known.subject.trim().is_empty() {
        vec![Piece { text: page::subject(""), reason: 0 }]
    } else {
        passages::marked(&known.subject, "subject", &reasons)
    };
    // To another service a case goes by a transfer, of which its correspondent is told.
    let own = |mailbox: &&crate::config::Mailbox| mailbox.service == known.service || mailbox.id == known.mailbox;
    let mailboxes = page::config(site).mailboxes.iter().filter(own).map(|mailbox| Choice {
        value: mailbox.id.clone(),
        name: mailbox.address.clone(),
        chosen: mailbox.id == known.mailbox,
    });
    html(&CasePage {
        chrome: Chrome::of(&visit, format!("Demande {}", known.reference), "/demandes"),
        reference: known.reference.clone(),
        subject,
        from: page::correspondent(&known.correspondent_name, &known.correspondent),
        address: page::clear(&known.correspondent),
        state: known.state.french(),
        running,
        merged: known.state == State::Merged,
        urgency: running.then(|| Urgency::of(known.due_at, ends)),
        due: page::day(site, known.due_at),
        delay: known.delay.clone(),
        service: page::service_name(site, &known.service),
        agent: if known.agent.is_empty() { String::new() } else { page::person_name(site, &known.agent) },
        channel: known.channel.french(),
        mailbox: known.mailbox.clone(),
        received: page::moment(site, known.received_at),
        came_back: known.came_back,
        to_confirm: known.to_confirm,
        percent: format!("{:.0} %", known.confidence * 100.0),
        kind: known.kind.french(),
        scope: known.scope.french(),
        topic: known.topic.french(),
        kinds: choices!(Kind, known.kind.word()),
        scopes: choices!(Scope, known.scope.word()),
        topics: choices!(Topic, known.topic.word()),
        channels: choices!(Channel, known.channel.word()),
        mailboxes: mailboxes.collect(),
        closings: choices!(Closing, ""),
        staff: page::staff(site, &known.service, &known.agent),
        reasons: first,
        more_reasons: more,
        proposed: case_view::proposed(site, case.proposal.as_ref(), &known.service, settled),
        suggested: suggestions.into_iter().take(SHOWN).map(suggested).collect(),
        turns: case_view::conversation(site, &case, &reasons),
        clocks: case_view::clocks(site, &case),
        history: case_view::history(site, &case),
        merged_here: case.merged.clone(),
        merged_into: case.merged_into.clone().unwrap_or_default(),
        others: others.iter().map(|person| page::person_name(site, person)).collect(),
        pending: store
            .writings(known.id)
            .await?
            .iter()
            .filter(|writing| writing.person == visit.by() || running && now.duration_since(writing.saved_at) < FRESH)
            .map(|writing| pending(&visit, writing))
            .collect(),
        works,
        can_be_written_to: crate::mail::is_sendable(&known.correspondent),
        today: page::calendar(site).date(now).to_string(),
        received_day: page::calendar(site).date(known.received_at).to_string(),
        shown: vec![
            ("nature", known.kind.word().into()),
            ("perimetre", known.scope.word().into()),
            ("theme", known.topic.word().into()),
            ("canal", known.channel.word().into()),
            ("boite", known.mailbox.clone()),
            ("recue_le", page::calendar(site).date(known.received_at).to_string()),
        ],
    })
}

fn suggested(one: crate::replies::Suggestion) -> Suggested {
    Suggested { name: one.template, title: one.title, percent: format!("{:.0} %", one.score * 100.0), why: one.why }
}

/// The weightiest reasons, and the others.
fn numbered(reasons: &[Reason]) -> (Vec<Numbered>, Vec<Numbered>) {
    let mut all: Vec<_> = reasons
        .iter()
        .enumerate()
        .map(|(index, reason)| Numbered { number: index + 1, detail: page::clear(&reason.detail) })
        .collect();
    let more = all.split_off(all.len().min(REASONS));
    (all, more)
}

fn pending(visit: &Visit, writing: &Writing) -> Pending {
    let left = writing.leaves_at.map(|at| at.duration_since(visit.site.desk().now()).as_secs().max(0));
    Pending {
        kind: writing.kind.french(),
        slug: slug(writing.kind),
        mine: writing.person == visit.by(),
        who: page::person_name(&visit.site, &writing.person),
        leaves_in: left,
        leaves_at: writing.leaves_at.map(|at| seconds(&visit.site, at)).unwrap_or_default(),
        failure: page::sentence(&writing.failure).trim_matches('.').to_owned(),
    }
}

/// « 9 h 53 min 20 s ».
fn seconds(site: &Site, at: jiff::Timestamp) -> String {
    let at = at.to_zoned(page::calendar(site).zone().clone());
    format!("{} h {:02} min {:02} s", at.hour(), at.minute(), at.second())
}

/// Says that the reader still has the case open; answers who else has.
pub(super) async fn presence(visit: Visit) -> Answer {
    let others = visit.site.desk().look(visit.about.case, visit.by()).await?;
    let names: Vec<_> = others.iter().map(|person| page::person_name(&visit.site, person)).collect();
    Ok(names.join(", ").into_response())
}
