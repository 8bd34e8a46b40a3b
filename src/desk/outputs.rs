//! The figures in the shapes in which they leave: sheets, papers, the pack for the auditor.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Time};
use regex::Regex;
use sha2::{Digest, Sha256};

use super::Desk;
use crate::{
    calendar::in_words,
    case::Disposition,
    config::Config,
    indicators::{
        Behind, CaseFact, Dimension, Family, Indicator, Matter, Measure, Month, PackError, Part, Report, Sampled, Seen,
        Setting, bilan, campaigns, monthly, pack, poster, workbook, working_days,
    },
    mail,
    sheets::{SheetError, csv, ods, xlsx},
    store::StoreError,
};

/// A shape in which figures leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The table of the label, for a spreadsheet.
    Csv,
    /// All sheets, for Excel.
    Xlsx,
    /// All sheets, for LibreOffice.
    Ods,
    /// The annual report, to be printed.
    Html,
    /// The poster of the quarter, to be printed.
    Poster,
    /// The pack for the auditor, with a sample of so many cases.
    Audit(usize),
}

/// Why figures could not be given a shape.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sheet.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The archive.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A paper.
    #[error("la page ne peut pas être faite : {0}")]
    Page(#[from] askama::Error),
    /// The task that made it ended.
    #[error("le fichier n'a pas pu être fait")]
    Ended,
}

/// The names of services and mailboxes by their keys.
pub fn names(config: &Config) -> BTreeMap<(Dimension, String), String> {
    let services = config.services.iter().map(|one| ((Dimension::Service, one.id.clone()), one.name.clone()));
    let mailboxes = config.mailboxes.iter().map(|one| ((Dimension::Mailbox, one.id.clone()), one.address.clone()));
    services.chain(mailboxes).collect()
}

/// Everything that an output is made of.
struct Gathered {
    report: Report,
    before: Report,
    facts: Vec<Behind>,
    sample: Vec<Sampled>,
    satisfaction: Vec<crate::indicators::Satisfaction>,
    campaigns: Vec<crate::indicators::Campaign>,
    now: Timestamp,
}

impl Desk {
    /// The figures of some months in one shape. `style`: the address of the style sheet of a paper; `None`: it carries its own.
    pub async fn output(
        &self,
        format: Format,
        (from, to): (Month, Month),
        seen: &Seen,
        style: Option<&str>,
    ) -> Result<Vec<u8>, OutputError> {
        let report = self.report((from, to), seen).await?;
        let before = self.report_before((from, to), seen).await?;
        let facts = match format {
            Format::Xlsx | Format::Ods | Format::Audit(_) => self.behind((from, to), seen).await?,
            Format::Csv | Format::Html | Format::Poster => Vec::new(),
        };
        let sample = match format {
            Format::Audit(number) => self.sample(&report, &facts, number).await?,
            _ => Vec::new(),
        };
        let satisfaction = self.store.satisfaction(from, to).await?;
        let mails = self.store.mystery_mails(from, to).await?;
        let mails: Vec<_> = mails.into_iter().filter(|mail| seen.has_noted(&mail.service)).collect();
        let gathered = Gathered {
            report,
            before,
            facts,
            sample,
            satisfaction: satisfaction.into_iter().filter(|one| seen.has_noted(&one.service)).collect(),
            campaigns: campaigns(&mails),
            now: self.now(),
        };
        // Hundreds of thousands of cells take their time: nobody else has to wait for them.
        let (policy, style) = (self.policy.clone(), style.map(str::to_owned));
        let made = tokio::task::spawn_blocking(move || gathered.shaped(format, &policy, style.as_deref()));
        made.await.map_err(|_| OutputError::Ended)?
    }

    /// The cases behind the figures of some months: each month as it was published, or as it is known.
    pub async fn behind(&self, (from, to): (Month, Month), seen: &Seen) -> Result<Vec<Behind>, StoreError> {
        let mut all = Vec::new();
        for month in from.to(to) {
            let (facts, on) = self.facts_behind(month).await?;
            let theirs = facts.into_iter().filter(|fact| seen.has(&fact.service));
            all.extend(theirs.map(|fact| Behind { month, on, fact }));
        }
        Ok(all)
    }

    /// Cases behind the rates of a report, drawn by lot, with what was written to their correspondents. The lot depends on the
    /// references and the months alone.
    async fn sample(&self, report: &Report, facts: &[Behind], number: usize) -> Result<Vec<Sampled>, StoreError> {
        let rate = Indicator::Of(Family::All, Measure::OnTime);
        let counts = |behind: &&Behind| behind.added(rate).iter().any(|one| !matches!(one.part, Part::Apart(_)));
        let mut counted: Vec<&CaseFact> = facts.iter().filter(counts).map(|behind| &behind.fact).collect();
        let period = report.from().zip(report.to()).map(|(from, to)| format!("{from} {to}")).unwrap_or_default();
        // What the label counts comes first.
        let lot = |fact: &&CaseFact| {
            (!fact.in_scope(), Sha256::digest(format!("{period} {}", fact.reference).as_bytes()).to_vec())
        };
        counted.sort_by_cached_key(lot);
        counted.dedup_by(|one, other| one.reference == other.reference);
        let mut sample = Vec::new();
        for fact in counted.into_iter().take(number) {
            sample.push(self.sampled(fact).await?);
        }
        sample.sort_by(|one, other| one.reference.cmp(&other.reference));
        Ok(sample)
    }

    async fn sampled(&self, fact: &CaseFact) -> Result<Sampled, StoreError> {
        let calendar = &self.policy.calendar;
        let date = |day| in_words(day, "fr");
        let moment = |at: Timestamp| {
            let at = at.to_zoned(calendar.zone().clone());
            format!("{} à {} h {:02}", at.strftime("%d/%m/%Y"), at.hour(), at.minute())
        };
        let service = self.policy.config.service(&fact.service);
        let mut dates = vec![
            ("Canal".to_owned(), fact.channel.french().to_owned()),
            ("Nature".into(), fact.kind.french().into()),
            ("Périmètre".into(), fact.scope.french().into()),
            ("Thème".into(), fact.topic.french().into()),
            ("Service".into(), service.map_or_else(|| fact.service.clone(), |service| service.name.clone())),
            ("Réception".into(), date(fact.received_on)),
        ];
        for promise in &fact.promises {
            dates.push(("Échéance".into(), date(promise.due_on)));
            let told = |done: crate::indicators::Done| {
                format!("{}, {} après la réception", date(done.on), working_days(done.working_days))
            };
            dates.push(("Première réaction".into(), promise.replied.map_or_else(|| "aucune".into(), told)));
            dates.push(("Réponse sur le fond".into(), promise.answered.map_or_else(|| "aucune".into(), told)));
        }
        let mut sampled =
            Sampled { reference: fact.reference.clone(), dates, letters: Vec::new(), history: Vec::new() };
        let Some(case) = self.store.case(&fact.reference).await? else {
            sampled.history.push("les données de cette demande ont été effacées (durée de conservation)".into());
            return Ok(sampled);
        };
        let person = Person::of(&case.summary.correspondent_name, &case.summary.correspondent);
        let hidden = |text: &str| person.hidden_in(text);
        for (at, octets) in self.store.acknowledgements_of(case.summary.id).await? {
            if let Ok(letter) = mail::parse(&octets, &mail::Limits::default()) {
                sampled.letters.push((format!("Accusé de réception, {}", moment(at)), hidden(&letter.text)));
            }
        }
        for reply in &case.replies {
            let what = format!("{}, {}", reply.letter.kind.french(), moment(reply.at));
            sampled.letters.push((what, hidden(&format!("{}\n\n{}", reply.letter.subject, reply.letter.text))));
        }
        for message in case.messages.iter().filter(|message| message.disposition == Disposition::Reply) {
            let what = format!("Réponse écrite dans une messagerie, {}", moment(message.received_at));
            // What it quotes is the citizen's.
            sampled.letters.push((what, hidden(&message.new_text)));
        }
        // What an agent wrote into the history may name people: what happened is enough.
        let mut events = case.events;
        events.sort_by_key(|event| event.at);
        sampled.history =
            events.iter().map(|event| format!("{} : {}", moment(event.at), event.kind.french())).collect();
        Ok(sampled)
    }
}

/// A correspondent, to be left out of what is shown.
struct Person(Vec<Regex>);

impl Person {
    /// The address first: a name may stand in it. Of the name each word, as names are written: « Martin », « MARTIN ».
    fn of(name: &str, address: &str) -> Self {
        let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.chars().count() > 1);
        let named = words.map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase).collect::<String>();
            let capital = format!("{first}{}", letters.as_str().to_lowercase());
            format!(
                r"\b(?:{}|{}|{})\b",
                regex::escape(word),
                regex::escape(&capital),
                regex::escape(&word.to_uppercase())
            )
        });
        let address = Some(format!("(?i){}", regex::escape(address))).filter(|_| !address.is_empty());
        Self(address.into_iter().chain(named).filter_map(|pattern| Regex::new(&pattern).ok()).collect())
    }

    fn hidden_in(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, pattern| pattern.replace_all(&text, "[usager]").into_owned())
    }
}

#[cfg(test)]
#[test]
fn a_person_is_left_out_however_they_are_named() {
    let hidden = Person::of("Li Martin-Durand", "li.martin@example.org")
        .hidden_in("Madame MARTIN, à Lille, Li.Martin@example.org, Martinique : Durand, et un martin-pêcheur");
    assert_eq!(hidden, "Madame [usager], à Lille, [usager], Martinique : [usager], et un martin-pêcheur");
}

impl Gathered {
    fn shaped(&self, format: Format, policy: &super::Policy, style: Option<&str>) -> Result<Vec<u8>, OutputError> {
        let names = names(&policy.config);
        let setting = Setting {
            prefecture: &policy.config.prefecture.name,
            names: &names,
            now: self.now,
            zone: policy.calendar.zone(),
        };
        let matter = Matter {
            report: &self.report,
            before: &self.before,
            targets: &policy.config.figures.targets,
            setting: &setting,
            satisfaction: &self.satisfaction,
            campaigns: &self.campaigns,
            style,
        };
        let book = || workbook(&matter, &self.facts);
        Ok(match format {
            Format::Csv => csv(&monthly(&self.report, Some(&self.before), &setting)),
            Format::Xlsx => xlsx(&book())?,
            Format::Ods => ods(&book())?,
            Format::Html => bilan(&matter)?.into_bytes(),
            Format::Poster => poster(&matter)?.into_bytes(),
            Format::Audit(_) => {
                let json = serde_json::to_string_pretty(&self.report.json()).expect("values always serialise");
                let title = format!("Dossier de preuves – {}", setting.about(&self.report));
                pack(&title, &json, &book(), &self.sample)?
            }
        })
    }
}

/// The first instant of a month, where the prefecture is.
pub(super) fn start(calendar: &crate::calendar::Calendar, month: Month) -> Timestamp {
    calendar.instant(month.first_day(), Time::midnight())
}
