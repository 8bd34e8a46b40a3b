//! Who is told what at an instant: the steps of the escalation that are due, the digests and summaries that have not been
//! written yet, one mail a person. Pure: rows and an instant in, mails and rows out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{
    super::Policy,
    people::{overseers, persons, present},
    schedule::{self, SECOND_HOLD, steps},
};
use crate::{
    case::{NoticeKind, Purpose, Role, Told},
    notices::{Alarm, CaseLine, Changes, Digest, Document, ServiceWeek, Standing, Weekly},
    store::{
        Absence, Given, MailboxState, NearlyRejected, NewNotice, NewWarning, Noticed, Running, ServiceFigures,
        Unacknowledged,
    },
};

/// What is known when the watch wakes.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) now: Timestamp,
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
    pub(super) notice: NewNotice,
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

/// A mailbox that polls less often than this is asked after only when it is silent for twice its pause.
const UNREAD: SignedDuration = SignedDuration::from_hours(1);

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

struct Planner<'a> {
    policy: &'a Policy,
    facts: &'a Facts,
    day: Date,
}

/// What is for one person.
#[derive(Default)]
struct Share<'a> {
    /// The services that the person answers for this morning; empty: no digest is due.
    services: BTreeSet<&'a str>,
    /// The steps by case, in words.
    steps: HashMap<i64, Vec<String>>,
    warnings: Vec<Warning>,
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
        let given: HashSet<_> =
            self.facts.given.iter().map(|one| (one.clock_id, one.step.as_str(), one.role)).collect();
        for case in self.facts.running.iter().filter(|case| case.wake_at.is_some_and(|at| at <= now)) {
            let (due, later): (Vec<_>, Vec<_>) = steps(self.policy, case).into_iter().partition(|step| step.at <= now);
            wave.wakes.push((case.clock_id, later.iter().map(|step| step.at).min()));
            for (place, step) in due.iter().enumerate() {
                let new = |role: &&Role| !given.contains(&(case.clock_id, step.name.as_str(), **role));
                for role in step.to.iter().filter(new) {
                    let overtaken =
                        step.name != SECOND_HOLD && due[place + 1..].iter().any(|more| more.to.contains(role));
                    let meant_for = persons(config, *role, &case.service, &case.agent);
                    if meant_for.is_empty() {
                        wave.silent.push(self.warning(case, &step.name, *role, "", "", Told::Nobody));
                    }
                    for person in meant_for {
                        let recipient = present(person, self.day, &self.facts.absences);
                        let outcome = if overtaken { Told::Overtaken } else { Told::Written };
                        let warning = self.warning(case, &step.name, *role, person, recipient, outcome);
                        if overtaken {
                            wave.silent.push(warning);
                            continue;
                        }
                        let share = shares.entry(recipient).or_default();
                        let words = share.steps.entry(case.case_id).or_default();
                        let instead =
                            if person == recipient { String::new() } else { format!(", en l'absence de {person}") };
                        let word = format!("{}{instead}", schedule::french(&step.name));
                        // One person may be told in two roles: one line says so once.
                        if !words.contains(&word) {
                            words.push(word);
                        }
                        share.warnings.push(warning);
                    }
                }
            }
        }
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
                let recipient = present(person, self.day, &self.facts.absences);
                if !self.facts.digests.get(recipient).is_some_and(|noticed| noticed.since) {
                    shares.entry(recipient).or_default().services.insert(service);
                }
            }
        }
    }

    /// The highest role that was told of each clock, this time included, and the step.
    fn levels<'w>(&'w self, warnings: impl Iterator<Item = &'w Warning>) -> HashMap<i64, (Role, String)> {
        let before = self.facts.given.iter().map(|one| (one.clock_id, one.role, one.step.as_str()));
        let now = warnings.map(|warning| (warning.row.clock_id, warning.row.role, warning.row.step.as_str()));
        let mut levels = HashMap::<i64, (Role, &str)>::new();
        for (clock, role, step) in
            before.chain(now).filter(|(_, role, step)| *role > Role::Agent && *step != SECOND_HOLD)
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
        let slot = match kind {
            NoticeKind::Digest => format!("digest/{}/{recipient}", self.day),
            _ => format!("warning/{}/{recipient}", self.facts.now.as_millisecond()),
        };
        Mail {
            notice: NewNotice { slot, kind, recipient: recipient.to_owned(), at: self.facts.now, empty: !says },
            document: says.then(|| digest.document()),
            warnings: share.warnings,
        }
    }

    fn digest(&self, recipient: &str, share: &Share<'_>, levels: &HashMap<i64, (Role, String)>) -> Digest {
        let config = &self.policy.config;
        let before = self.facts.digests.get(recipient).and_then(|noticed| noticed.before);
        let since = before.unwrap_or_else(|| first_since(self.policy, self.day));
        let until = horizon(self.policy, self.day);
        let shown = |case: &&Running| {
            share.steps.contains_key(&case.case_id)
                || (share.services.contains(case.service.as_str()) && case.due_at < until)
        };
        let cases = self.facts.running.iter().filter(shown).map(|case| {
            let several = share.services.len() > 1;
            let standing = self.standing(case.due_at);
            let level = levels.get(&case.clock_id);
            let level = level.map(|(role, step)| format!("{} prévenu ({step})", role.french()));
            CaseLine {
                reference: case.reference.clone(),
                link: self.page(&case.reference),
                subject: case.subject.clone(),
                kind: case.kind,
                service: if several { self.service_name(&case.service) } else { String::new() },
                agent: case.agent.clone(),
                due: self.policy.calendar.date(case.due_at),
                announced: case.announced,
                standing,
                newly_late: matches!(standing, Standing::Late(_)) && case.due_at >= since,
                level: level.unwrap_or_default(),
                warned: share.steps.get(&case.case_id).cloned().unwrap_or_default(),
            }
        });
        let figures = self.facts.figures.get(&since).map(Vec::as_slice).unwrap_or_default();
        let ours = figures.iter().filter(|figures| share.services.contains(figures.service.as_str()));
        let (opened, answered) =
            ours.fold((0, 0), |(opened, answered), figures| (opened + figures.opened, answered + figures.answered));
        Digest {
            prefecture: config.prefecture.name.clone(),
            day: self.day,
            services: share.services.iter().map(|service| self.service_name(service)).collect(),
            cases: cases.collect(),
            changes: Changes { since: before.map(|at| self.policy.calendar.date(at)), opened, answered },
            unacknowledged: self.unacknowledged(&share.services),
            nearly_rejected: self.nearly_rejected(&share.services),
            unread: self.unread(&share.services),
            outdated: self.outdated(&share.services),
        }
    }

    fn standing(&self, due_at: Timestamp) -> Standing {
        let calendar = &self.policy.calendar;
        let due = calendar.date(due_at);
        if due < self.day {
            return Standing::Late(calendar.working_days_between(due_at, self.facts.now));
        }
        match calendar.working_day(due, 0) {
            last if last <= self.day => Standing::Today,
            last if last == calendar.next_working_day(self.day) => Standing::Tomorrow,
            _ => Standing::Later,
        }
    }

    fn unacknowledged(&self, services: &BTreeSet<&str>) -> Vec<Alarm> {
        // The one clock stands behind the other: the case is told once, at its worst.
        let mut worst = BTreeMap::<&str, &Unacknowledged>::new();
        for case in self.facts.unacknowledged.iter().filter(|case| services.contains(case.service.as_str())) {
            let known = worst.entry(&case.reference).or_insert(case);
            if case.purpose == Purpose::Acknowledgement {
                *known = case;
            }
        }
        let alarm = |(reference, case): (&&str, &&Unacknowledged)| {
            let due = crate::calendar::in_words(self.policy.calendar.date(case.due_at), "fr");
            let limit = match case.purpose {
                Purpose::Acknowledgement => ", dernière limite de la loi (R112-11-2)",
                _ => "",
            };
            Alarm {
                about: (*reference).to_owned(),
                link: self.page(reference),
                text: format!("dû le {due}{limit} ; {}", case.why),
            }
        };
        worst.iter().map(alarm).collect()
    }

    fn nearly_rejected(&self, services: &BTreeSet<&str>) -> Vec<Alarm> {
        let ours = self.facts.nearly_rejected.iter().filter(|case| services.contains(case.service.as_str()));
        let alarm = |case: &NearlyRejected| {
            let due = crate::calendar::in_words(self.policy.calendar.date(case.due_at), "fr");
            let text = if case.due_at < self.facts.now {
                format!("réputée rejetée depuis le {due}, sans réponse (L231-4)")
            } else {
                format!("réputée rejetée le {due} sans réponse (L231-4)")
            };
            Alarm { about: case.reference.clone(), link: self.page(&case.reference), text }
        };
        ours.map(alarm).collect()
    }

    fn unread(&self, services: &BTreeSet<&str>) -> Vec<Alarm> {
        let mailboxes = self.policy.config.mailboxes.iter();
        let ours = mailboxes.filter(|mailbox| services.contains(mailbox.service.as_str()));
        ours.filter_map(|mailbox| {
            let state = self.facts.mailboxes.iter().find(|state| state.id == mailbox.id)?;
            let patience = UNREAD.max(SignedDuration::from_secs(2 * i64::from(mailbox.poll_seconds)));
            let last = state.last_pass_at.unwrap_or(state.activated_at);
            if self.facts.now.duration_since(last) <= patience {
                return None;
            }
            let at = last.to_zoned(self.policy.calendar.zone().clone());
            let day = crate::calendar::in_words(at.date(), "fr");
            let since = match state.last_pass_at {
                Some(_) => format!("non relevée depuis le {day} à {} h {:02}", at.hour(), at.minute()),
                None => format!("jamais relevée depuis sa mise en service le {day}"),
            };
            let why = if state.last_error.is_empty() { String::new() } else { format!(" : {}", state.last_error) };
            Some(Alarm { about: mailbox.id.clone(), link: String::new(), text: since + &why })
        })
        .collect()
    }

    fn outdated(&self, services: &BTreeSet<&str>) -> Vec<Alarm> {
        let serves = |mailbox: &str| {
            let service = self.policy.config.mailbox(mailbox).map(|mailbox| mailbox.service.as_str());
            // A text of no mailbox in particular is everybody's.
            !services.is_empty() && service.is_none_or(|service| services.contains(service))
        };
        let outdated = self.policy.acknowledgements.outdated(self.day);
        outdated
            .filter(|text| serves(text.mailbox))
            .map(|text| Alarm {
                about: text.file,
                link: String::new(),
                text: format!("à relire depuis le {}", crate::calendar::in_words(text.valid_until, "fr")),
            })
            .collect()
    }

    fn weeklies_due(&self, wave: &mut Wave) {
        let config = &self.policy.config;
        // `None`: every service.
        let mut shares = BTreeMap::<&str, Option<BTreeSet<&str>>>::new();
        for (person, services) in overseers(config) {
            let recipient = present(person, self.day, &self.facts.absences);
            if self.facts.weeklies.get(recipient).is_some_and(|noticed| noticed.since) {
                continue;
            }
            let share = shares.entry(recipient).or_insert_with(|| Some(BTreeSet::new()));
            *share = share.take().zip(services).map(|(mut all, more)| {
                all.extend(more);
                all
            });
        }
        let monday = super::monday(self.day);
        for (recipient, services) in shares {
            let weekly = self.weekly(monday, services.as_ref());
            let empty = weekly
                .services
                .iter()
                .all(|service| (service.opened, service.answered, service.held, service.late) == (0, 0, 0, 0));
            let notice = NewNotice {
                slot: format!("weekly/{monday}/{recipient}"),
                kind: NoticeKind::Weekly,
                recipient: recipient.to_owned(),
                at: self.facts.now,
                empty,
            };
            let document = (!empty).then(|| weekly.document());
            wave.mails.push(Mail { notice, document, warnings: Vec::new() });
        }
    }

    /// The summary of the week before the one that began on `monday`.
    fn weekly(&self, monday: Date, services: Option<&BTreeSet<&str>>) -> Weekly {
        let config = &self.policy.config;
        let known = config.services.iter().map(|service| service.id.as_str());
        let of_cases = self.facts.running.iter().map(|case| case.service.as_str());
        let of_figures = self.facts.last_week.iter().map(|figures| figures.service.as_str());
        let all: BTreeSet<_> = known.chain(of_cases).chain(of_figures).collect();
        let ours = all.into_iter().filter(|service| services.is_none_or(|services| services.contains(service)));
        let mut weeks: Vec<_> = ours
            .map(|service| {
                let figures = self.facts.last_week.iter().find(|figures| figures.service == service);
                let figures = figures.cloned().unwrap_or_default();
                let of_service = self.facts.running.iter().filter(|case| case.service == service);
                let late = of_service.filter_map(|case| match self.standing(case.due_at) {
                    Standing::Late(days) => Some(days),
                    _ => None,
                });
                let (late, oldest) = late.fold((0, 0), |(count, oldest), days| (count + 1, oldest.max(days)));
                ServiceWeek {
                    name: self.service_name(service),
                    link: String::new(),
                    opened: figures.opened,
                    answered: figures.answered,
                    in_time: figures.in_time,
                    held: figures.held,
                    late,
                    oldest,
                }
            })
            .collect();
        weeks.sort_by_key(|week| std::cmp::Reverse((week.oldest, week.late)));
        let before = monday.checked_sub(jiff::Span::new().days(7)).unwrap_or(monday);
        Weekly { prefecture: config.prefecture.name.clone(), monday: before, day: self.day, services: weeks }
    }

    /// The name that people know, or the key of a service that is no longer declared.
    fn service_name(&self, service: &str) -> String {
        self.policy.config.service(service).map_or_else(|| service.to_owned(), |service| service.name.clone())
    }

    /// The page of a case; empty where there are no pages.
    fn page(&self, reference: &str) -> String {
        match self.policy.config.web.address.as_str() {
            "" => String::new(),
            address => format!("{address}/demandes/{reference}"),
        }
    }
}
