//! The lines in which mail programs say that what follows is not by the sender: "Le … a écrit :", "On … wrote:",
//! "-----Message d'origine-----".

use std::sync::LazyLock;

use regex::Regex;

use super::Line;

/// Lines over which a program may break one attribution.
const LINES: usize = 5;
/// Octets of one attribution.
const OCTETS: usize = 600;

/// Octets of the name or date that may follow the verb.
const AFTER_VERB: usize = 200;
/// Octets of a date that stands alone on its line.
const BROKEN_DATE: usize = 60;

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

/// The verbs of writing. No counted repetitions and no Unicode word boundaries here: both are slow.
const VERBS: &str = r#"(?i)(?:[\s>"»”)\],*][aà]\s+[ée]crit|écrivait|(?-u:\b)(?:wrote|writes|said|sent|schrieb|geschrieben|geschreven|escribi[óo]|escreveu|ha\s+scritto|schreef|skrev|napisa[łl](?:\(?a\)?)?|napsal(?:\(?a\)?)?|kirjoitti|a\s+scris)|írta|yazdı|đã viết|έγραψε|пишет|написала?|пише|написав|كتب|כתב|写道|寫道|のメール)"#;

static VERB: LazyLock<Regex> = LazyLock::new(|| compiled(VERBS));
/// How an attribution begins: it gives the date. "Le 4 mai", "On Tue, 4", "23 mar", "ср, 30", "11:00".
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)^[\s*_-]*(?:(?:le|dans|en date|on|at|in|am|em|el|il|op|w dniu|dnia|den|på|pe|la|dne|v|a|às|vào)\s|",
        r"[0-9]+[-/.:][0-9]+|[0-9]+\.?\s+[^\s0-9:<>@]|[^\s0-9:<>@]+\s+[0-9])",
    ))
});
/// A date as programs give it, and words before it.
static DATE_WITHIN: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"^\s*\S.*\s(?:On|Le|Am|El|Il|Em)\s+(?:[^\s0-9]+\s+)?(?:[^\s0-9]+\s+)?[0-9]"));
static CLOCK: LazyLock<Regex> = LazyLock::new(|| compiled(r"[0-9]\s?[:hH.]\s?[0-9][0-9]"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?:19|20)[0-9][0-9]|[0-9]/[0-9]+/[0-9][0-9]"));

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
        r"r[ée]exp[ée]di[ée])|forwarded by .*|weitergeleitete nachricht|mensaje reenviado|",
        r"mensagem (?:encaminhada|reencaminhada)|messaggio inoltrato|doorgestuurd bericht|пересланное сообщение|",
        r"пересылаемое сообщение)\s*:?\s*-*|begin forwarded message\s*:|",
        r"d[ée]but du (?:message|mail|courriel) (?:transf[ée]r[ée]|transmis|r[ée]exp[ée]di[ée])\s*:)[\s*_]*$",
    ))
});

/// Whether `line` announces the message that is answered.
pub(super) fn is_separator(line: &str) -> bool {
    begins_with(line, "-_=") && SEPARATOR.is_match(line)
}

/// Whether `line` announces a forwarded message.
pub(super) fn is_forward(line: &str) -> bool {
    begins_with(line, "-bBdD") && FORWARD.is_match(line)
}

/// Spares most lines the patterns.
fn begins_with(line: &str, first: &str) -> bool {
    let bare = line.trim_start_matches(|c: char| c.is_whitespace() || c == '*' || c == '>');
    line.len() < OCTETS && bare.starts_with(|c: char| first.contains(c))
}

/// The attribution whose last line is `lines[at]`.
pub(super) fn ending_at(lines: &[Line<'_>], at: usize) -> Option<Attribution> {
    let last = lines[at].raw.trim();
    let bare = last.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '-'));
    if last.len() > OCTETS || !(bare.ends_with([':', '：', '>']) || ends_with_verb(bare)) {
        return None;
    }
    if last.starts_with("--") && last.ends_with("--") && ends_with_verb(bare) {
        return Some(Attribution { start: at, certain: true });
    }
    dated(lines, at).or_else(|| by_somebody(lines, at))
}

fn ends_with_verb(line: &str) -> bool {
    // Longer than any verb; a verb needs a character before it, hence the whole line if it is short.
    let mut from = line.len().saturating_sub(24);
    while !line.is_char_boundary(from) {
        from -= 1;
    }
    VERB.find_iter(&line[from..]).last().is_some_and(|verb| from + verb.end() == line.len())
}

/// What stands before and after the last verb of writing in `sentence`, if nothing but a name and a date follows it.
fn around_verb(sentence: &str) -> Option<(&str, &str)> {
    let verb = VERB.find_iter(sentence).last()?;
    let after = sentence[verb.end()..].trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '-'));
    let closes = after.is_empty() || after.len() < AFTER_VERB && after.ends_with([':', '：']);
    closes.then_some((&sentence[..verb.start()], after))
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
        if !DATED.is_match(line) {
            continue;
        }
        let sentence = joined.trim_end();
        let timed = CLOCK.is_match(sentence) && YEAR.is_match(sentence);
        if around_verb(sentence).is_some() && sentence.contains(|c: char| c.is_ascii_digit()) {
            let above = start.checked_sub(1).map_or("", |above| lines[above].raw.trim());
            // "On Nov 21, 2014," above "at 10:18, …".
            let broken =
                above.ends_with(',') && above.len() < BROKEN_DATE && DATED.is_match(above) && YEAR.is_match(above);
            let start = if broken { start - 1 } else { start };
            // "Le 12/02/2024 à 14:05 la préfecture a écrit :" may as well be said by the sender; programs put a comma.
            let told = sentence.trim_end_matches([':', ' ', '\u{a0}']).ends_with("écrit") && !sentence.contains(',');
            return Some(Attribution { start, certain: timed && !told || sentence.contains('@') });
        }
        if ends_with_address(sentence) && YEAR.is_match(sentence) {
            return Some(Attribution { start, certain: timed && sentence.ends_with(':') });
        }
    }
    None
}

/// Gmail in languages without a verb: a date, a name, `<an@address>:`.
fn ends_with_address(sentence: &str) -> bool {
    let sentence = sentence.trim_end_matches(':').trim_end();
    let address = sentence.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
    address.is_some_and(|(_, address)| address.contains('@'))
}

/// Whether words of the sender stand on the line before the attribution: "Merci. Le 3 mars …, X <x@…> a écrit :".
fn shares_line(before: &str) -> bool {
    let ends_sentence = |(at, mark): (usize, char)| {
        let word = before[..at].chars().rev().take_while(|c| c.is_alphabetic()).count();
        matches!(mark, '.' | '!' | '?') && word >= 3 && before[at + 1..].starts_with(' ')
    };
    before.char_indices().any(ends_sentence)
        || before.trim_start_matches(['-', ' ']).contains("--- ")
        || DATE_WITHIN.is_match(before)
}

/// "Jeanne <jeanne@example.fr> schrieb am 4. Mai:" on one line or two.
fn by_somebody(lines: &[Line<'_>], at: usize) -> Option<Attribution> {
    let last = lines[at].raw.trim();
    let is_attribution = |sentence: &str| {
        let before = around_verb(sentence).map(|(before, _)| before).filter(|before| before.contains('@'));
        before.is_some_and(|before| !shares_line(before)) && sentence.ends_with([':', '：'])
    };
    if is_attribution(last) {
        return Some(Attribution { start: at, certain: false });
    }
    let above = lines[at.checked_sub(1)?].raw.trim();
    let joins = !above.is_empty() && above.len() < OCTETS && is_attribution(&format!("{above} {last}"));
    joins.then_some(Attribution { start: at - 1, certain: false })
}
