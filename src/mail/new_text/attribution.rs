//! The lines in which mail programs say that what follows is not by the sender: "Le … a écrit :", "On … wrote:",
//! "-----Message d'origine-----".

use std::sync::LazyLock;

use regex::Regex;

use super::Line;

/// Lines over which a program may break one attribution.
const LINES: usize = 5;
/// Octets of one attribution.
const OCTETS: usize = 600;

/// An attribution that ends at the line that was asked for.
pub(super) struct Attribution {
    pub(super) start: usize,
    /// Whether only a machine writes like this; otherwise quoted lines must follow.
    pub(super) certain: bool,
}

#[expect(clippy::unwrap_used, reason = "the patterns are constants, compiled by every test")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// How an attribution ends: a verb of writing, then at most a name and a colon.
const VERBS: &str = r#"(?:[\s>"»”)\],*][aà]\s+[ée]crit|écrivait|\b(?:wrote|writes|said|sent|schrieb|geschrieben|geschreven|escribi[óo]|escreveu|ha\s+scritto|schreef|skrev|napisa[łl]\(?a?\)?|napsal\(?a?\)?|kirjoitti|a\s+scris|írta|yazdı|έγραψε)|(?:пишет|написала?|пише|написав|كتب|כתב|写道|寫道|のメール))"#;

/// How an attribution begins when it gives the date: "Le 4 mai", "On Tue, 4", "23 mar", "ср, 30".
const DATED: &str = r#"(?:(?:le|dans|en date|on|at|in|am|em|el|il|op|w dniu|dnia|den|på|pe|la|dne|v|a|às)\b|\d{1,4}[-/.]\d{1,2}|\d{1,2}[:.]\d{2}|\d{1,2}\.?\s+\p{L}|\p{L}{2,12}[.,]{0,2}\s+\d)"#;

static TRIGGER: LazyLock<Regex> = LazyLock::new(|| compiled(&format!(r"(?i)(?:[:：>]|{VERBS})[\s*_:：-]*$")));
static ATTRIBUTION: LazyLock<Regex> =
    LazyLock::new(|| compiled(&format!(r"(?is)^[\s*_-]*{DATED}.{{2,500}}?{VERBS}.{{0,160}}?[\s*_:：-]*$")));
static SOMEBODY_WROTE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(&format!(
        r#"(?i)^[\s*_-]*["'<\p{{L}}].{{0,200}}@.{{1,200}}{VERBS}[^:]{{0,60}}(?:\d:\d\d[^:]{{0,20}})?[:：][\s*_-]*$"#
    ))
});
static BROKEN_DATE: LazyLock<Regex> = LazyLock::new(|| compiled(&format!(r"(?i)^{DATED}[^!?]{{2,40}}\d{{4}},$")));
static BETWEEN_DASHES: LazyLock<Regex> = LazyLock::new(|| compiled(&format!(r"(?i)^\s*-{{2,}}.*{VERBS}\s*-{{2,}}$")));
static WITHOUT_VERB: LazyLock<Regex> =
    LazyLock::new(|| compiled(&format!(r"(?is)^\s*{DATED}.{{2,200}}<[^<>]{{1,200}}@[^<>]{{1,200}}>\s*:?$")));
static CLOCK: LazyLock<Regex> = LazyLock::new(|| compiled(r"\d{1,2}\s?[:hH.]\s?\d{2}"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| compiled(r"\b(?:19|20)\d{2}\b|\d{1,2}/\d{1,2}/\d{2}"));

static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)^[\s*_>]*(?:-{2,}|_{2,}|={2,})\s*(?:message d['’´]origine|message (?:original|initial|précédent)|",
        r"(?:mail|courriel|e-mail|courrier) (?:original|d['’]origine)|original (?:message|appointment|e-?mail)|",
        r"reply message|urspr(?:ü|ue)ngliche (?:nachricht|mail)|antwort nachricht|mensaje original|",
        r"mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig (?:meddelelse|besked)|",
        r"ursprungligt meddelande|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|",
        r"oryginalna wiadomość|исходное сообщение|mesaj original|orijinal mesaj)\s*:?\s*[-_=]*[\s*_]*$",
    ))
});
static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)^[\s*_>]*(?:-{2,}\s*(?:forwarded message|(?:message|mail|courriel|e-mail) (?:transf[ée]r[ée]|transmis|",
        r"r[ée]exp[ée]di[ée])|forwarded by .{1,100}|weitergeleitete nachricht|mensaje reenviado|",
        r"mensagem (?:encaminhada|reencaminhada)|messaggio inoltrato|doorgestuurd bericht|пересланное сообщение|",
        r"пересылаемое сообщение)\s*:?\s*-*|begin forwarded message\s*:|",
        r"d[ée]but du (?:message|mail|courriel) (?:transf[ée]r[ée]|transmis|r[ée]exp[ée]di[ée])\s*:)[\s*_]*$",
    ))
});

/// Whether `line` announces the message that is answered.
pub(super) fn is_separator(line: &str) -> bool {
    line.len() < OCTETS && SEPARATOR.is_match(line)
}

/// Whether `line` announces a forwarded message.
pub(super) fn is_forward(line: &str) -> bool {
    line.len() < OCTETS && FORWARD.is_match(line)
}

/// The attribution whose last line is `lines[at]`.
pub(super) fn ending_at(lines: &[Line<'_>], at: usize) -> Option<Attribution> {
    let last = lines[at].raw.trim_end();
    if last.len() > OCTETS || !TRIGGER.is_match(last) {
        return None;
    }
    if BETWEEN_DASHES.is_match(last) {
        return Some(Attribution { start: at, certain: true });
    }
    dated(lines, at).or_else(|| by_somebody(lines, at))
}

/// The attribution with a date that ends at `lines[at]` and begins on it or a few lines above.
fn dated(lines: &[Line<'_>], at: usize) -> Option<Attribution> {
    let mut joined = String::new();
    for start in (at.saturating_sub(LINES - 1)..=at).rev() {
        let line = lines[start].raw.trim();
        if line.is_empty() || joined.len() + line.len() > OCTETS {
            return None;
        }
        joined.insert(0, ' ');
        joined.insert_str(0, line);
        let sentence = joined.trim_end();
        let timed = CLOCK.is_match(sentence) && YEAR.is_match(sentence);
        if ATTRIBUTION.is_match(sentence) && sentence.contains(|c: char| c.is_ascii_digit()) {
            let above = start.checked_sub(1).map_or("", |above| lines[above].raw.trim());
            // "On Nov 21, 2014," above "at 10:18, …".
            let start = if above.ends_with(',') && BROKEN_DATE.is_match(above) { start - 1 } else { start };
            return Some(Attribution { start, certain: timed || sentence.contains('@') });
        }
        if WITHOUT_VERB.is_match(sentence) && YEAR.is_match(sentence) {
            return Some(Attribution { start, certain: timed && sentence.ends_with(':') });
        }
    }
    None
}

/// "Jeanne <jeanne@example.fr> schrieb am 4. Mai:" on one line or two.
fn by_somebody(lines: &[Line<'_>], at: usize) -> Option<Attribution> {
    let last = lines[at].raw.trim();
    let above = at.checked_sub(1).map(|above| lines[above].raw.trim()).filter(|above| above.len() < OCTETS);
    let starts =
        |sentence: &str, start| SOMEBODY_WROTE.is_match(sentence).then_some(Attribution { start, certain: false });
    starts(last, at).or_else(|| above.and_then(|above| starts(&format!("{above} {last}"), at - 1)))
}
