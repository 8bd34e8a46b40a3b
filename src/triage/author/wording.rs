//! Rules on what a message says of itself: reports, automatic answers, receipts and challenges that bear no mark in their
//! header. A person who writes *about* such a message must not be taken for it, so a rule wants either a sign that only
//! machines show or several that agree.

use super::{
    Rule,
    Says::*,
    signs::Sign::{self, *},
    view::View,
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "bounce",
        says: Worded,
        text: "L'objet ou le texte est celui d'un avis de non-remise.",
        holds: |view| {
            all(view, &[BounceSubject]) || all(view, &[BounceOpening]) || plainly(view, &[MaybeBounceSubject, Silent])
        },
    },
    Rule {
        name: "delay",
        says: Worded,
        text: "L'objet est celui d'un avis de retard de remise.",
        holds: |view| all(view, &[DelaySubject]),
    },
    Rule {
        name: "automatic-answer",
        says: Worded,
        text: "L'objet ou le texte est celui d'une réponse automatique.",
        holds: |view| {
            all(view, &[AutomaticSubject])
                || all(view, &[AutomaticOpening])
                || plainly(view, &[MaybeAutomaticSubject, HandoverOpening])
                || (plainly(view, &[MaybeAutomaticSubject, AbsenceOpening]) && !view.shows(Matter))
                || plainly(view, &[MaybeAutomaticSubject, Silent])
        },
    },
    Rule {
        name: "absence",
        says: Worded,
        text: "Le texte est celui d'un message d'absence.",
        holds: |view| plainly(view, &[AbsenceOpening, HandoverOpening]),
    },
    Rule {
        name: "acknowledgement",
        says: Answers,
        text: "Le message est lui-même un accusé de réception.",
        holds: |view| plainly(view, &[ReceivedSubject, ReceivedOpening]),
    },
    Rule {
        name: "read-receipt-text",
        says: Answers,
        text: "Le message est un accusé de lecture.",
        holds: |view| all(view, &[ReceiptOpening]) || plainly(view, &[ReceiptSubject, Silent]),
    },
    Rule {
        name: "challenge",
        says: Worded,
        text: "Un filtre demande à l'expéditeur de s'authentifier.",
        holds: |view| all(view, &[ChallengeSubject]) || all(view, &[ChallengeOpening]),
    },
    Rule {
        name: "filter-notice",
        says: Worded,
        text: "L'objet est celui d'un avis d'antivirus, de filtrage ou de signalement.",
        holds: |view| all(view, &[FilterSubject]),
    },
];

/// Whether the wording shows all these signs.
fn all(view: &View<'_>, signs: &[Sign]) -> bool {
    signs.iter().all(|sign| view.shows(*sign))
}

/// Whether it shows them and asks nothing: a machine that tells of an absence has no question, a person mostly has.
fn plainly(view: &View<'_>, signs: &[Sign]) -> bool {
    all(view, signs) && !view.shows(Question)
}
