//! Rules on the MIME shape of a message: reports and calendar objects say by their type what they are.

use super::{Rule, Says::*, signs::Sign, view::View};

pub(super) const RULES: &[Rule] = &[
    Rule {
        // RFC 3464.
        name: "delivery-report",
        says: Answers,
        text: "C'est un rapport de remise d'un serveur de messagerie.",
        holds: |view| {
            view.message.report_type == "delivery-status"
                || own_part(view, &["message/delivery-status", "message/global-delivery-status"])
        },
    },
    Rule {
        // RFC 8098.
        name: "read-receipt",
        says: Answers,
        text: "C'est un accusé de lecture automatique.",
        holds: |view| {
            view.message.report_type == "disposition-notification"
                || own_part(view, &["message/disposition-notification", "message/global-disposition-notification"])
        },
    },
    Rule {
        // RFC 5965.
        name: "feedback-report",
        says: Answers,
        text: "C'est un signalement automatique d'un fournisseur de messagerie.",
        holds: |view| view.message.report_type == "feedback-report" || own_part(view, &["message/feedback-report"]),
    },
    Rule {
        // RFC 6522: only software makes a multipart/report, whatever it reports.
        name: "report",
        says: Answers,
        text: "C'est un rapport automatique.",
        holds: |view| view.message.content_type == "multipart/report",
    },
    Rule {
        // RFC 6047: a mail that is nothing but a calendar object, or the answer to an invitation.
        name: "calendar-reply",
        says: Answers,
        text: "C'est un objet d'agenda envoyé par un logiciel : invitation ou réponse.",
        holds: |view| {
            view.message.content_type == "text/calendar"
                || calendar(view) && view.shows(Sign::CalendarSubject)
                || view.any(&["Content-Class"], |value| value == "urn:content-classes:calendarmessage")
        },
    },
    Rule {
        name: "calendar",
        says: Unanswered,
        text: "C'est une invitation d'agenda : à traiter par un agent.",
        holds: calendar,
    },
];

/// Whether the message itself has a part of one of these types; what an attached message contains does not count, for a
/// person may well attach the bounce that puzzles them.
fn own_part(view: &View<'_>, types: &[&str]) -> bool {
    view.message
        .part_types
        .iter()
        .take_while(|part| !matches!(part.as_str(), "message/rfc822" | "message/global"))
        .any(|part| types.contains(&part.as_str()))
}

/// Whether the message is a calendar object; a calendar file attached by hand (`text/calendar` under a file name, like any
/// other attachment) is not.
fn calendar(view: &View<'_>) -> bool {
    let parts = view.message.part_types.iter().filter(|part| *part == "text/calendar").count();
    let files =
        view.message.attachments.iter().filter(|file| file.content_type == "text/calendar" && !file.name.is_empty());
    parts > files.count()
}
