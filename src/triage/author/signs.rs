//! The signs that the wording of a message shows: patterns over the folded subject and the folded opening.
//!
//! A sign alone decides nothing; [`super::wording`] says which signs together do. The patterns are data, one file a place:
//! [`subjects`] and [`openings`]. They are written in ordinary spelling and folded like the text (see
//! [`crate::triage::fold`]); `^` is the start of the subject, or of a line of the opening.

mod openings;
mod subjects;

use std::sync::LazyLock;

use regex::bytes::{RegexSet, RegexSetBuilder};

use crate::{
    mail::Message,
    triage::fold::{fold, fold_pattern, head},
};

/// How much of the text is looked at, in bytes: what a machine has to say of itself it says first, and further down comes
/// what others wrote.
const OPENING: usize = 1_200;

/// One thing that a subject or an opening may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Sign {
    /// The subject of a report of failed delivery.
    BounceSubject,
    /// A subject that such reports share with the mail of people.
    MaybeBounceSubject,
    /// A sentence that only a report of failed delivery begins with.
    BounceOpening,
    /// The subject of a notice of delay.
    DelaySubject,
    /// The subject of an automatic answer.
    AutomaticSubject,
    /// A subject that automatic answers share with the mail of people: « Absence », « Congés ».
    MaybeAutomaticSubject,
    /// The text says of itself that it is automatic.
    AutomaticOpening,
    /// The writer is away.
    AbsenceOpening,
    /// The writer says what becomes of mail meanwhile.
    HandoverOpening,
    /// A subject of acknowledgements.
    ReceivedSubject,
    /// « Nous avons bien reçu votre message »: the text acknowledges.
    ReceivedOpening,
    /// The subject of a read receipt, as Outlook writes it in text form.
    ReceiptSubject,
    /// The text of a read receipt.
    ReceiptOpening,
    /// A subject by which a challenge-response system asks the sender to prove to be a person.
    ChallengeSubject,
    /// The text of such a challenge.
    ChallengeOpening,
    /// The notice of an anti-virus or content filter.
    FilterSubject,
    /// The subject of an answer of a calendar: « Accepté : ».
    CalendarSubject,
    /// The relay wrote « \[SPAM\] » before the subject.
    SpamTag,
    /// The text tells how to leave a list.
    Unsubscribe,
    /// The text asks a question.
    Question,
    /// The text names a matter that people come to a prefecture for.
    Matter,
    /// There is nothing but a subject.
    Silent,
}

/// A set of signs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Signs(u32);

impl Signs {
    pub fn contains(self, sign: Sign) -> bool {
        self.0 & (1 << sign as u32) != 0
    }

    fn insert(&mut self, sign: Sign) {
        self.0 |= 1 << sign as u32;
    }
}

/// A table of patterns and what each one shows.
type Table = &'static [(Sign, &'static [&'static str])];

/// A table compiled.
struct Patterns {
    set: RegexSet,
    signs: Vec<Sign>,
}

impl Patterns {
    fn compile(table: Table) -> Self {
        let (signs, sources): (Vec<_>, Vec<_>) = table
            .iter()
            .flat_map(|(sign, patterns)| patterns.iter().map(|pattern| (*sign, fold_pattern(pattern))))
            .unzip();
        let set = RegexSetBuilder::new(sources)
            .unicode(false)
            .multi_line(true)
            .size_limit(1 << 26)
            .dfa_size_limit(1 << 24)
            .build()
            .expect("a pattern of ours is sound");
        Self { set, signs }
    }

    fn read(&self, folded: &str, into: &mut Signs) {
        self.set.matches(folded.as_bytes()).into_iter().for_each(|index| into.insert(self.signs[index]));
    }
}

static SUBJECTS: LazyLock<Patterns> = LazyLock::new(|| Patterns::compile(subjects::TABLE));
static OPENINGS: LazyLock<Patterns> = LazyLock::new(|| Patterns::compile(openings::TABLE));

/// Reads the signs of a message.
pub(super) fn read(message: &Message) -> Signs {
    let mut signs = Signs::default();
    let subject = fold(head(message.subject.trim(), 400));
    read_subject(&subject, &mut signs);
    // A report that quotes what it reports may leave no new text at all.
    let written = if message.new_text.trim().is_empty() { &message.text } else { &message.new_text };
    let opening = fold(head(written.trim(), OPENING));
    OPENINGS.read(&opening, &mut signs);
    if opening.is_empty() && message.attachments.is_empty() {
        signs.insert(Sign::Silent);
    }
    signs
}

/// Reads a subject and every tag that stands before it: `[EXTERNE] *** SPAM *** Lu : …` is `externe`, `spam` and `lu : …`.
fn read_subject(subject: &str, signs: &mut Signs) {
    let mut rest = subject;
    while let Some((tag, after)) = tag(rest.trim_start()) {
        // « SPAM? » is a doubt, not a mark.
        if !tag.contains('?')
            && tag.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "spam" | "junk" | "indesirable"))
        {
            signs.insert(Sign::SpamTag);
        }
        SUBJECTS.read(tag.trim(), signs);
        rest = after;
    }
    SUBJECTS.read(rest.trim_start(), signs);
}

/// The tag at the start of a subject and what follows it.
fn tag(subject: &str) -> Option<(&str, &str)> {
    if let Some(inside) = subject.strip_prefix('[') {
        return inside.split_once(']').filter(|(tag, _)| tag.len() <= 80);
    }
    let inside = subject.strip_prefix("**")?.trim_start_matches('*');
    inside.split_once("**").filter(|(tag, _)| tag.len() <= 80).map(|(tag, rest)| (tag, rest.trim_start_matches('*')))
}
