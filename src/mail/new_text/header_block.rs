//! The header that Outlook, the webmails and telephones paste above the message they answer: De, Envoyé, À, Objet.
//!
//! A letter-head and a read receipt have such lines too. A block counts only when it names the writer and two of reader,
//! moment of sending and subject, on lines that follow each other.

use std::sync::LazyLock;

use regex::Regex;

use super::{Line, unquoted};

/// Lines of a block; recipients may take several.
const LINES: usize = 16;
/// Lines between two labels: the rest of a long list of recipients.
const CONTINUATIONS: usize = 3;

#[expect(clippy::unwrap_used, reason = "the patterns are constants, compiled by every test")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// One group for each kind of label, in the order of [`Kinds`].
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)^[\s*_|]*(?:",
        r"(from|de|expéditeur|exp[ée]di[ée] par|von|da|van|från|fra|od|de la|от|від|lähettäjä|gönderen|kimden|发件人|寄件者|差出人|من)|",
        r"(sent|date|envoy[ée]e?(?: le)?|date d['’]envoi|message du|gesendet|datum|enviad[oa](?: el| em)?|fecha|data|",
        r"inviato|verzonden|skickat|sendt|dato|wysłano|дата|отправлено|надіслано|lähetetty|päiväys|tarih|gönderildi|",
        r"发送时间|日付|送信日時|تاريخ)|",
        r"(to|[àaá]|an|para|destinataires?|pour|aan|till|til|do|кому|vastaanottaja|kime|alıcı|收件人|宛先|إلى|per)|",
        r"(subject|objet|sujet|betreff|betrifft|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|тема|aihe|konu|主题|件名|الموضوع)|",
        r"(cc|copie(?: [àa])?|cci|bcc|kopie|kopia|répondre à|reply-to|importance|priorité|pièces? jointes?|attachments?)",
        r")\s*\**\s*[:：]\**(.*)$",
    ))
});
/// "Message du 04/05/21 10:02": the first line of Orange and SFR webmail.
static MESSAGE_DU: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?i)^[\s*=_-]*message du\s*:?\s*\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"));
static RULE: LazyLock<Regex> = LazyLock::new(|| compiled(r"^\s*(?:[-_=*]\s?){3,}$"));

#[derive(Default)]
struct Kinds {
    from: bool,
    date: bool,
    to: bool,
    subject: bool,
}

impl Kinds {
    fn suffice(&self) -> bool {
        let count = [self.from, self.date, self.to, self.subject].into_iter().filter(|kind| *kind).count();
        self.from && count >= 3
    }
}

/// The number of lines of the header block that begins at `lines[at]`, a rule above it included.
pub(super) fn at(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let first = unquoted(lines.get(at)?.raw);
    let is_rule = RULE.is_match(first);
    if !(is_rule || first.len() < 300 && first.contains([':', '：']) || MESSAGE_DU.is_match(first)) {
        return None;
    }
    let (mut kinds, mut end, mut since) = (Kinds::default(), 0, 0);
    for (offset, line) in lines.iter().enumerate().skip(at).take(LINES) {
        let bare = unquoted(line.raw);
        if MESSAGE_DU.is_match(bare) {
            kinds.date = true;
        } else if let Some(label) = LABEL.captures(bare) {
            let has = |group: usize| label.get(group).is_some();
            let value = label.get(6).map_or("", |value| value.as_str());
            // "Date :" alone may head anything; a sending date has figures.
            kinds.date |= has(2) && value.contains(|c: char| c.is_numeric());
            kinds.from |= has(1);
            kinds.to |= has(3);
            kinds.subject |= has(4);
        } else if (offset == at && is_rule) || bare.trim().is_empty() {
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
