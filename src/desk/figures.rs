//! The figures of the label: what is known of each case as days of the prefecture, months that are published, and what is behind
//! a figure.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use tokio::task::{JoinError, JoinSet};

use super::{ActError, Desk, outputs::start};
use crate::{
    calendar::{Calendar, CountedDays},
    case::{Ending, EventKind, Purpose, State},
    indicators::{
        ByService, CaseFact, Difference, Done, Month, Owed, PromiseFact, Publication, Report, Seen, Step, StepFact,
        contributions, differences, tallies,
    },
    store::{FigureCase, FigureClock, PublishedFact, PublishedMonth, StoreError},
};

/// Who publishes a month that nobody has published.
const BY_ITSELF: &str = "releve";

/// A month that was counted.
type Counting = Result<(Month, ByService), StoreError>;

/// Reads days of cases with a calendar.
struct Days<'c> {
    calendar: &'c Calendar,
    counted: CountedDays<'c>,
}

impl Desk {
    /// The figures of the months from `from` to `to`, for the services that are looked at: as published where they were, and as
    /// they are known today.
    pub async fn report(&self, (from, to): (Month, Month), seen: &Seen) -> Result<Report, StoreError> {
        let today = self.policy.calendar.date(self.now());
        // Month by month, so that no year has to be held at once; two at a time, as one waits for the database while the other
        // is counted.
        let (mut known, mut counting) = (BTreeMap::new(), JoinSet::new());
        let done = |counted: Option<Result<Counting, JoinError>>| match counted {
            Some(Ok(counted)) => counted.map(Some),
            // A fault of ours is one fault, whichever task found it.
            Some(Err(error)) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The daemon is being ended.
                Err(_) => Err(StoreError::Raced),
            },
            None => Ok(None),
        };
        for month in from.to(to) {
            if counting.len() == 2 {
                known.extend(done(counting.join_next().await)?);
            }
            let desk = self.clone();
            counting.spawn(async move {
                let facts = desk.facts(month, month).await?;
                Ok((month, tallies(&facts, today).remove(&month).unwrap_or_default()))
            });
        }
        while !counting.is_empty() {
            known.extend(done(counting.join_next().await)?);
        }
        let mut published: BTreeMap<Month, Vec<Publication>> = BTreeMap::new();
        for edition in self.store.published(&from.to_string(), &to.to_string()).await? {
            let (month, publication) = publication(edition)?;
            published.entry(month).or_default().push(publication);
        }
        Ok(Report::of((from, to), seen, &known, published, today))
    }

    /// The figures of the same months of the year before, as far as these have begun: a year that runs is compared with as much
    /// of the last one.
    pub async fn report_before(&self, (from, to): (Month, Month), seen: &Seen) -> Result<Report, StoreError> {
        let this_month = Month::of(self.policy.calendar.date(self.now()));
        let to = if from <= this_month { to.min(this_month) } else { to };
        self.report((from.later(-12), to.later(-12)), seen).await
    }

    /// The cases behind the figures of some months, as they are known today, without what identifies people.
    pub async fn facts(&self, from: Month, to: Month) -> Result<Vec<CaseFact>, StoreError> {
        let calendar = &self.policy.calendar;
        let cases = self.store.figure_cases(start(calendar, from), start(calendar, to.later(1))).await?;
        // Most answers stand near their months; what does not is counted day by day.
        let counted = calendar.counted(from.later(-6).first_day(), to.later(6).last_day());
        let days = Days { calendar, counted };
        Ok(cases.iter().map(|case| days.fact(case)).collect())
    }

    /// The cases behind a month as it was last published, and the day of that; else as they are known today.
    pub async fn facts_behind(&self, month: Month) -> Result<(Vec<CaseFact>, Date), StoreError> {
        let calendar = &self.policy.calendar;
        let name = month.to_string();
        match self.store.published(&name, &name).await?.pop() {
            Some(last) => {
                let rows = self.store.published_facts(&name, last.edition).await?;
                let facts = rows.iter().map(|row| read(&row.fact, "fact")).collect::<Result<_, _>>()?;
                Ok((facts, calendar.date(last.at)))
            }
            None => Ok((self.facts(month, month).await?, calendar.date(self.now()))),
        }
    }

    /// Why a month is no longer as it was last published; nothing, where it is or was not.
    pub async fn differences(&self, month: Month) -> Result<Vec<Difference>, StoreError> {
        let name = month.to_string();
        if self.store.published(&name, &name).await?.is_empty() {
            return Ok(Vec::new());
        }
        let (then, on) = self.facts_behind(month).await?;
        let now = self.facts(month, month).await?;
        Ok(differences(month, (&then, on), (&now, self.policy.calendar.date(self.now()))))
    }

    /// Publishes a month that is over as it is known today: it is kept so. Where it was published before, `why` says what
    /// is corrected, and both stay. Returns the number of the edition.
    pub async fn publish(&self, month: Month, why: &str, by: &str) -> Result<i64, ActError> {
        let refuse = |text: String| Err(ActError::Refused(text));
        let (calendar, now) = (&self.policy.calendar, self.now());
        let today = calendar.date(now);
        if month.last_day() >= today {
            return refuse(format!("{} n'est pas terminé : ses chiffres changent encore", month.french()));
        }
        let first = self.store.first_reception().await?.map(|at| Month::of(calendar.date(at)));
        if first.is_none_or(|first| month < first) {
            return refuse(format!("rien n'est connu de {} : la première demande est plus récente", month.french()));
        }
        let why = one_line(why, 500).ok_or_else(|| ActError::Refused("la raison dépasse 500 caractères".into()))?;
        if by.trim().is_empty() {
            return refuse("dites qui publie".into());
        }
        let name = month.to_string();
        let last = self.store.published(&name, &name).await?.pop();
        let facts = self.facts(month, month).await?;
        let figures = tallies(&facts, today).remove(&month).unwrap_or_default();
        if let Some(last) = &last {
            if why.is_empty() {
                return refuse(format!(
                    "{} est déjà publié : dites pourquoi ses chiffres sont corrigés (ligne de commande : --why)",
                    month.french()
                ));
            }
            let (_, published) = publication(last.clone())?;
            if published.figures == figures {
                return refuse(format!("rien à corriger : {} est toujours comme il a été publié", month.french()));
            }
        }
        let edition = last.map_or(1, |last| last.edition + 1);
        let row = PublishedMonth {
            month: name,
            edition,
            at: now,
            actor: by.to_owned(),
            why: if edition == 1 { String::new() } else { why },
            figures: written(&figures),
        };
        let behind = facts.into_iter().filter_map(|fact| only(month, fact, today));
        let behind: Vec<_> = behind
            .map(|fact| PublishedFact {
                reference: fact.reference.clone(),
                service: fact.service.clone(),
                fact: written(&fact),
            })
            .collect();
        let mut work = self.store.begin().await?;
        if !work.publish(&row, &behind).await? {
            return refuse(format!("{} vient d'être publié par quelqu'un d'autre", month.french()));
        }
        work.commit().await?;
        Ok(edition)
    }

    /// Publishes by itself what is over for as long as the configuration says and nobody has published: the last two months, no
    /// older ones, which a sheet that was just taken over may still change. Returns what was published.
    pub async fn publish_due(&self) -> Result<Vec<Month>, ActError> {
        let (calendar, days) = (&self.policy.calendar, self.policy.config.figures.publish_after_days);
        if days == 0 {
            return Ok(Vec::new());
        }
        let today = calendar.date(self.now());
        let days = i16::try_from(days).unwrap_or(i16::MAX);
        // What is being taken over from a sheet is not whole yet: as long again is waited for the rest of it.
        let imported_on = self.store.last_import().await?.map(|at| calendar.date(at));
        let mut published = Vec::new();
        for month in self.unpublished(2).await? {
            let from = imported_on.map_or(month.last_day(), |day| day.max(month.last_day()));
            if calendar.working_day(from, days) <= today {
                match self.publish(month, "", BY_ITSELF).await {
                    Ok(_) => published.push(month),
                    // Another daemon, or a person, was quicker.
                    Err(ActError::Refused(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(published)
    }

    /// The months that are over and were not published, the oldest first, from the first case on; at most the last `months`.
    pub async fn unpublished(&self, months: i32) -> Result<Vec<Month>, StoreError> {
        let Some(first) = self.store.first_reception().await? else { return Ok(Vec::new()) };
        let calendar = &self.policy.calendar;
        let last = Month::of(calendar.date(self.now())).later(-1);
        let from = Month::of(calendar.date(first)).max(last.later(1 - months));
        let known = self.store.published(&from.to_string(), &last.to_string()).await?;
        Ok(from.to(last).filter(|month| known.iter().all(|one| one.month != month.to_string())).collect())
    }
}

/// What somebody typed, on one line, without signs that act or turn it around; `None`: it is longer than that.
pub(super) fn one_line(text: &str, most: usize) -> Option<String> {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clear: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !turns(*c)).collect();
    let line = clear.split_whitespace().collect::<Vec<_>>().join(" ");
    (line.chars().count() <= most).then_some(line)
}

/// What of a case stands behind a month: nothing, where it adds nothing to it.
pub(super) fn only(month: Month, mut fact: CaseFact, today: Date) -> Option<CaseFact> {
    fact.steps.retain(|step| Month::of(step.on) == month);
    let mut counts = false;
    contributions(&fact, today, &mut |counted| counts |= counted.month == month);
    counts.then_some(fact)
}

fn publication(row: PublishedMonth) -> Result<(Month, Publication), StoreError> {
    let month = row.month.parse();
    let month = month.map_err(|_| StoreError::Inconsistent { column: "month", found: row.month.clone() })?;
    let figures: ByService = read(&row.figures, "figures")?;
    Ok((month, Publication { edition: row.edition, at: row.at, by: row.actor, why: row.why, figures }))
}

fn read<T: serde::de::DeserializeOwned>(json: &str, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Inconsistent { column, found: error.to_string() })
}

fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("words, days and numbers always serialise")
}

impl Days<'_> {
    fn on(&self, at: Timestamp) -> Date {
        self.calendar.date(at)
    }

    fn done(&self, from: Date, at: Timestamp) -> Done {
        let on = self.on(at);
        Done { on, working_days: self.counted.working(from, on), calendar_days: (on - from).get_days() }
    }

    fn fact(&self, case: &FigureCase) -> CaseFact {
        let step = |kind| match kind {
            EventKind::Held => Some(Step::Held),
            EventKind::PiecesAsked => Some(Step::PiecesAsked),
            EventKind::Transferred => Some(Step::Transferred),
            EventKind::Reopened => Some(Step::Reopened),
            _ => None,
        };
        let steps = case.steps.iter().filter_map(|(at, kind)| Some(StepFact { on: self.on(*at), what: step(*kind)? }));
        let answers = case
            .answers
            .iter()
            .map(|(at, model)| StepFact { on: self.on(*at), what: Step::Answered { model: *model } });
        CaseFact {
            reference: case.reference.clone(),
            mailbox: case.mailbox.clone(),
            channel: case.channel,
            service: case.service.clone(),
            kind: case.kind,
            scope: case.scope,
            topic: case.topic,
            received_on: self.on(case.received_at),
            merged: case.state == State::Merged,
            accepted: case.accepted,
            receipts: counting(case, Purpose::Receipt).filter_map(|clock| self.owed(clock)).collect(),
            promises: self.promises(case),
            steps: steps.chain(answers).collect(),
        }
    }

    fn owed(&self, clock: &FigureClock) -> Option<Owed> {
        if clock.ended.is_some_and(|(_, how)| how == Some(Ending::Merged)) {
            return None;
        }
        let ended_on = clock.ended.filter(|_| clock.met_at.is_none()).map(|(at, _)| self.on(at));
        Some(Owed { due_on: self.on(clock.due_at), met_on: clock.met_at.map(|at| self.on(at)), ended_on })
    }

    fn promises(&self, case: &FigureCase) -> Vec<PromiseFact> {
        let answers: Vec<_> = counting(case, Purpose::Answer).collect();
        // A day that was announced, and pieces that were asked for, were told in a letter: from its instant their days count.
        let told = case.clocks.iter().filter(|clock| matches!(clock.purpose, Purpose::Announced | Purpose::Pieces));
        let told: Vec<_> = told.map(|clock| clock.starts_at).collect();
        let promise = |(number, clock): (usize, &&FigureClock)| {
            let next = answers.get(number + 1).map(|next| next.starts_at);
            let handed_over = clock.ended.filter(|(_, how)| *how == Some(Ending::HandedOver)).map(|(at, _)| at);
            let others = told.iter().copied().chain(handed_over);
            let others = others.filter(|at| *at >= clock.starts_at && next.is_none_or(|next| *at < next));
            let replied_at = others.chain(clock.met_at).min();
            let starts_on = self.on(clock.starts_at);
            let ended = clock.ended.filter(|_| clock.met_at.is_none());
            PromiseFact {
                starts_on,
                due_on: self.on(clock.due_at),
                answered: clock.met_at.map(|at| self.done(starts_on, at)),
                replied: replied_at.map(|at| self.done(starts_on, at)),
                ended: ended.map(|(at, how)| (self.on(at), how.unwrap_or(Ending::Closed))),
            }
        };
        answers.iter().enumerate().map(promise).collect()
    }
}

/// The clocks of a purpose that no later row has replaced.
fn counting(case: &FigureCase, purpose: Purpose) -> impl Iterator<Item = &FigureClock> {
    let stands = |clock: &&FigureClock| clock.ended.is_none_or(|(_, how)| how != Some(Ending::Replaced));
    case.clocks.iter().filter(move |clock| clock.purpose == purpose).filter(stands)
}
