//! Who is told what at an instant: the steps of the escalation that are due, the digests and summaries that have not been
//! written yet, one mail a person. Pure: rows and an instant in, mails and rows out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::{Timestamp, civil::Date};

use super::{
    super::Policy,
    people::{persons, present},
    schedule::{self, Step, counts_down, steps},
};
use crate::{
    case::{NoticeKind, Role, Told},
    notices::Document,
    store::{
        Absence, Given, MailboxState, NearlyRejected, NewNotice, NewWarning, Noticed, Running, ServiceFigures,
        Unacknowledged,
    },
};

/// What is known when the watch wakes.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) now: Timestamp,
    /// The clocks that want to be looked at by then are.
    pub(super) woken: Timestamp,
    /// The cases to look at, and those that are due soon, the earliest deadline first.
    pub(super) running: Vec<Running>,
    pub(super) given: Vec<Given>,
    pub(super) absences: Vec<Absence>,
    /// Who had a digest today, and when the one before was.
    pub(super) digests: BTreeMap<String, Noticed>,
    /// The same for the summaries of this week.
    pub(super) weeklies: BTreeMap<String, Noticed>,
    /// What happened since each of the instants of earlier digests.
    pub(super) figures: BTreeMap<Timestamp, Vec<ServiceFigures>>,
    pub(super) last_week: Vec<ServiceFigures>,
    pub(super) unacknowledged: Vec<Unacknowledged>,
    pub(super) nearly_rejected: Vec<NearlyRejected>,
    pub(super) mailboxes: Vec<MailboxState>,
}

/// What the watch does when it wakes.
#[derive(Debug, Default)]
pub(super) struct Wave {
    pub(super) mails: Vec<Mail>,
    /// Steps that nobody is told of: overtaken, or without anybody in charge.
    pub(super) silent: Vec<Warning>,
    /// When each clock that was looked at has to be looked at again.
    pub(super) wakes: Vec<(i64, Option<Timestamp>)>,
}

/// One mail to one person, with the warnings that it carries.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) recipient: String,
    /// Whose notices it is; the first one carries the mail.
    pub(super) notices: Vec<NewNotice>,
    /// `None`: there is nothing to say; the notice says that this was found.
    pub(super) document: Option<Document>,
    pub(super) warnings: Vec<Warning>,
}

/// One step for one person.
#[derive(Debug, Clone)]
pub(super) struct Warning {
    pub(super) case_id: i64,
    pub(super) reference: String,
    /// For the history of the case.
    pub(super) detail: String,
    pub(super) row: NewWarning,
}

/// The last instant of a deadline that a digest of this day shows: the end of the last day before the second working day
/// to come.
pub(super) fn horizon(policy: &Policy, day: Date) -> Timestamp {
    let calendar = &policy.calendar;
    let second = calendar.next_working_day(calendar.next_working_day(day));
    calendar.instant(second, jiff::civil::Time::midnight())
}

/// Working days before silence rejects a complaint from which a digest tells of it.
const BEFORE_SILENCE: i16 = 5;

/// The last instant of a silence of which a digest of this day tells.
pub(super) fn silence_horizon(policy: &Policy, day: Date) -> Timestamp {
    policy.calendar.instant(policy.calendar.working_day(day, BEFORE_SILENCE + 1), jiff::civil::Time::midnight())
}

/// From when the changes of a digest are counted when its reader never had one: the working day before, at the hour.
pub(super) fn first_since(policy: &Policy, day: Date) -> Timestamp {
    policy.calendar.instant(policy.calendar.working_day(day, -1), policy.config.watch.hours.from)
}

pub(super) fn plan(policy: &Policy, facts: &Facts) -> Wave {
    Planner { policy, facts, day: policy.calendar.date(facts.now) }.plan()
}

pub(super) struct Planner<'a> {
    pub(super) policy: &'a Policy,
    pub(super) facts: &'a Facts,
    pub(super) day: Date,
}

/// What is for one person.
#[derive(Default)]
pub(super) struct Share<'a> {
    /// Whose digests this is: the person's own, and those of whoever the person stands in for; empty: no digest is due.
    pub(super) persons: BTreeSet<&'a str>,
    /// The services that they answer for.
    pub(super) services: BTreeSet<&'a str>,
    /// The steps by case, in words.
    pub(super) steps: HashMap<i64, Vec<String>>,
    warnings: Vec<Warning>,
}

impl Share<'_> {
    /// Adds a step. One person may be told of it in two roles: one line says so once.
    fn warn(&mut self, case_id: i64, warning: Warning) {
        let NewWarning { meant_for, recipient, step, .. } = &warning.row;
        let instead = if meant_for == recipient { String::new() } else { format!(", en l'absence de {meant_for}") };
        let words = format!("{}{instead}", schedule::french(step));
        let steps = self.steps.entry(case_id).or_default();
        if !steps.contains(&words) {
            steps.push(words);
        }
        self.warnings.push(warning);
    }
}

impl<'a> Planner<'a> {
    fn plan(&self) -> Wave {
        let mut wave = Wave::default();
        let mut shares = BTreeMap::<&str, Share<'_>>::new();
        self.steps_due(&mut wave, &mut shares);
        self.digests_due(&mut shares);
        let levels = self.levels(shares.values().flat_map(|share| &share.warnings));
        for (recipient, share) in shares {
            wave.mails.push(self.mail(recipient, share, &levels));
        }
        if self.policy.config.watch.weekly {
            self.weeklies_due(&mut wave);
        }
        wave
    }

    /// Sorts the steps that are due by person.
    fn steps_due(&self, wave: &mut Wave, shares: &mut BTreeMap<&'a str, Share<'a>>) {
        let (now, config) = (self.facts.now, &self.policy.config);
        let given = self.given();
        for case in self.facts.running.iter().filter(|case| case.wake_at.is_some_and(|at| at <= self.facts.woken)) {
            let (due, later): (Vec<_>, Vec<_>) = steps(self.policy, case).into_iter().partition(|step| step.at <= now);
            wave.wakes.push((case.clock_id, later.iter().map(|step| step.at).min()));
            for (place, step) in due.iter().enumerate() {
                for role in &step.to {
                    let already = given.get(&(case.clock_id, step.name.as_str(), *role));
                    let known = |person: &str| already.is_some_and(|persons| persons.contains(person));
                    let meant_for = persons(config, *role, &case.service, &case.agent);
                    if meant_for.is_empty() && already.is_none() {
                        wave.silent.push(self.warning(case, &step.name, *role, "", "", Told::Nobody));
                    }
                    // A step happens once for a role, whoever has it later; but an agent to whom the case is given after it
                    // has still to be told, and so has the first person declared for a role that was nobody's.
                    let agents_own = *role == Role::Agent && !case.agent.is_empty();
                    let done = already.is_some_and(|persons| persons.iter().any(|person| !person.is_empty()));
                    for person in meant_for.into_iter().filter(|person| !known(person) && (agents_own || !done)) {
                        let recipient = self.present(person);
                        // Who is told of a later step of the same case need not be told of this one. What does not count
                        // down is another matter.
                        let overtaken = counts_down(&step.name)
                            && due[place + 1..].iter().any(|later| self.reaches(later, case, recipient));
                        let outcome = if overtaken { Told::Overtaken } else { Told::Written };
                        let warning = self.warning(case, &step.name, *role, person, recipient, outcome);
                        match outcome {
                            Told::Written => shares.entry(recipient).or_default().warn(case.case_id, warning),
                            _ => wave.silent.push(warning),
                        }
                    }
                }
            }
        }
    }

    /// The persons for whom each step was, by clock, step and role; an empty one where nobody was declared.
    fn given(&self) -> HashMap<(i64, &str, Role), HashSet<&str>> {
        let mut given = HashMap::<_, HashSet<_>>::new();
        for one in &self.facts.given {
            let persons = given.entry((one.clock_id, one.step.as_str(), one.role)).or_default();
            persons.insert(one.meant_for.as_str());
        }
        given
    }

    /// Whether a step of a case is told to this person.
    fn reaches(&self, step: &Step, case: &Running, recipient: &str) -> bool {
        let persons = |role: &Role| persons(&self.policy.config, *role, &case.service, &case.agent);
        step.to.iter().flat_map(persons).any(|person| self.present(person) == recipient)
    }

    pub(super) fn present(&self, person: &'a str) -> &'a str {
        present(person, self.day, &self.facts.absences)
    }

    fn warning(
        &self,
        case: &Running,
        step: &str,
        role: Role,
        meant_for: &str,
        recipient: &str,
        outcome: Told,
    ) -> Warning {
        let french = schedule::french(step);
        let detail = match outcome {
            Told::Written if meant_for == recipient => format!("{french}, {} : {recipient}", role.french()),
            Told::Written => format!("{french}, {} : {recipient}, en l'absence de {meant_for}", role.french()),
            Told::Overtaken => format!("{french}, {} : {}", role.french(), outcome.french()),
            Told::Nobody => format!("{french}, {} : personne n'est déclaré, ni au-dessus", role.french()),
        };
        let row = NewWarning {
            clock_id: case.clock_id,
            step: step.to_owned(),
            role,
            meant_for: meant_for.to_owned(),
            recipient: recipient.to_owned(),
            at: self.facts.now,
            outcome,
            notice_id: None,
        };
        Warning { case_id: case.case_id, reference: case.reference.clone(), detail, row }
    }

    /// Gives each service to those who answer for it, unless they have had their digest today.
    fn digests_due(&self, shares: &mut BTreeMap<&'a str, Share<'a>>) {
        let config = &self.policy.config;
        let of_cases = self.facts.running.iter().map(|case| case.service.as_str());
        let of_receipts = self.facts.unacknowledged.iter().map(|case| case.service.as_str());
        let of_silence = self.facts.nearly_rejected.iter().map(|case| case.service.as_str());
        let services: BTreeSet<_> = config
            .services
            .iter()
            .map(|service| service.id.as_str())
            .chain(of_cases)
            .chain(of_receipts)
            .chain(of_silence)
            .collect();
        for service in services {
            for person in persons(config, Role::Manager, service, "") {
                if !self.facts.digests.get(person).is_some_and(|noticed| noticed.since) {
                    let share = shares.entry(self.present(person)).or_default();
                    share.services.insert(service);
                    share.persons.insert(person);
                }
            }
        }
    }

    /// The highest role that was told of each clock, this time included, and the step.
    fn levels<'w>(&'w self, warnings: impl Iterator<Item = &'w Warning>) -> HashMap<i64, (Role, String)> {
        let before = self.facts.given.iter().filter(|one| one.outcome == Told::Written);
        let before = before.map(|one| (one.clock_id, one.role, one.step.as_str()));
        let now = warnings.map(|warning| (warning.row.clock_id, warning.row.role, warning.row.step.as_str()));
        let mut levels = HashMap::<i64, (Role, &str)>::new();
        for (clock, role, step) in before.chain(now).filter(|(_, role, step)| *role > Role::Agent && counts_down(step))
        {
            let level = levels.entry(clock).or_insert((role, step));
            if role >= level.0 {
                *level = (role, step);
            }
        }
        levels.into_iter().map(|(clock, (role, step))| (clock, (role, schedule::french(step)))).collect()
    }

    fn mail(&self, recipient: &str, share: Share<'_>, levels: &HashMap<i64, (Role, String)>) -> Mail {
        let kind = if share.services.is_empty() { NoticeKind::Warning } else { NoticeKind::Digest };
        let digest = self.digest(recipient, &share, levels);
        let says = digest.says_something() || self.policy.config.watch.tell_nothing_late;
        let now = self.facts.now;
        let slots: Vec<_> = match kind {
            NoticeKind::Digest => {
                share.persons.iter().map(|person| (format!("digest/{}/{person}", self.day), *person)).collect()
            }
            _ => vec![(format!("warning/{}/{recipient}", now.as_millisecond()), recipient)],
        };
        let notice = |(slot, person): (String, &str)| NewNotice {
            slot,
            kind,
            recipient: person.to_owned(),
            at: now,
            empty: !says,
        };
        Mail {
            recipient: recipient.to_owned(),
            notices: slots.into_iter().map(notice).collect(),
            document: says.then(|| digest.document()),
            warnings: share.warnings,
        }
    }

    /// The name that people know, or the key of a service that is no longer declared.
    pub(super) fn service_name(&self, service: &str) -> String {
        self.policy.config.service(service).map_or_else(|| service.to_owned(), |service| service.name.clone())
    }

    /// The page of a case; empty where there are no pages.
    pub(super) fn page(&self, reference: &str) -> String {
        match self.policy.config.web.address.as_str() {
            "" => String::new(),
            address => format!("{address}/demandes/{reference}"),
        }
    }
}
