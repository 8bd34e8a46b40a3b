//! What is due of a case, and when: its clocks are begun, met, ended and replaced here and nowhere else.
//!
//! The clock of the answer is the prefecture's promise for the channel and the kind ([`crate::config::Deadlines`]). The
//! others are the law's: the receipt and the acknowledgement of what came electronically, and the day on which silence
//! rejects a complaint. Each row bears its rule, its source and the day since which it is in force, and every day that
//! was counted or skipped: a rule or a closure that changes later changes nothing in it.

use jiff::{Timestamp, civil::Date};

use super::{Policy, watch::schedule};
use crate::{
    calendar::{Deadline, Delay, Unit},
    case::{Channel, Ending, Kind, Purpose, State},
    config::DeadlineRule,
    store::{CaseSummary, ClockRow, NewClock, StoreError, Work},
};

/// What the law wants of whoever gets an electronic message: an « accusé d'enregistrement » within one working day, and
/// an « accusé de réception » within ten (CRPA R112-11-2; décret 2016-1411, in force since 7 November 2016, domain.md
/// §2). For paper no article fixes a delay.
const ELECTRONIC: [(Purpose, u16); 2] = [(Purpose::Receipt, 1), (Purpose::Acknowledgement, 10)];
const R112_11_2: (&str, &str) = ("CRPA, art. R112-11-2", "2016-11-07");

/// Silence for two months rejects a complaint (CRPA L231-4, 2°; the code is in force since 1 January 2016, ordonnance
/// 2015-1341, art. 10).
const L231_4: (&str, &str) = ("CRPA, art. L231-4", "2016-01-01");

/// Months of silence.
const SILENCE: u8 = 2;

/// Every purpose that an answer on substance meets.
const MET_BY_ANSWER: &[Purpose] = &[Purpose::Answer, Purpose::Announced, Purpose::Pieces, Purpose::Silence];

/// The clocks that the acknowledgement meets; any reply says as much as it.
const MET_BY_RECEIPT: &[Purpose] = &[Purpose::Receipt, Purpose::Acknowledgement];

/// Why the clock of an answer was begun anew.
const PIECES_CAME: &str = "l'usager a envoyé ce qui manquait";

/// Why a clock was replaced.
const CORRECTED: &str = "classement ou réception corrigés";

/// Whether the law on electronic mail holds for what comes this way.
pub(super) const fn is_electronic(channel: Channel) -> bool {
    matches!(channel, Channel::Email | Channel::Form)
}

/// The promise that holds for a message, and the deadline that it gives.
#[derive(Debug, Clone)]
pub(super) struct Promise {
    pub(super) rule: DeadlineRule,
    pub(super) deadline: Deadline,
}

impl Policy {
    /// What the prefecture has promised for what was received through this channel and is of this kind.
    pub(super) fn promise(&self, channel: Channel, kind: Kind, received_at: Timestamp) -> Promise {
        let rule = self.config.deadlines.rule(channel, kind, self.calendar.date(received_at));
        let deadline = self.calendar.deadline(received_at, rule.delay);
        Promise { rule, deadline }
    }

    /// The day on which silence rejects what was received then.
    pub(super) fn silence(&self, received_at: Timestamp) -> Deadline {
        self.calendar.months_later(received_at, SILENCE)
    }

    fn answer_clock(&self, case_id: i64, promise: &Promise, now: Timestamp) -> NewClock {
        let Promise { rule, deadline } = promise;
        let in_force = rule.since.map(|since| since.to_string()).unwrap_or_default();
        let first = schedule::first(self, deadline.due.date());
        NewClock {
            drives: true,
            wake_at: Some(first),
            ..clock(case_id, Purpose::Answer, rule.delay.to_string(), (&rule.source, &in_force), deadline, now)
        }
    }
}

fn clock(
    case_id: i64,
    purpose: Purpose,
    rule: String,
    (source, in_force): (&str, &str),
    deadline: &Deadline,
    begun_at: Timestamp,
) -> NewClock {
    let days = deadline.days.iter().map(|day| (day.date.to_string(), day.counted, day.reason)).collect::<Vec<_>>();
    NewClock {
        case_id,
        purpose,
        rule,
        source: source.to_owned(),
        in_force: in_force.to_owned(),
        starts_at: deadline.received.timestamp(),
        due_at: deadline.due.timestamp(),
        days: serde_json::to_string(&days).expect("texts and numbers always serialise"),
        begun_at,
        met_at: None,
        ended_at: None,
        ended_how: None,
        ended_why: String::new(),
        drives: false,
        wake_at: None,
    }
}

/// Begins the clocks of a new case. `owes_receipt`: whether the law wants an acknowledgement of the message.
pub(super) fn begin(
    policy: &Policy,
    work: &mut Work,
    case_id: i64,
    promise: &Promise,
    kind: Kind,
    owes_receipt: bool,
    now: Timestamp,
) {
    work.begin_clock(policy.answer_clock(case_id, promise, now));
    let received_at = promise.deadline.received.timestamp();
    if owes_receipt {
        for (purpose, days) in ELECTRONIC {
            let delay = Delay { days, unit: Unit::Working };
            let deadline = policy.calendar.deadline(received_at, delay);
            work.begin_clock(clock(case_id, purpose, delay.to_string(), R112_11_2, &deadline, now));
        }
    }
    if kind == Kind::Complaint {
        begin_silence(policy, work, case_id, received_at, now, None);
    }
}

fn begin_silence(
    policy: &Policy,
    work: &mut Work,
    case_id: i64,
    received_at: Timestamp,
    now: Timestamp,
    met_at: Option<Timestamp>,
) {
    let clock = clock(
        case_id,
        Purpose::Silence,
        format!("{SILENCE} mois de silence"),
        L231_4,
        &policy.silence(received_at),
        now,
    );
    let ended_how = met_at.map(|_| Ending::Met);
    work.begin_clock(NewClock { met_at, ended_at: met_at, ended_how, ..clock });
}

/// The acknowledgement has left.
pub(super) async fn acknowledged(work: &mut Work, case_id: i64, at: Timestamp) -> Result<(), StoreError> {
    work.meet_clocks(case_id, MET_BY_RECEIPT, at).await
}

/// The correspondent was answered on substance.
pub(super) async fn answered(work: &mut Work, case_id: i64, at: Timestamp) -> Result<(), StoreError> {
    work.meet_clocks(case_id, MET_BY_ANSWER, at).await?;
    work.meet_clocks(case_id, MET_BY_RECEIPT, at).await
}

/// The case ended without an answer: closed, handed over or merged.
pub(super) async fn without_object(
    work: &mut Work,
    case_id: i64,
    end: (Ending, &str),
    at: Timestamp,
) -> Result<(), StoreError> {
    work.end_clocks(case_id, MET_BY_ANSWER, end, at).await?;
    work.end_clocks(case_id, MET_BY_RECEIPT, end, at).await
}

/// A letter set a date, of the answer or for what the correspondent is to send: the escalation follows that one from now on.
/// The clock of the answer runs on, so that both rates can be told: a first reply of any kind, and a first reply on
/// substance.
pub(super) async fn dated(
    policy: &Policy,
    work: &mut Work,
    case: &mut CaseSummary,
    purpose: Purpose,
    until: Date,
    replied_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    work.release_escalation(case.id).await?;
    // What was asked for is still awaited when a later answer is announced.
    let replaced: &[Purpose] = match purpose {
        Purpose::Pieces => &[Purpose::Announced, Purpose::Pieces],
        _ => &[Purpose::Announced],
    };
    work.end_clocks(case.id, replaced, (Ending::Replaced, "une autre date a été annoncée"), now).await?;
    work.meet_clocks(case.id, MET_BY_RECEIPT, replied_at).await?;
    let deadline = policy.calendar.until(replied_at, until);
    let rule = format!("date annoncée le {}", policy.calendar.date(replied_at).strftime("%d/%m/%Y"));
    let source = match purpose {
        Purpose::Pieces => "demande de pièces à l'usager",
        _ => "message d'attente à l'usager",
    };
    let clock = clock(case.id, purpose, rule.clone(), (source, ""), &deadline, now);
    // A second holding reply goes to the manager, whatever the day is: the watch looks at once.
    let second = purpose == Purpose::Announced && case.holds > 1;
    let wake_at = if second { now } else { schedule::first(policy, until) };
    (case.due_at, case.delay) = (deadline.due.timestamp(), rule);
    work.begin_clock(NewClock { drives: true, wake_at: Some(wake_at), ..clock });
    Ok(())
}

/// What the correspondent was asked for has come, at `from`: the answer is promised anew, from then on. A missing piece
/// does not suspend a file (CRPA L114-5-1), but nobody can answer without what the answer needs.
pub(super) async fn pieces_received(
    policy: &Policy,
    work: &mut Work,
    case: &mut CaseSummary,
    from: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    work.meet_clocks(case.id, &[Purpose::Pieces], from).await?;
    if case.state == State::Held {
        // The day that was announced meanwhile holds.
        return Ok(());
    }
    work.end_clocks(case.id, &[Purpose::Answer], (Ending::Pieces, PIECES_CAME), now).await?;
    let promise = policy.promise(case.channel, case.kind, from);
    (case.due_at, case.delay) = (promise.deadline.due.timestamp(), promise.rule.delay.to_string());
    work.begin_clock(policy.answer_clock(case.id, &promise, now));
    Ok(())
}

/// What ended these clocks of a case did not happen, or was undone: they run again with their dates, and the escalation
/// follows the last date that was told. Returns whether there were any.
pub(super) async fn resume(
    work: &mut Work,
    case: &mut CaseSummary,
    which: impl Fn(&ClockRow) -> bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let clocks = work.clocks_of(case.id).await?;
    // Of each purpose the last: one that was replaced meanwhile counts no more.
    let mut resumed: Vec<&ClockRow> = Vec::new();
    for clock in clocks.iter().rev().filter(|clock| which(clock)) {
        if resumed.iter().all(|later| later.purpose != clock.purpose) {
            resumed.insert(0, clock);
        }
    }
    for clock in &resumed {
        work.resume_clock(clock.id).await?;
    }
    let dated = resumed.iter().rev().find(|clock| matches!(clock.purpose, Purpose::Announced | Purpose::Pieces));
    let driver = dated.or_else(|| resumed.iter().rev().find(|clock| clock.purpose == Purpose::Answer));
    let Some(driver) = driver else { return Ok(false) };
    work.release_escalation(case.id).await?;
    work.drive_by(driver.id, now).await?;
    (case.due_at, case.delay) = (driver.due_at, driver.rule.clone());
    Ok(true)
}

/// The message received then turns out to be another matter: what it had changed is undone. A case that it reopened ends
/// again as it had ended; pieces that it was taken for are still awaited. Returns whether there was anything to undo.
pub(super) async fn forget(
    work: &mut Work,
    case: &mut CaseSummary,
    received_at: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let clocks = work.clocks_of(case.id).await?;
    let answers: Vec<_> = clocks.iter().filter(|clock| clock.purpose == Purpose::Answer).collect();
    let [.., before, begun] = answers[..] else { return Ok(false) };
    // What was announced since stands, whatever it was announced for.
    if !begun.drives || begun.starts_at != received_at {
        return Ok(false);
    }
    let why = "le message est devenu une autre demande";
    work.replace_clock(begun.id, why, now).await?;
    if before.ended_how == Some(Ending::Pieces) {
        let awaited = |clock: &ClockRow| {
            clock.id == before.id || (clock.purpose == Purpose::Pieces && clock.met_at == Some(received_at))
        };
        resume(work, case, awaited, now).await?;
        case.state = State::Asked;
        return Ok(true);
    }
    for silence in clocks.iter().filter(|clock| clock.purpose == Purpose::Silence && clock.begun_at >= begun.begun_at) {
        work.replace_clock(silence.id, why, now).await?;
    }
    // Whoever is answered is owed no receipt any more, and nobody is where there is nothing to answer.
    match (before.met_at, before.ended_how) {
        (Some(at), _) => work.meet_clocks(case.id, MET_BY_RECEIPT, at).await?,
        (None, how) => {
            let end = (how.unwrap_or(Ending::Closed), before.ended_why.as_str());
            work.end_clocks(case.id, MET_BY_RECEIPT, end, now).await?;
        }
    }
    case.ended_at = before.ended_at;
    (case.due_at, case.delay) = (before.due_at, before.rule.clone());
    case.state = match before.ended_how {
        Some(Ending::Met) => State::Answered,
        Some(Ending::HandedOver) => State::Transferred,
        _ => State::Closed,
    };
    Ok(true)
}

/// Whether an answer of this instant met the clock.
pub(super) fn met_at(at: Timestamp) -> impl Fn(&ClockRow) -> bool {
    move |clock| clock.met_at == Some(at)
}

/// Where a case stands whose escalation follows this clock.
pub(super) const fn state_under(purpose: Purpose) -> State {
    match purpose {
        Purpose::Announced => State::Held,
        Purpose::Pieces => State::Asked,
        _ => State::Open,
    }
}

/// Whoever must be told is somebody else now: the same deadline, and an escalation that begins anew.
pub(super) async fn told_anew(
    policy: &Policy,
    work: &mut Work,
    case: &CaseSummary,
    why: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let clocks = work.clocks_of(case.id).await?;
    let Some(old) = clocks.into_iter().find(|clock| clock.drives) else { return Ok(()) };
    let wake_at = if case.came_back { now } else { schedule::first(policy, policy.calendar.date(old.due_at)) };
    work.end_clocks(case.id, &[old.purpose], (Ending::Replaced, why), now).await?;
    work.begin_clock(NewClock {
        case_id: case.id,
        purpose: old.purpose,
        rule: old.rule,
        source: old.source,
        in_force: old.in_force,
        starts_at: old.starts_at,
        due_at: old.due_at,
        days: old.days,
        begun_at: now,
        met_at: None,
        ended_at: None,
        ended_how: None,
        ended_why: String::new(),
        drives: true,
        wake_at: Some(wake_at),
    });
    Ok(())
}

/// The case is to be answered again, counted from `from`: the citizen's new message, or the day it was taken up again.
pub(super) fn again(policy: &Policy, work: &mut Work, case: &mut CaseSummary, from: Timestamp, now: Timestamp) {
    let promise = policy.promise(case.channel, case.kind, from);
    (case.due_at, case.delay) = (promise.deadline.due.timestamp(), promise.rule.delay.to_string());
    work.begin_clock(policy.answer_clock(case.id, &promise, now));
    if case.kind == Kind::Complaint {
        begin_silence(policy, work, case.id, silent_since(case, from), now, None);
    }
}

/// Silence is counted from the complaint, as long as no answer broke it; then from what is to be answered now.
fn silent_since(case: &CaseSummary, from: Timestamp) -> Timestamp {
    if case.answered_at.is_some() { from } else { case.received_at }
}

/// What the case is, or how it came, was corrected: the clocks that now stand elsewhere are replaced. Returns what
/// changed, in words; `None`: nothing.
///
/// The answer is counted from where the last answer clock was, or from the reception if that is what was corrected. A
/// date that was announced stays: it was promised.
pub(super) async fn recount(
    policy: &Policy,
    work: &mut Work,
    case: &mut CaseSummary,
    received_was: Timestamp,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let clocks = work.clocks_of(case.id).await?;
    let last = |purpose| clocks.iter().rev().find(|clock| clock.purpose == purpose);
    let Some(old) = last(Purpose::Answer) else { return Ok(None) };
    // A reopened case is counted from the message that reopened it.
    let from = if old.starts_at == received_was { case.received_at } else { old.starts_at };
    let promise = policy.promise(case.channel, case.kind, from);
    let due_at = promise.deadline.due.timestamp();
    let mut told = None;
    if (due_at, from) != (old.due_at, old.starts_at) {
        let date = |at| crate::calendar::in_words(policy.calendar.date(at), "fr");
        told = Some(format!("du {} au {} ({})", date(old.due_at), date(due_at), promise.rule.delay));
        work.replace_clock(old.id, CORRECTED, now).await?;
        let runs = old.ended_at.is_none();
        let dated = [Purpose::Announced, Purpose::Pieces].into_iter().filter_map(last).any(|clock| clock.drives);
        let drives = runs && !dated;
        let clock = policy.answer_clock(case.id, &promise, now);
        let wake_at = clock.wake_at.filter(|_| drives);
        let (met_at, ended_at, ended_how) = (old.met_at, old.ended_at, old.ended_how);
        let ended_why = old.ended_why.clone();
        work.begin_clock(NewClock { met_at, ended_at, ended_how, ended_why, drives, wake_at, ..clock });
        if drives || !runs {
            (case.due_at, case.delay) = (due_at, promise.rule.delay.to_string());
        }
    }
    for (purpose, days) in ELECTRONIC {
        let Some(owed) = last(purpose).filter(|clock| clock.ended_at.is_none()) else { continue };
        if !is_electronic(case.channel) {
            let end = (Ending::Replaced, "reçue autrement que par voie électronique");
            work.end_clocks(case.id, &[purpose], end, now).await?;
        } else if owed.starts_at != case.received_at {
            work.replace_clock(owed.id, CORRECTED, now).await?;
            let delay = Delay { days, unit: Unit::Working };
            let deadline = policy.calendar.deadline(case.received_at, delay);
            work.begin_clock(clock(case.id, purpose, delay.to_string(), R112_11_2, &deadline, now));
        }
    }
    let silence = last(Purpose::Silence).filter(|clock| clock.ended_at.is_none() || clock.met_at.is_some());
    match (silence, case.kind == Kind::Complaint) {
        (Some(clock), true) if clock.starts_at == silent_since(case, from) => {}
        (None, false) => {}
        (known, complaint) => {
            if let Some(clock) = known {
                work.replace_clock(clock.id, CORRECTED, now).await?;
            }
            if complaint && (case.state.is_running() || old.met_at.is_some()) {
                begin_silence(policy, work, case.id, silent_since(case, from), now, old.met_at);
            }
        }
    }
    Ok(told)
}
