//! A quarter of a prefecture: 2,000 cases, 40 agents in five services, absences, holidays, three days without the daemon
//! and ten kills in the middle of its work. Every step and every digest happens once, none at a wrong hour, and nothing
//! is late of which no manager was told.
//!
//! What must happen is counted here a second time, day by day and case by case, from what the test itself did.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time, date, time},
    tz::TimeZone,
};

use crate::{
    case::{Channel, Closing, Kind, Purpose, Scope, Topic},
    desk::{
        Correction, Entered, Outcome, Watched,
        testing::{Office, policy, read},
    },
    mail,
    store::{Absence, CaseSummary, ClockRow},
};

const CASES: usize = 2_000;
const SERVICES: usize = 5;
const AGENTS: usize = 8;
const KILLS: usize = 10;

/// The second quarter of 2026, with a week before it in which nothing is due.
const FIRST: Date = date(2026, 4, 1);
const LAST: Date = date(2026, 6, 30);

/// Easter Monday, 1 and 8 May, Ascension and the bridge after it, Pentecost Monday: written down, not computed.
const CLOSED: [Date; 6] =
    [date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 15), date(2026, 5, 25)];

/// From Tuesday to Thursday the daemon does not run.
const STOP: [Date; 2] = [date(2026, 4, 21), date(2026, 4, 23)];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.roll(100) < chance
    }
}

fn works(day: Date) -> bool {
    let weekday = day.weekday().to_monday_zero_offset();
    weekday < 5 && !CLOSED.contains(&day)
}

/// The working day so many working days after another (or before, when negative).
fn shifted(day: Date, days: i64) -> Date {
    let step = if days < 0 { (-1).days() } else { 1.days() };
    let (mut day, mut left) = (day, days.abs());
    while left > 0 {
        day = day.saturating_add(step);
        left -= i64::from(works(day));
    }
    day
}

fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").unwrap()
}

fn at(day: Date, time: Time) -> Timestamp {
    day.to_datetime(time).to_zoned(paris()).unwrap().timestamp()
}

fn local(at: Timestamp) -> jiff::civil::DateTime {
    paris().to_datetime(at)
}

fn address(name: &str) -> String {
    format!("{name}@prefecture.example.fr")
}

fn agent(service: usize, number: usize) -> String {
    address(&format!("agent{service}{number}"))
}

fn manager(service: usize) -> String {
    // One person answers for two services.
    address(&format!("manager{}", service.min(SERVICES - 2)))
}

fn configuration() -> String {
    let quoted = |list: Vec<String>| list.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>().join(", ");
    let mut text =
        "[prefecture]\nname = \"Préfecture\"\ndepartment = \"17\"\naddress = \"1 rue\"\nphone = \"01 99 00 00 00\"\n\
                    closures = [2026-05-15]\ngeneral_secretary = [\"sg@prefecture.example.fr\"]\n\
                    quality_officers = [\"qualite@prefecture.example.fr\"]\n"
            .to_owned();
    for service in 0..SERVICES {
        let agents = (0..AGENTS).map(|number| agent(service, number)).collect();
        text += &format!(
            "[[service]]\nid = \"s{service}\"\nname = \"Service {service}\"\nemail = \"s{service}@prefecture.example.fr\"\n\
             agents = [{}]\nmanagers = [{:?}]\ndirectors = [\"director{}@prefecture.example.fr\"]\n",
            quoted(agents),
            manager(service),
            service % 2
        );
    }
    text + "[[mailbox]]\nid = \"contact\"\naddress = \"contact@prefecture.example.fr\"\nservice = \"s0\"\nmaildir = \"contact\"\n\
            [outgoing]\nfolder = \"sortie\"\n[database]\nurl = \"sqlite:releve.db\"\n"
}

/// Something that people do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Enter,
    Assign,
    Hold,
    Transfer,
    Answer,
    Close,
    Reopen,
    Reclassify,
}

/// What the test knows of one case.
struct Known {
    reference: String,
    /// As the last act returned it.
    case: CaseSummary,
}

/// A mail that was taken from the outbox.
struct Taken {
    at: Timestamp,
    recipient: String,
    kind: String,
    text: String,
}

struct Quarter {
    office: Office,
    dice: Dice,
    /// Of their own, so that where a kill falls changes nothing else.
    kills: Dice,
    known: BTreeMap<usize, Known>,
    absences: Vec<Absence>,
    taken: Vec<Taken>,
    /// When the watch wants to look again.
    next: Timestamp,
    killed: usize,
}

impl Quarter {
    /// What people will do, in the order of time. No two things happen in the same minute.
    fn deeds(dice: &mut Dice) -> Vec<(Timestamp, usize, Deed)> {
        let days = i64::from((LAST - FIRST).get_days()) + 1;
        let mut deeds = Vec::new();
        for case in 0..CASES {
            let day = FIRST.saturating_add((dice.roll(days as u64) as i64).days());
            let received = at(day, Time::midnight()) + SignedDuration::from_secs(dice.roll(86_400) as i64);
            deeds.push((received, case, Deed::Enter));
            let office_hour = |dice: &mut Dice, day: Date| {
                at(day, time(9, 0, 0, 0)) + SignedDuration::from_secs(dice.roll(8 * 3600) as i64)
            };
            let mut later = |dice: &mut Dice, after: i64, deed| {
                let day = shifted(local(received).date(), after);
                let moment = office_hour(dice, day);
                if moment > received && day <= LAST {
                    deeds.push((moment, case, deed));
                }
            };
            for (chance, from, span, deed) in [
                (90, 1, 3, Deed::Assign),
                (8, 2, 9, Deed::Assign),
                (12, 1, 6, Deed::Hold),
                (4, 7, 5, Deed::Hold),
                (10, 1, 8, Deed::Transfer),
                (4, 1, 8, Deed::Reclassify),
                (5, 1, 10, Deed::Close),
                (88, 1, 6, Deed::Answer),
                (60, 6, 12, Deed::Answer),
                (4, 8, 12, Deed::Reopen),
            ] {
                if dice.percent(chance) {
                    let after = from + dice.roll(span) as i64;
                    later(dice, after, deed);
                }
            }
        }
        deeds.sort();
        // The watch may take a minute to notice what another process did.
        let mut last = Timestamp::MIN;
        for (moment, ..) in &mut deeds {
            *moment = (*moment).max(last);
            last = *moment + SignedDuration::from_secs(1);
        }
        deeds
    }

    fn stopped(moment: Timestamp) -> bool {
        (STOP[0]..=STOP[1]).contains(&local(moment).date())
    }

    /// Does one thing, as an agent would with the command line. What the desk refuses changes nothing.
    async fn act(&mut self, moment: Timestamp, number: usize, deed: Deed) {
        self.office.clock.set(moment);
        let desk = self.office.desk.clone();
        if deed == Deed::Enter {
            let letter = self.dice.percent(20);
            let entered = Entered {
                channel: if letter { Channel::Letter } else { Channel::Phone },
                received_at: moment,
                service: format!("s{}", self.dice.roll(SERVICES as u64)),
                name: "Jeanne Martin".into(),
                address: String::new(),
                subject: format!("Demande {number}"),
                text: String::new(),
                kind: if self.dice.percent(25) { Kind::Complaint } else { Kind::Information },
                scope: Scope::General,
                topic: Topic::Other,
                agent: String::new(),
                key: String::new(),
            };
            let case = desk.enter_by_hand(&entered, "test").await.unwrap();
            self.known.insert(number, Known { reference: case.reference.clone(), case });
            return;
        }
        let Some(known) = self.known.get(&number) else { return };
        let (reference, service) = (known.reference.as_str(), known.case.service[1..].parse::<usize>().unwrap());
        let today = local(moment).date();
        let outcome = match deed {
            Deed::Enter => unreachable!("done above"),
            Deed::Assign => {
                let to = agent(service, self.dice.roll(AGENTS as u64) as usize);
                desk.assign(reference, Some(&to), "test").await
            }
            Deed::Hold => {
                let until = shifted(today, 5 + self.dice.roll(10) as i64);
                desk.held_outside(reference, until, moment, "test").await
            }
            Deed::Transfer => {
                let to = format!("s{}", (service + 1) % SERVICES);
                desk.transfer(reference, &to, "", "test").await
            }
            Deed::Answer => desk.answered_outside(reference, moment, "", "test").await,
            Deed::Close => desk.close(reference, Closing::Withdrawn, "", "test").await,
            Deed::Reopen => desk.reopen(reference, "", "test").await,
            Deed::Reclassify => {
                let correction = Correction { channel: Some(Channel::Letter), ..Correction::default() };
                desk.reclassify(reference, &correction, "test").await
            }
        };
        if let Ok(case) = outcome {
            self.known.get_mut(&number).unwrap().case = case;
        }
        // Another process did it: the watch asks again within the minute.
        self.next = self.next.min(moment + SignedDuration::from_secs(60));
    }

    /// Lets the watch look whenever it wants to, up to an instant.
    async fn watch_until(&mut self, moment: Timestamp) {
        while self.next <= moment {
            let now = self.next;
            if Self::stopped(now) {
                self.next = at(STOP[1].tomorrow().unwrap(), Time::midnight());
                continue;
            }
            self.office.clock.set(now);
            self.look(now).await;
        }
    }

    async fn look(&mut self, now: Timestamp) {
        // The first look of a morning has the most to do.
        let morning = local(now).time() == time(8, 0, 0, 0);
        if morning && self.killed < KILLS && self.kills.percent(40) {
            let steps = 1 + self.kills.roll(40) as usize;
            if self.cut(steps).await {
                self.killed += 1;
                let mut work = self.office.fixture.store.begin().await.unwrap();
                work.forget_daemons().await.unwrap();
                work.commit().await.unwrap();
                self.office.desk.watch_anew().await.unwrap();
                self.next = now + SignedDuration::from_secs(30);
            }
            // All of it was written down, or nothing.
            self.take(now).await;
            if self.next > now {
                return;
            }
        }
        let Watched::Done { mails, to_nobody, next } = self.office.watch().await else {
            panic!("nobody else is there")
        };
        assert_eq!(to_nobody, 0);
        assert!(next > now, "the watch does not turn in circles");
        self.next = next;
        if mails > 0 {
            self.take(now).await;
        }
    }

    /// The daemon dies in the middle of a look: after so many steps of its work nobody goes on with it. False: it came to
    /// its end before.
    async fn cut(&self, steps: usize) -> bool {
        let (mut looking, mut left) = (pin!(self.office.desk.watch("one")), steps);
        poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(true);
            }
            left -= 1;
            looking.as_mut().poll(context).map(|done| done.map(|_| false).unwrap())
        })
        .await
    }

    /// Takes what is in the outbox, and holds it against what is known at this instant.
    async fn take(&mut self, now: Timestamp) {
        for mail in self.office.leaving().await {
            let message = mail::parse(&mail.bytes, &mail::Limits::default()).unwrap();
            let kind = mail.message_id.split('.').next().unwrap_or_default().to_owned();
            self.office.desk.delivered(&mail, &Outcome::Sent { answer: "250".into() }).await.unwrap();
            self.taken.push(Taken { at: now, recipient: mail.recipient, kind, text: message.text });
        }
        let new: Vec<_> = self.taken.iter().filter(|taken| taken.at == now).collect();
        for taken in new.iter().filter(|taken| taken.kind != "weekly") {
            for known in self.known.values().filter(|known| taken.text.contains(&known.reference)) {
                assert!(known.case.state.is_running(), "{} is told of after its end", known.reference);
            }
        }
        if !new.iter().any(|taken| taken.kind == "digest") {
            return;
        }
        let today = local(now).date();
        for known in self.known.values().filter(|known| known.case.state.is_running() && known.case.due_at < now) {
            let manager = manager(known.case.service[1..].parse().unwrap());
            let reader = self.present(&manager, today);
            let told = |taken: &&&Taken| taken.recipient == reader && taken.text.contains(&known.reference);
            assert!(new.iter().any(|taken| told(&taken)), "{} is late and {reader} is not told", known.reference);
        }
    }

    /// Who reads on this day what is meant for a person.
    fn present(&self, person: &str, day: Date) -> String {
        let away = self
            .absences
            .iter()
            .find(|absence| absence.person == person && absence.first_day <= day && day <= absence.last_day);
        away.map_or_else(|| person.to_owned(), |absence| absence.substitute.clone())
    }
}

#[tokio::test]
async fn each_step_and_each_digest_of_a_quarter_happens_once() {
    let french = include_str!("../../../templates/acknowledgement/default.fr.hbs");
    let office = Office::by(policy(read(configuration()), &[("default.fr.hbs", french)])).await;
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let deeds = Quarter::deeds(&mut dice);
    office.clock.set(at(FIRST, Time::midnight()));
    let mut absences = Vec::new();
    for service in 0..SERVICES {
        for number in 0..3 {
            let first = shifted(FIRST, dice.roll(50) as i64);
            let last = first.saturating_add((dice.roll(12) as i64).days());
            let (person, substitute) = (agent(service, number), agent(service, number + 4));
            absences.push(Absence {
                id: 0,
                person,
                first_day: first,
                last_day: last,
                substitute,
                entered_by: "t".into(),
            });
        }
    }
    let (first_day, last_day) = (date(2026, 5, 18), date(2026, 5, 29));
    let substitute = manager(2);
    absences.push(Absence { id: 0, person: manager(1), first_day, last_day, substitute, entered_by: "t".into() });
    for absence in &absences {
        office.desk.note_absence(absence.clone()).await.unwrap();
    }
    let next = at(FIRST, Time::midnight());
    let mut quarter =
        Quarter { office, dice, kills: Dice(1), known: BTreeMap::new(), absences, taken: Vec::new(), next, killed: 0 };
    for (moment, case, deed) in deeds {
        quarter.watch_until(moment).await;
        quarter.act(moment, case, deed).await;
    }
    let end = at(LAST, time(23, 59, 0, 0));
    quarter.watch_until(end).await;
    quarter.office.clock.set(end);

    let late = quarter.known.values().filter(|known| known.case.state.is_running() && known.case.due_at < end).count();
    assert_eq!(quarter.killed, KILLS, "kills in the middle of the work");
    assert!(late > 50, "a quarter in which {late} cases are late at the end proves little");
    quarter.digests_are_once_a_working_morning();
    quarter.steps_are_those_that_were_due(end).await;
}

impl Quarter {
    fn digests_are_once_a_working_morning(&self) {
        let mut digests = BTreeMap::<(Date, &str), usize>::new();
        for taken in &self.taken {
            let moment = local(taken.at);
            assert!(works(moment.date()), "{moment} is no working day");
            assert!((8..18).contains(&moment.hour()), "{moment} is no working hour");
            assert!(!Self::stopped(taken.at), "{moment}: the daemon did not run");
            if taken.kind == "digest" {
                *digests.entry((moment.date(), &taken.recipient)).or_default() += 1;
            }
        }
        let managers: BTreeSet<_> = (0..SERVICES).map(manager).collect();
        let mut day = FIRST;
        let mut mornings = 0;
        while day <= LAST {
            if works(day) && !Self::stopped(at(day, Time::midnight())) {
                for manager in &managers {
                    let away = self.present(manager, day) != *manager;
                    let told = digests.get(&(day, manager.as_str())).copied().unwrap_or_default();
                    // In the first days nothing is near its deadline, and there is nothing to say.
                    let quiet = day < date(2026, 4, 9);
                    assert!(told == usize::from(!away) || (quiet && told <= 1), "{manager}, {day}: {told} digests");
                    mornings += told;
                }
            }
            day = day.tomorrow().unwrap();
        }
        assert_eq!(mornings, digests.values().sum::<usize>(), "nobody else has a digest");
    }

    /// Counts anew, clock by clock, which steps had to be told and when, and compares.
    async fn steps_are_those_that_were_due(&self, end: Timestamp) {
        let steps = [
            ("J-2", -2, "agent"),
            ("J-1", -1, "agent"),
            ("J", 0, "manager"),
            ("J+2", 2, "director"),
            ("J+5", 5, "general_secretary"),
        ];
        let (mut expected, mut found) = (0, 0);
        for known in self.known.values() {
            let detail = self.office.case(&known.reference).await;
            for warning in &detail.warnings {
                let moment = local(warning.at);
                assert!(works(moment.date()) && (8..18).contains(&moment.hour()), "{moment}");
            }
            // An answer that is counted anew while an announced date runs does not take its place.
            let drives = |clock: &&ClockRow| match clock.purpose {
                Purpose::Announced => true,
                Purpose::Answer => !detail.clocks.iter().any(|other| {
                    let runs = other.ended_at.is_none_or(|ended| ended > clock.begun_at);
                    other.purpose == Purpose::Announced && other.id < clock.id && runs
                }),
                _ => false,
            };
            let driving: Vec<_> = detail.clocks.iter().filter(drives).collect();
            for clock in &driving {
                let of_clock: Vec<_> = detail.warnings.iter().filter(|warning| warning.clock_id == clock.id).collect();
                // A clock drives until the next one begins, or until it ends.
                let replaced = driving.iter().filter(|other| other.id > clock.id).map(|other| other.begun_at);
                let until = replaced.chain(clock.ended_at).min().unwrap_or(end);
                let due = local(clock.due_at).date();
                for (name, days, role) in steps {
                    let on = if days == 0 && !works(due) { shifted(due, -1) } else { shifted(due, days) };
                    let told = self.first_look(at(on, time(8, 0, 0, 0)).max(clock.begun_at));
                    let rows: Vec<_> =
                        of_clock.iter().filter(|warning| warning.step == name && warning.role.word() == role).collect();
                    // A step of the agent happens once for each who has the case while it is due.
                    let persons: BTreeSet<_> = rows.iter().map(|warning| &warning.meant_for).collect();
                    let once = if role == "agent" { rows.len() == persons.len() } else { rows.len() <= 1 };
                    assert!(once, "{} {name} happened {} times", known.reference, rows.len());
                    // What ends within the minutes that the watch may take to notice may be told or not.
                    let slack = SignedDuration::from_secs(120);
                    if told + slack < until {
                        expected += 1;
                        assert!(!rows.is_empty(), "{} {name} of {} was due at {told}", known.reference, clock.purpose);
                        assert!(
                            rows[0].at >= told && rows[0].at <= told + slack,
                            "{name}: {} and not {told}",
                            rows[0].at
                        );
                    } else if told > until {
                        assert_eq!(rows.len(), 0, "{} {name} was told after the end", known.reference);
                    }
                    found += rows.len();
                }
            }
            let hold = detail.warnings.iter().filter(|warning| warning.step == "hold").count();
            assert!(hold <= 1 || detail.events.iter().any(|event| event.kind.word() == "reopened"));
        }
        assert!(expected > 2_500, "{expected} steps were due, {found} were found");
    }

    /// The first instant from this one on at which the daemon ran and the prefecture was at work.
    fn first_look(&self, from: Timestamp) -> Timestamp {
        let mut moment = from;
        loop {
            let (day, hour) = (local(moment).date(), local(moment).hour());
            if works(day) && (8..18).contains(&hour) && !Self::stopped(moment) {
                return moment;
            }
            let before = works(day) && hour < 8 && !Self::stopped(moment);
            let day = if before { day } else { day.tomorrow().unwrap() };
            moment = at(day, time(8, 0, 0, 0));
        }
    }
}
