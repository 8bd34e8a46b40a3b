//! The digest of a working morning, and the warnings that go on their own: the same lines in the same words.

use jiff::civil::Date;

use super::{Document, Line, Section};
use crate::{calendar::in_words, case::Kind};

/// Where a case stands on the morning of the mail, in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// So many working days after the deadline, this one included: at least 1, for mails leave on working days.
    Late(i64),
    /// The deadline is today.
    Today,
    /// The deadline is the next working day or, between the two, a closed one.
    Tomorrow,
    /// The deadline is later.
    Later,
}

/// One case in a mail.
#[derive(Debug, Clone)]
pub struct CaseLine {
    /// `2026-000123`
    pub reference: String,
    /// The page of the case; empty: none.
    pub link: String,
    /// Subject of the first message, or empty.
    pub subject: String,
    /// What the sender wants.
    pub kind: Kind,
    /// Name of the service, where the reader has several; or empty.
    pub service: String,
    /// To whom it was given, or empty.
    pub agent: String,
    /// The last day to answer.
    pub due: Date,
    /// Whether that day was announced by a holding reply.
    pub announced: bool,
    /// Where it stands.
    pub standing: Standing,
    /// Whether its deadline has passed since the last digest.
    pub newly_late: bool,
    /// The highest step that was told, in words: « directeur prévenu (2 jours ouvrés après l'échéance) »; or empty.
    pub level: String,
    /// The steps that this mail carries, in words: « jour de l'échéance », « second message d'attente, en l'absence de … ».
    pub warned: Vec<String>,
}

/// Something that is wrong besides the cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// A reference, a mailbox, a file.
    pub about: String,
    /// The page about it; empty: none.
    pub link: String,
    /// What is wrong, in words.
    pub text: String,
}

/// What happened since the last digest of the reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// The day of that digest; `None`: there was none.
    pub since: Option<Date>,
    /// Cases opened.
    pub opened: i64,
    /// Cases answered on substance.
    pub answered: i64,
}

/// What one person is told on one morning, or in between.
#[derive(Debug, Clone, Default)]
pub struct Digest {
    /// Name of the prefecture.
    pub prefecture: String,
    /// The morning.
    pub day: Date,
    /// The names of the services that the reader answers for; empty: these are warnings alone.
    pub services: Vec<String>,
    /// The cases: those to be shown, in the order of their deadlines.
    pub cases: Vec<CaseLine>,
    /// What happened since.
    pub changes: Changes,
    /// Acknowledgements that have not left.
    pub unacknowledged: Vec<Alarm>,
    /// Complaints that silence is about to reject, or has rejected (CRPA L231-4).
    pub nearly_rejected: Vec<Alarm>,
    /// Mailboxes that have not been read.
    pub unread: Vec<Alarm>,
    /// Model answers past their review date.
    pub outdated: Vec<Alarm>,
}

impl Digest {
    /// Whether there is something that wants somebody.
    pub fn says_something(&self) -> bool {
        let urgent = |case: &CaseLine| case.standing != Standing::Later || !case.warned.is_empty();
        self.cases.iter().any(urgent)
            || [&self.unacknowledged, &self.nearly_rejected, &self.unread, &self.outdated]
                .iter()
                .any(|list| !list.is_empty())
    }

    /// The mail.
    pub fn document(&self) -> Document {
        let late = self.count(|standing| matches!(standing, Standing::Late(_)));
        let day = in_words(self.day, "fr");
        let mut sections = vec![
            alarms("Boîtes non relevées", &self.unread),
            alarms("Réclamations bientôt rejetées par le silence", &self.nearly_rejected),
        ];
        for (heading, ages) in AGES {
            let of_age = |case: &&CaseLine| {
                matches!(case.standing, Standing::Late(days) if ages.contains(&days)) && self.shows(case.standing)
            };
            sections.push(self.section(heading, of_age));
        }
        let at = |wanted| move |case: &&CaseLine| case.standing == wanted && self.shows(wanted);
        sections.push(self.section("À répondre aujourd'hui", at(Standing::Today)));
        sections.push(self.section("À répondre le prochain jour ouvré", at(Standing::Tomorrow)));
        // A case that a warning is about stands in the section of its deadline; those of other days follow.
        let others = |case: &&CaseLine| !self.shows(case.standing) && !case.warned.is_empty();
        sections.push(self.section(if self.services.is_empty() { "Demandes" } else { "À préparer" }, others));
        sections.push(alarms("Accusés de réception qui ne sont pas partis", &self.unacknowledged));
        sections.push(alarms("Réponses types à relire", &self.outdated));
        sections.retain(|section| !section.lines.is_empty());

        let title = match (self.services.is_empty(), late, self.count(|standing| standing == Standing::Today)) {
            (true, 0, _) => format!("Rappel : {} à répondre – {day}", demandes(self.cases.len())),
            (true, late, _) => format!("Rappel : {} en retard – {day}", demandes(late)),
            (false, 0, 0) if sections.is_empty() => format!("Rien en retard – {day}"),
            (false, 0, 0) => format!("À suivre – {day}"),
            (false, 0, today) => format!("{} à répondre aujourd'hui – {day}", demandes(today)),
            (false, late, 0) => format!("{} en retard – {day}", demandes(late)),
            (false, late, today) => format!("{} en retard, {today} à répondre aujourd'hui – {day}", demandes(late)),
        };
        Document { title, opening: self.opening(), sections, closing: self.closing() }
    }

    /// Whether cases of this standing have a section of their own in this mail.
    fn shows(&self, standing: Standing) -> bool {
        !self.services.is_empty() && standing != Standing::Later
    }

    fn count(&self, wanted: impl Fn(Standing) -> bool) -> usize {
        self.cases.iter().filter(|case| wanted(case.standing)).count()
    }

    fn opening(&self) -> Vec<String> {
        if self.services.is_empty() {
            return Vec::new();
        }
        let Changes { since, opened, answered } = self.changes;
        let newly = self.cases.iter().filter(|case| case.newly_late).count();
        let still = self.count(|standing| matches!(standing, Standing::Late(_))) - newly;
        let since = match since {
            Some(day) => format!("Depuis le récapitulatif du {}", in_words(day, "fr")),
            None => "Depuis le jour ouvré précédent".to_owned(),
        };
        let mut changes =
            vec![counted(opened, "nouvelle demande", "nouvelles demandes"), counted(answered, "réponse", "réponses")];
        if newly > 0 {
            changes.push(counted(newly as i64, "nouveau retard", "nouveaux retards"));
        }
        if still > 0 {
            changes.push(counted(still as i64, "demande toujours en retard", "demandes toujours en retard"));
        }
        vec![self.services.join(", "), format!("{since} : {}.", changes.join(", "))]
    }

    fn closing(&self) -> Vec<String> {
        vec![
            "Une réponse donnée depuis votre messagerie doit être notée dans releve, sinon les rappels continuent.".into(),
            "Une demande qui a reçu sa réponse, ou qui a été transmise ou close, ne figure plus dans ces messages ; une \
             demande mise en attente y revient à l'approche de la date annoncée."
                .into(),
            format!("Message automatique de releve, {} : n'y répondez pas.", self.prefecture),
        ]
    }

    fn section(&self, heading: &str, wanted: impl Fn(&&CaseLine) -> bool) -> Section {
        Section { heading: heading.to_owned(), lines: self.cases.iter().filter(wanted).map(CaseLine::line).collect() }
    }
}

/// The sections of what is late, by its age in working days.
const AGES: [(&str, std::ops::RangeInclusive<i64>); 4] = [
    ("En retard de plus de dix jours ouvrés", 11..=i64::MAX),
    ("En retard de six à dix jours ouvrés", 6..=10),
    ("En retard de trois à cinq jours ouvrés", 3..=5),
    ("En retard d'un ou deux jours ouvrés", 1..=2),
];

impl CaseLine {
    fn line(&self) -> Line {
        let due = in_words(self.due, "fr");
        let due = match self.standing {
            Standing::Late(1) => format!("en retard d'un jour ouvré, échéance le {due}"),
            Standing::Late(days) => format!("en retard de {days} jours ouvrés, échéance le {due}"),
            Standing::Today => format!("à répondre aujourd'hui, échéance le {due}"),
            Standing::Tomorrow | Standing::Later => format!("échéance le {due}"),
        };
        let announced = if self.announced { " (date annoncée à l'usager)" } else { "" };
        let new = if self.newly_late { " ; nouveau retard" } else { "" };
        let agent = match self.agent.as_str() {
            "" => "sans agent".to_owned(),
            agent => format!("confiée à {agent}"),
        };
        let mut facts = vec![format!("{due}{announced}{new}")];
        let about = [self.kind.french(), &agent, &self.service];
        facts.push(about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ; "));
        // That the deadline is near says nothing to whoever reads that it is past; a substitute reads for whom it is.
        let late = matches!(self.standing, Standing::Late(_));
        let telling = |step: &&String| !late || !step.ends_with("échéance");
        facts.extend(self.warned.iter().filter(telling).map(|step| format!("rappel : {step}")));
        facts.extend(Some(&self.level).filter(|level| !level.is_empty()).cloned());
        Line { lead: self.reference.clone(), link: self.link.clone(), title: one_line(&self.subject), facts }
    }
}

fn alarms(heading: &str, alarms: &[Alarm]) -> Section {
    let line = |alarm: &Alarm| Line {
        lead: alarm.about.clone(),
        link: alarm.link.clone(),
        title: alarm.text.clone(),
        facts: Vec::new(),
    };
    Section { heading: heading.to_owned(), lines: alarms.iter().map(line).collect() }
}

/// A citizen's subject, short and without what could turn or break the line.
fn one_line(subject: &str) -> String {
    const LONGEST: usize = 80;
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String = subject.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return "(sans objet)".into();
    }
    let cut: String = words.chars().take(LONGEST).collect();
    if cut.len() < words.len() { cut + "…" } else { cut }
}

fn demandes(count: usize) -> String {
    counted(count as i64, "demande", "demandes")
}

fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count > 1 { many } else { one })
}
