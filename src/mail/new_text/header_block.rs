//! The header that Outlook, the webmails and telephones paste above the message they answer: De, Envoyé, À, Objet.
//!
//! A letter-head, a read receipt and a removal from Paris to Lyon have such lines too. A block counts only when it names the
//! writer and two of reader, moment of sending and subject, on lines that follow each other, and only a program would write
//! one of them: an address, or the moment of sending.

use super::{Line, unquoted};

/// Lines of a block; recipients may take several.
const LINES: usize = 16;
/// Lines between two labels: the rest of a long list of recipients.
const CONTINUATIONS: usize = 3;
/// Octets of a label.
const LABEL: usize = 40;

const FROM: &str = "from|de|expéditeur|expediteur|expédié par|von|da|van|från|fra|od|de la|от|від|lähettäjä|gönderen|kimden|\
                    发件人|寄件者|差出人|من";
const DATE: &str = "sent|date|envoyé|envoye|envoyé le|envoye le|date d'envoi|date d’envoi|gesendet|datum|enviado|enviada|enviado el|\
                    enviado em|enviada em|fecha|data|inviato|verzonden|skickat|sendt|dato|wysłano|дата|отправлено|надіслано|\
                    lähetetty|päiväys|tarih|gönderildi|发送时间|日付|送信日時|تاريخ";
/// Of these, those that may head any date.
const ANY_DATE: &str = "date|datum|fecha|data|dato|дата|tarih|日付|تاريخ";
const TO: &str = "to|à|a|á|an|para|destinataire|destinataires|pour|aan|till|til|do|кому|vastaanottaja|kime|alıcı|收件人|宛先|إلى|per";
const SUBJECT: &str = "subject|objet|sujet|betreff|betrifft|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|тема|aihe|konu|主题|\
                       件名|الموضوع";
const OTHER: &str = "cc|copie|copie à|copie a|cci|bcc|kopie|kopia|répondre à|reply-to|importance|priorité|pièce jointe|\
                     pièces jointes|attachments";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    From,
    Date,
    To,
    Subject,
    Other,
}

/// The kind of label that `line` begins with.
fn label(line: &str) -> Option<Kind> {
    let (name, value) = line.split_once([':', '：']).filter(|(name, _)| name.len() < LABEL)?;
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '|'));
    if is_message_du(line) {
        return Some(Kind::Date);
    }
    let name = name.to_lowercase();
    let is = |names: &str| names.split('|').any(|known| known == name);
    let kinds =
        [(FROM, Kind::From), (DATE, Kind::Date), (TO, Kind::To), (SUBJECT, Kind::Subject), (OTHER, Kind::Other)];
    let kind = kinds.into_iter().find(|(names, _)| is(names))?.1;
    // "Date :" alone may head anything; the moment of sending has figures.
    let dated = value.contains(|c: char| c.is_numeric());
    Some(if kind == Kind::Date && !dated { Kind::Other } else { kind })
}

/// "Message du 04/05/21 10:02": the first line of Orange and SFR webmail.
fn is_message_du(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '=' | '_' | '-'));
    let starts = line.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("message du"));
    starts && line.len() < 80 && line.contains(['/', '.']) && line.contains(|c: char| c.is_ascii_digit())
}

/// Whether a label is followed by what people do not write there: an address, the time, or when it was sent.
fn is_by_program(line: &str) -> bool {
    let (name, value) = line.split_once([':', '：']).unwrap_or((line, ""));
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '|')).to_lowercase();
    let sent = DATE.split('|').any(|known| known == name) && !ANY_DATE.split('|').any(|known| known == name);
    let figures = value.contains(|c: char| c.is_numeric());
    let octets = value.as_bytes();
    let time = octets.windows(4).any(|four| {
        four[0].is_ascii_digit() && four[1] == b':' && four[2].is_ascii_digit() && four[3].is_ascii_digit()
    });
    value.contains('@') || time || sent && figures || is_message_du(line)
}

/// A line across the page.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | ' ')) && !line.trim().is_empty()
}

#[derive(Default)]
struct Kinds {
    from: bool,
    date: bool,
    to: bool,
    subject: bool,
    /// An address, or a moment of sending, stands in it.
    by_program: bool,
}

impl Kinds {
    /// Notes `kind`; false when it was seen before, for a block has one of each.
    fn see(&mut self, kind: Kind) -> bool {
        let seen = match kind {
            Kind::From => &mut self.from,
            Kind::Date => &mut self.date,
            Kind::To => &mut self.to,
            Kind::Subject => &mut self.subject,
            Kind::Other => return true,
        };
        !std::mem::replace(seen, true)
    }

    fn suffice(&self) -> bool {
        let count = [self.from, self.date, self.to, self.subject].into_iter().filter(|kind| *kind).count();
        self.from && count >= 3 && self.by_program
    }
}

/// The number of lines of the header block that begins at `lines[at]`, a rule above it included.
pub(super) fn at(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let first = unquoted(lines.get(at)?.raw);
    let below_rule = is_rule(first);
    let (mut kinds, mut end, mut since) = (Kinds::default(), 0, 0);
    for (offset, line) in lines.iter().enumerate().skip(at).take(LINES) {
        let bare = unquoted(line.raw);
        if let Some(kind) = label(bare).or_else(|| is_message_du(bare).then_some(Kind::Date)) {
            if !kinds.see(kind) {
                break;
            }
            kinds.by_program |= is_by_program(bare);
        } else if (offset == at && below_rule) || bare.trim().is_empty() {
            continue;
        } else if end == 0 {
            return None;
        } else {
            since += 1;
            if since > CONTINUATIONS {
                break;
            }
            continue;
        }
        (end, since) = (offset + 1 - at, 0);
    }
    kinds.suffice().then_some(end)
}
