//! What programs and offices hang under a letter: the signature under `-- `, "Envoyé de mon iPhone", disclaimers.
//!
//! A name, a title, a telephone number under the greeting are the sender's words and stay.

use std::sync::LazyLock;

use regex::Regex;

use super::{Fate, Letter};
use crate::mail::body::words;

/// More than this under `--` is no signature but more of the letter.
const SIGNATURE_LINES: usize = 12;
const SIGNATURE_WORDS: usize = 60;
/// So many words that end like a sentence are one: more of the letter.
const SENTENCE_WORDS: usize = 6;
/// The same for the footer of a mailing list.
const FOOTER_LINES: usize = 5;
/// Octets of a line that a telephone adds.
const DEVICE_OCTETS: usize = 160;

#[expect(clippy::unwrap_used, reason = "the patterns are constants, compiled by every test")]
fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

static DEVICE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)^[\s*_(\[<-]*(?:",
        r"envoy[ée]e?s? (?:de|depuis|à partir de|a partir de|via|avec|par) (?:mon |ma |le |la |l['’]|un |une )?",
        r"(?:iphone|ipad|ipod|mac|android|samsung|galaxy|huawei|xiaomi|redmi|nokia|sony|wiko|blackberry|smartphone|",
        r"t[ée]l[ée]phone|mobile|portable|tablette|appareil|windows|outlook|yahoo|gmail|orange|sfr|free|bouygues|la poste|",
        r"laposte|courrier pour windows|mail pour windows|mail orange|application|appli|proton|protonmail|bluemail|spark|thunderbird)(?-u:\b)[^.!?]*|",
        r"(?:e-?mail |message |mail )?envoy[ée] (?:de|depuis|avec|via) [^.!?]*(?:mobile|smartphone|tablette|t[ée]l[ée]phone)[^.!?]*|",
        r"provenance\s*: (?:courrier|mail)(?-u:\b).*|t[ée]l[ée]charger outlook(?-u:\b).*|obtenir outlook(?-u:\b).*|",
        r"sent from my [^,;:.!?]+|get \[?outlook(?-u:\b).*|get \[?mail for(?-u:\b).*|",
        r"(?:this (?:e-?mail|message) was )?sent (?:from|via|with|by|using) (?:my |a |an |the )?(?:\S+ )?\[?",
        r"(?:iphone|ipad|ipod|mac|android|samsung|galaxy|huawei|htc|nokia|sony|lg|alcatel|blackberry|smartphone|phone|cell|",
        r"mobile|tablet|device|handheld|wireless|windows|outlook|yahoo|gmail|mail|mailbox|aol|airmail|proton|bluemail|acompli|",
        r"fairphone|pixel|oneplus|motorola|xperia|verizon|at&t|t-mobile|mobilename|(?:ti|k)-\d+)(?-u:\b)[^.!?]*|",
        r"(?:von|gesendet von|gesendet mit|diese nachricht wurde von) (?:meine[mr]|mein|der|mit|outlook)(?-u:\b)[^.!?]*|",
        r"enviado (?:desde|do|de|a partir do|via) (?:mi|meu|minha|el|o|correo|outlook|yahoo|um|un)?(?-u:\b)[^.!?]*|",
        r"inviato da(?:l| ) ?(?:mio|mia|outlook|libero|yahoo|iphone|ipad)?(?-u:\b)[^.!?]*|",
        r"verzonden (?:vanaf|vanuit|met|via|van) (?:mijn|outlook|een|blackberry)?(?-u:\b)[^.!?]*|",
        r"skickat från (?:min|mitt|outlook)(?-u:\b)[^.!?]*|sendt fra (?:min|mitt|outlook)(?-u:\b)[^.!?]*|",
        r"wysłane z (?:mojego|telefonu|iphone|programu)(?-u:\b)[^.!?]*|отправлено (?:с|из) [^.!?]*|",
        r"надіслано з [^.!?]*|trimis de pe [^.!?]*|(?:benim )?iphone['’]?(?:ı|i)mdan gönderildi",
        r")(?:[.!]? ?(?:please |veuillez |merci d['’])?(?:excus)[a-z]*[^.]*)?[\s*_)\]>.-]*(?:<?https?://\S*>?\)?)?[\s*_)\]>.]*$",
    ))
});

/// What a program does not say of itself. Its excuses for short words are no news of the sender.
static GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)(?:, [^,]*(?-u:\b)(?:mon|ma|mes|je|j['’]|il|elle|ce|cette|mais|donc|merci|veuillez|my|i|this|but|please)(?-u:\b)|",
        r"(?-u:\b)(?:car|parce|hier|puisque|est en|because|yesterday|by post)(?-u:\b))",
    ))
});

static DISCLAIMER: LazyLock<Regex> = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)^[\s*_]*(?:",
        r"(?:ce|le pr[ée]sent) (?:message|courriel|mail|e-?mail|courrier)(?: [ée]lectronique)?,? (?:et|ainsi que|y compris) ",
        r"(?:toutes? |tous |ses |les |ces |son |leurs |[ée]ventuel(?:le)?s? )*(?:pi[èe]ces?|documents?|fichiers?|annexes?|contenu)|",
        r"ce (?:message|courriel|mail|e-?mail)(?: [ée]lectronique)? (?:est confidentiel|est exclusivement|est destin[ée] exclusivement|",
        r"(?:peut contenir|contient|peut comporter) des informations|a [ée]t[ée] v[ée]rifi[ée] par|ne contient aucun virus)|",
        r"cet? (?:e-?mail|courrier) a [ée]t[ée] v[ée]rifi[ée] par|l['’]absence de virus dans ce|garanti sans virus|sans virus\. ?www|",
        r"les informations (?:contenues|transmises) dans (?:ce|cet|cette) |",
        r"si vous (?:n['’][êe]tes pas (?:le|la) (?:bon )?destinataire|avez re[çc]u ce (?:message|mail|courriel) par erreur)|",
        r"(?:p +)?avant d['’]imprimer|(?:merci de )?penser? à l['’]environnement|pensez (?:à|aussi à) l['’]environnement|",
        r"n['’]imprimez (?:ce|cet|pas ce|que si)|",
        r"this (?:e-?mail|message|communication|transmission)(?: \(.*\))?,? (?:and (?:any|all|its)|is (?:confidential|intended)|",
        r"(?:may )?contains? (?:confidential|information|privileged)|including any|has been (?:checked|scanned))|",
        r"the (?:information|contents?) (?:contained |transmitted )?(?:in|of|by) this (?:e-?mail|message|communication)|",
        r"if you (?:are not the intended|have received this (?:e-?mail|message|communication) in error)|",
        r"(?:confidentiality|legal|privacy)? ?(?:notice|disclaimer) ?:|please consider the environment|virus-free(?-u:\b)|",
        r"diese e-?mail (?:enthält|kann)|este (?:mensaje|correo|e-?mail|mensagem) (?:y|e|puede|pode|contiene|contém|se dirige)|",
        r"esta mensagem (?:e|pode|contém)|questo messaggio (?:e|è|contiene)|le informazioni contenute in quest|se ricevete quest|dit (?:bericht|e-?mailbericht) (?:is|en|kan|bevat)",
        r")",
    ))
});

/// Folds what stands below the letter, in every part of it that stands apart.
pub(super) fn fold(letter: &mut Letter<'_>) {
    fold_devices(letter);
    fold_disclaimers(letter);
    fold_signatures(letter);
}

fn fold_devices(letter: &mut Letter<'_>) {
    let own = letter.lines.iter_mut().filter(|line| line.fate == Fate::Own);
    for line in own.filter(|line| is_device(line.raw)) {
        line.fate = Fate::Closing;
    }
}

/// Whether a telephone or a program wrote this line, and nobody went on writing on it: "Envoyé de mon iPhone hier, mon message
/// était incomplet".
fn is_device(line: &str) -> bool {
    line.len() < DEVICE_OCTETS && DEVICE.is_match(line) && !GOES_ON.is_match(line)
}

/// A paragraph that begins like a disclaimer goes whole, except as the first of the letter.
fn fold_disclaimers(letter: &mut Letter<'_>) {
    let (mut folding, mut begins, mut first) = (false, true, true);
    for line in &mut letter.lines {
        if line.fate != Fate::Own || line.is_blank() {
            (folding, begins) = (false, true);
            continue;
        }
        if begins {
            folding = !first && DISCLAIMER.is_match(line.raw);
        }
        if folding {
            line.fate = Fate::Closing;
        }
        (begins, first) = (false, false);
    }
}

/// `-- ` and what follows it, as far as it is short and asks nothing; `____` and the footer of a mailing list.
fn fold_signatures(letter: &mut Letter<'_>) {
    let mut end = letter.lines.len();
    for at in (0..letter.lines.len()).rev() {
        let line = &letter.lines[at];
        if line.fate == Fate::History {
            end = at;
            continue;
        }
        let rule = line.raw.trim_end();
        let dashes = matches!(rule, "--" | "—" | "--\u{a0}");
        let underscores = rule.len() >= 2 && rule.bytes().all(|octet| octet == b'_');
        if line.fate == Fate::Own && (dashes || underscores) {
            let below = Below::of(letter, at + 1, end);
            if dashes && below.is_signature() || underscores && below.is_footer() {
                letter.mark(at, end, Fate::Closing);
            }
            end = at;
        }
    }
}

/// What stands below a rule.
struct Below {
    lines: usize,
    words: usize,
    links: bool,
    /// A question, a sentence or a postscript: more of the letter.
    adds: bool,
}

impl Below {
    fn of(letter: &Letter<'_>, start: usize, end: usize) -> Self {
        let mut below = Self { lines: 0, words: 0, links: false, adds: false };
        for line in letter.lines[start..end].iter().filter(|line| line.fate == Fate::Own && !line.is_blank()) {
            let text = line.raw.trim();
            let links = text.contains("://") || text.contains("www.");
            let begins = |mark: &str| text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
            below.lines += 1;
            below.words += words(text).take(SIGNATURE_WORDS).count();
            below.links |= links;
            below.adds |= ["ps", "p.s", "nb", "n.b"].into_iter().any(begins) || text.contains('?') && !links;
            below.adds |=
                !links && text.ends_with(['.', '!', ';']) && words(text).take(SENTENCE_WORDS).count() == SENTENCE_WORDS;
        }
        below
    }

    fn is_signature(&self) -> bool {
        !self.adds && self.lines <= SIGNATURE_LINES && self.words < SIGNATURE_WORDS
    }

    fn is_footer(&self) -> bool {
        self.links && !self.adds && self.lines <= FOOTER_LINES && self.words < SIGNATURE_WORDS
    }
}
