//! `releve deadline`: when what came in must be answered, for one message or for a file of them.
//!
//! Works without any configuration: the standard delays and, unless a département is named, the holidays and the time of
//! Paris. Counts nothing itself and knows neither database nor network.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::Path,
};

use anyhow::{Context, bail};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Calendar, Deadline, Delay, Territory, Unit, in_words},
    case::{Channel, Kind},
    config::{Config, Deadlines},
};

/// Échéance d'un message : jours comptés, jours sautés et pourquoi
#[derive(Debug, Clone, clap::Args)]
pub struct DeadlineArgs {
    /// Sortie en JSON : received, starts, due, working_days
    #[arg(long)]
    pub json: bool,
    /// Avec --json : la clé explain en plus, chaque jour compté ou sauté et pourquoi
    #[arg(long, requires = "json", conflicts_with = "batch")]
    pub explain: bool,
    /// La question de la ligne de commande.
    #[command(flatten)]
    pub question: Option<Question>,
    /// Fichier JSONL (ou - pour l'entrée standard) : une question par ligne, une réponse JSON par ligne
    #[arg(long, value_name = "FILE", conflicts_with = "Question")]
    pub batch: Option<String>,
}

/// What is asked about one message.
#[derive(Debug, Clone, clap::Args)]
pub struct Question {
    /// Canal : email, form, letter, counter ou phone
    #[arg(long, required = false, required_unless_present = "batch")]
    pub channel: Channel,
    /// Instant de réception (RFC 3339), par exemple 2026-11-21T09:30:00+01:00
    #[arg(long, required = false, required_unless_present = "batch", value_parser = instant)]
    pub received: Timestamp,
    /// Département (01 à 95, 2A, 2B, 971…) ; par défaut celui de la configuration, sinon Paris
    #[arg(long)]
    pub department: Option<Territory>,
    /// Nature : information, reclamation, suggestion ou none
    #[arg(long, value_parser = Kind::from_corpus)]
    pub kind: Option<Kind>,
    /// Nombre de jours, à la place de celui du canal et de la nature
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub days: Option<u16>,
    /// Unité : working (jours ouvrés) ou calendar (jours calendaires)
    #[arg(long)]
    pub unit: Option<Unit>,
}

/// Answers the question of the command line, or every line of the batch, on `out`.
///
/// # Errors
/// The batch cannot be read, `out` cannot be written, or a line of the batch was wrong. A wrong line does not stop the
/// batch: it is answered by `{"line": N, "error": "…"}`, and the error comes at the end.
pub fn run(args: DeadlineArgs, config: Option<&Config>, out: &mut impl Write) -> anyhow::Result<()> {
    let office = Office::new(config);
    let mut out = BufWriter::new(out);
    let outcome = match (args.batch.as_deref(), args.question) {
        (Some("-"), _) => batch(&office, io::stdin().lock(), &mut out),
        (Some(path), _) => batch(&office, open(Path::new(path))?, &mut out),
        (None, Some(question)) if args.json => {
            let answer = office.answer(&question);
            let explain = args.explain.then(|| answer.days());
            write_line(&mut out, &Line { explain, ..answer.line() })
        }
        (None, Some(question)) => explain(&office.answer(&question), question.channel, &mut out),
        (None, None) => bail!("indiquez --channel et --received, ou --batch"),
    };
    out.flush()?;
    outcome
}

fn open(path: &Path) -> anyhow::Result<impl BufRead> {
    let file = File::open(path).with_context(|| format!("le fichier {} ne peut pas être lu", path.display()))?;
    Ok(BufReader::new(file))
}

/// What the configuration says of deadlines, or the standard.
struct Office {
    calendar: Calendar,
    deadlines: Deadlines,
}

/// The answer to a question.
struct Answer {
    territory: Territory,
    delay: Delay,
    deadline: Deadline,
}

impl Office {
    fn new(config: Option<&Config>) -> Self {
        match config {
            Some(Config { prefecture, deadlines, .. }) => Self {
                calendar: Calendar::new(prefecture.territory, prefecture.closures.iter().copied()),
                deadlines: deadlines.clone(),
            },
            None => {
                let paris = "75".parse().expect("Paris is in the table of territories");
                Self { calendar: Calendar::new(paris, []), deadlines: Deadlines::standard() }
            }
        }
    }

    /// Another département than ours has its own holidays and zone, and none of our closures.
    fn answer(&self, question: &Question) -> Answer {
        let ours = &self.calendar;
        let other =
            question.department.filter(|other| *other != ours.territory()).map(|other| Calendar::new(other, []));
        let calendar = other.as_ref().unwrap_or(ours);
        let usual = self.deadlines.rule(question.channel, question.kind, calendar.date(question.received)).delay;
        let delay = Delay { days: question.days.unwrap_or(usual.days), unit: question.unit.unwrap_or(usual.unit) };
        let deadline = calendar.deadline(question.received, delay);
        Answer { territory: calendar.territory(), delay, deadline }
    }
}

impl Answer {
    fn line(&self) -> Line {
        let Deadline { received, starts, due, working_days, .. } = &self.deadline;
        let (received, starts, due) = (rfc3339(received), rfc3339(starts), rfc3339(due));
        Line { received, starts, due, working_days: *working_days, explain: None }
    }

    fn days(&self) -> Vec<serde_json::Value> {
        self.deadline.days.iter().map(|day| super::cases::day(day.date, day.counted, day.reason)).collect()
    }
}

fn batch(office: &Office, input: impl BufRead, out: &mut impl Write) -> anyhow::Result<()> {
    let (mut lines, mut wrong) = (0, 0);
    for text in input.split(b'\n') {
        lines += 1;
        match Question::read(&text.context("la suite du fichier ne peut pas être lue")?) {
            Ok(question) => write_line(out, &office.answer(&question).line())?,
            Err(error) => {
                wrong += 1;
                write_line(out, &Wrong { line: lines, error: format!("{error:#}") })?;
            }
        }
    }
    if wrong > 0 {
        bail!("lignes fausses : {wrong} sur {lines} ; voyez la clé « error » de leur réponse");
    }
    Ok(())
}

impl Question {
    /// Reads one line of a batch. Keys that are not ours are left alone, so that a line may bear an identifier.
    fn read(line: &[u8]) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Raw {
            channel: String,
            received: String,
            department: Option<String>,
            kind: Option<String>,
            days: Option<u16>,
            unit: Option<String>,
        }
        let raw: Raw = serde_json::from_slice(line).context("cette ligne n'est pas une question en JSON")?;
        if raw.days == Some(0) {
            bail!("un délai a au moins 1 jour");
        }
        Ok(Self {
            channel: raw.channel.parse()?,
            received: instant(&raw.received)?,
            department: raw.department.map(|code| code.parse()).transpose()?,
            kind: raw.kind.map(|word| Kind::from_corpus(&word)).transpose()?,
            days: raw.days,
            unit: raw.unit.map(|word| word.parse()).transpose()?,
        })
    }
}

fn instant(text: &str) -> anyhow::Result<Timestamp> {
    let example = "exemple : 2026-11-21T09:30:00+01:00";
    text.parse().with_context(|| format!("« {text} » n'est pas un instant RFC 3339 ({example})"))
}

/// The answer that tools read; its keys are a promise (design.md, the command line).
#[derive(Serialize)]
struct Line {
    received: String,
    starts: String,
    due: String,
    working_days: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Vec<serde_json::Value>>,
}

/// The answer to a line that is no question.
#[derive(Serialize)]
struct Wrong {
    line: usize,
    error: String,
}

/// With the offset of the territory and without the name of its zone, which RFC 3339 does not know.
fn rfc3339(instant: &Zoned) -> String {
    instant.timestamp().display_with_offset(instant.offset()).to_string()
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    Ok(writeln!(out)?)
}

fn explain(answer: &Answer, channel: Channel, out: &mut impl Write) -> anyhow::Result<()> {
    let Answer { territory, delay, deadline } = answer;
    writeln!(out, "Reçu le {}, heure locale ({})", moment(&deadline.received), territory.name())?;
    writeln!(out, "Délai : {delay} ({})", channel.french())?;
    for day in &deadline.days {
        writeln!(out, "  {day}")?;
    }
    Ok(writeln!(out, "À répondre au plus tard le {}", moment(&deadline.due))?)
}

/// `vendredi 27 novembre 2026 à 23 h 59`.
fn moment(instant: &Zoned) -> String {
    format!("{} à {} h {:02}", in_words(instant.date(), "fr"), instant.hour(), instant.minute())
}

#[cfg(test)]
mod tests;
