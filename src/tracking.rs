//! The tracking sheet that a prefecture kept until now, read as cases: columns are known by their names, cells by what people
//! write in them. Pure: a table in; lines, and reasons why others are refused, out.

mod columns;
mod values;

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, civil::Time};

pub use columns::{Column, Mapping, Matched};

use crate::{
    calendar::Calendar,
    case::{Channel, Kind, Scope, Topic},
    config::Service,
    sheets::{Row, Table, Value},
    triage::fold::fold,
};

/// A line of the sheet that can be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the sheet, from 1.
    pub number: usize,
    /// When it came; noon, where only the day is known.
    pub received_at: Timestamp,
    /// How it came.
    pub channel: Channel,
    /// Key of the service.
    pub service: String,
    /// What the sender wanted.
    pub kind: Kind,
    /// Who might answer.
    pub scope: Scope,
    /// Subject matter.
    pub topic: Topic,
    /// Name of the sender, or empty.
    pub name: String,
    /// Address of the sender in lower case, or empty.
    pub address: String,
    /// Subject, on one line.
    pub subject: String,
    /// When it was answered on substance.
    pub answered_at: Option<Timestamp>,
    /// What makes it this line and no other, whatever was noted in it since: when and how it came, to which service, from
    /// whom, about what.
    pub identity: String,
    /// Which of the lines that say the same this is, from 1: two letters may. Those that were answered come first, so that a
    /// sheet that was sorted anew is the same.
    pub occurrence: u32,
}

/// A line that cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its number in the sheet, from 1.
    pub number: usize,
    /// Why, and what is allowed.
    pub why: String,
}

/// A sheet that was read.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Which column is what.
    pub mapping: Mapping,
    /// The lines, in their order.
    pub lines: Vec<Line>,
    /// The lines that are refused, in their order.
    pub refused: Vec<Refused>,
    /// Other sheets of the file that have the columns too, and were not read.
    pub others: Vec<String>,
    /// What was taken otherwise than it is written, and how often.
    pub remarks: BTreeMap<String, usize>,
}

/// What is known beside the sheet.
#[derive(Debug, Clone)]
pub struct Around<'a> {
    /// The days and the zone of the prefecture.
    pub calendar: &'a Calendar,
    /// The services to which cases may belong.
    pub services: &'a [Service],
    /// Nothing has happened after this.
    pub now: Timestamp,
    /// The service of lines that name none.
    pub service: Option<&'a str>,
    /// The channel of lines that name none.
    pub channel: Option<Channel>,
    /// Names of columns that the operator gave.
    pub named: &'a BTreeMap<Column, String>,
}

/// Before this year nothing that a prefecture still keeps was received: it is a slip of the pen.
const FIRST_YEAR: i16 = 2000;

/// Reads the first of these tables that has the columns; of the table of this name, if one is named.
pub fn read(tables: &[Table], sheet: Option<&str>, around: &Around<'_>) -> Result<Sheet, String> {
    let (table, mapping, others) = columns::find(tables, sheet, around)?;
    let mut found = Sheet { mapping, lines: Vec::new(), refused: Vec::new(), others, remarks: BTreeMap::new() };
    for row in table.rows.iter().filter(|row| row.line > found.mapping.header_line) {
        if row.cells.iter().all(values::is_blank) {
            continue;
        }
        match line(row, &found.mapping, around, &mut found.remarks) {
            Ok(line) => found.lines.push(line),
            Err(why) => found.refused.push(Refused { number: row.line, why }),
        }
    }
    let mut order: Vec<usize> = (0..found.lines.len()).collect();
    order.sort_by_key(|place| found.lines[*place].answered_at.map_or((true, Timestamp::MAX), |at| (false, at)));
    let mut seen: HashMap<String, u32> = HashMap::new();
    for place in order {
        let line = &mut found.lines[place];
        let times = seen.entry(line.identity.clone()).or_default();
        *times += 1;
        line.occurrence = *times;
    }
    Ok(found)
}

fn line(
    row: &Row,
    mapping: &Mapping,
    around: &Around<'_>,
    remarks: &mut BTreeMap<String, usize>,
) -> Result<Line, String> {
    let cell = |column: Column| mapping.place(column).and_then(|place| row.cells.get(place)).unwrap_or(&Value::Empty);
    let text = |column: Column| values::text(cell(column));
    let moment = |column: Column| values::moment(cell(column), around.calendar);

    let received = moment(Column::ReceivedAt)?.ok_or("la date de réception est vide")?;
    let today = around.calendar.date(around.now);
    // Of a day alone only the day is known: today's noon may be to come, and what happened on it happened by now.
    let known = |moment: &values::Moment| match moment.whole_day {
        true if around.calendar.date(moment.instant) == today => moment.instant.min(around.now),
        _ => moment.instant,
    };
    let received_at = known(&received);
    if received_at > around.now {
        return Err(format!("la date de réception, {}, est dans l'avenir", received.words));
    }
    if around.calendar.date(received_at).year() < FIRST_YEAR {
        return Err(format!("la date de réception, {}, est trop ancienne : est-ce la bonne année ?", received.words));
    }
    let answered_at = match moment(Column::AnsweredAt)? {
        None => None,
        Some(answered) if known(&answered) > around.now => {
            return Err(format!("la date de réponse, {}, est dans l'avenir", answered.words));
        }
        Some(answered) if around.calendar.date(answered.instant) < around.calendar.date(received_at) => {
            return Err(format!("la date de réponse, {}, est avant la réception, {}", answered.words, received.words));
        }
        // What happened on the day of the reception happened after it.
        Some(answered) => Some(known(&answered).max(received_at)),
    };
    let channel = match text(Column::Channel) {
        word if word.is_empty() => around.channel.ok_or("le canal est vide (ou donnez --channel)")?,
        word => values::channel(&word).ok_or_else(|| {
            format!(
                "le canal « {word} » n'est pas connu ; possibles : courriel, formulaire, courrier, guichet, téléphone"
            )
        })?,
    };
    let service = service(&text(Column::Service), around)?;
    let kind = match text(Column::Kind) {
        word if word.is_empty() => Kind::Information,
        word => values::kind(&word).ok_or_else(|| {
            format!(
                "la nature « {word} » n'est pas connue ; possibles : information, réclamation, suggestion, sans suite"
            )
        })?,
    };
    let scope = match text(Column::Scope) {
        _ if kind == Kind::None => Scope::None,
        word if word.is_empty() => Scope::General,
        word => values::scope(&word).ok_or_else(|| {
            let known = Scope::ALL.iter().map(|scope| scope.french()).collect::<Vec<_>>().join(", ");
            format!("le périmètre « {word} » n'est pas connu ; possibles : {known}")
        })?,
    };
    let topic = match text(Column::Topic) {
        word if word.is_empty() => Topic::Other,
        word => values::topic(&word).unwrap_or_else(|| {
            *remarks
                .entry(format!("thème « {word} » inconnu : pris pour « {} »", Topic::Other.french()))
                .or_default() += 1;
            Topic::Other
        }),
    };
    let (name, address) = values::person(&text(Column::Sender), &text(Column::Address));
    let subject = match text(Column::Subject) {
        subject if subject.is_empty() => "(sans objet)".to_owned(),
        subject => subject,
    };
    let number = row.line;
    // To the minute, and without case or accents: another program shows no seconds, or writes an accent in another way.
    let minute = received.instant.strftime("%Y-%m-%dT%H:%M").to_string();
    let identity = [&*minute, channel.word(), &service, &fold(&name), &address, &fold(&subject)].join("\n");
    Ok(Line {
        number,
        received_at,
        channel,
        service,
        kind,
        scope,
        topic,
        name,
        address,
        subject,
        answered_at,
        identity,
        occurrence: 0,
    })
}

fn service(word: &str, around: &Around<'_>) -> Result<String, String> {
    if word.is_empty() {
        let default = around.service.or(match around.services {
            [only] => Some(only.id.as_str()),
            _ => None,
        });
        return default
            .map(str::to_owned)
            .ok_or_else(|| format!("le service est vide (ou donnez --service) ; {}", known(around)));
    }
    let folded = fold(word);
    let found = around.services.iter().find(|one| fold(&one.id) == folded || fold(&one.name) == folded);
    found.map(|one| one.id.clone()).ok_or_else(|| format!("le service « {word} » n'est pas connu ; {}", known(around)))
}

fn known(around: &Around<'_>) -> String {
    let ids = around.services.iter().map(|service| service.id.as_str()).collect::<Vec<_>>().join(", ");
    format!("services déclarés : {ids}")
}

/// The instant that is meant by a day and a time of day where the prefecture is; without a time, noon.
fn instant(calendar: &Calendar, day: jiff::civil::Date, time: Option<Time>) -> Timestamp {
    calendar.instant(day, time.unwrap_or(Time::constant(12, 0, 0, 0)))
}

#[cfg(test)]
mod tests;
