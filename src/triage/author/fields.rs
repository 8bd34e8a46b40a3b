//! Rules on header fields: what the sending software says of itself.
//!
//! `X-Auto-Response-Suppress` is missing on purpose. It says "do not answer me by yourself with X"; Exchange writes it on
//! the mail of ordinary people, and taking it for the mark of a machine has left people without an answer elsewhere.

use super::{Rule, Says::*, signs::Sign, view::View};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "own-loop",
        says: Answers,
        text: "Le message porte la marque de nos propres envois automatiques.",
        holds: |view| view.message.headers.iter().any(|header| starts_with(&header.name, "X-Releve-")),
    },
    Rule {
        // RFC 3834 §5: everything but `no` is automatic; `auto-generated` is what a form gateway writes too.
        name: "auto-submitted",
        says: Answers,
        text: "L'expéditeur déclare une réponse automatique (champ Auto-Submitted).",
        holds: |view| view.any(&["Auto-Submitted"], |value| !matches!(value, "" | "no" | "auto-generated")),
    },
    Rule {
        name: "auto-generated",
        says: Software,
        text: "L'expéditeur déclare un envoi automatique (champ Auto-Submitted).",
        holds: |view| view.any(&["Auto-Submitted"], |value| value == "auto-generated"),
    },
    Rule {
        name: "auto-reply-field",
        says: Answers,
        text: "Un champ d'en-tête signale une réponse automatique.",
        holds: |view| {
            view.has(AUTO_REPLY_FIELDS)
                || view.any(&["Precedence", "X-Precedence"], |value| matches!(value, "auto_reply" | "auto-reply"))
                || view.any(&["Delivered-To"], |value| value.starts_with("autoresponder"))
                || view.any(&["X-Mailer", "User-Agent"], |value| value.starts_with("vacation"))
        },
    },
    Rule {
        // RFC 5321 §4.5.5: notifications leave with a null reverse-path, and must not be answered.
        name: "null-sender",
        says: Answers,
        text: "L'expéditeur d'enveloppe est vide : c'est une notification de messagerie.",
        holds: |view| view.message.return_path == crate::mail::ReturnPath::Null,
    },
    Rule {
        name: "failed-recipients",
        says: Answers,
        text: "Un champ d'en-tête signale un échec de remise.",
        holds: |view| view.has(FAILURE_FIELDS),
    },
    Rule {
        name: "precedence",
        says: Software,
        text: "Le message est un envoi en nombre (champ Precedence).",
        holds: |view| view.any(&["Precedence", "X-Precedence"], |value| matches!(value, "bulk" | "list" | "junk")),
    },
    Rule {
        name: "list",
        says: Software,
        text: "Le message vient d'une liste de diffusion ou d'une lettre d'information.",
        holds: |view| view.has(LIST_FIELDS),
    },
    Rule {
        name: "feedback-id",
        says: Software,
        text: "Le message vient d'un service d'envoi en nombre (champ Feedback-ID).",
        holds: |view| view.has(&["Feedback-ID", "X-Feedback-ID"]),
    },
    Rule {
        name: "loop",
        says: Software,
        text: "Un automate a marqué le message pour se protéger des boucles (champ X-Loop).",
        holds: |view| view.has(LOOP_FIELDS),
    },
    Rule {
        name: "machine-field",
        says: Software,
        text: "Un champ d'en-tête signale un envoi par un automate.",
        holds: |view| view.has(MACHINE_FIELDS) || view.any(&["X-FC-MachineGenerated"], |value| value == "true"),
    },
    Rule {
        name: "bulk-mailer",
        says: Software,
        text: "Le message vient d'un service d'envoi en nombre et propose de se désabonner.",
        holds: is_campaign,
    },
    Rule {
        name: "spam",
        says: Unanswered,
        text: "Le relais de messagerie a marqué le message comme indésirable : à vérifier par un agent.",
        holds: is_marked_spam,
    },
];

/// Written by vacation programs and answering machines only.
const AUTO_REPLY_FIELDS: &[&str] = &[
    "X-Autoreply",
    "X-Auto-Reply",
    "X-AutoReply-From",
    "X-Auto-Reply-From",
    "X-Mail-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Autoresponse",
    "X-Vacation",
    "X-Apple-Action",
    "X-Autoreply-Loop",
    "X-MS-Exchange-Generated-Message-Source",
];

/// Written into reports of failure only.
const FAILURE_FIELDS: &[&str] = &["X-Failed-Recipients", "X-MS-Exchange-Message-Is-Ndr", "X-Bounce-Reason"];

/// RFC 2369, RFC 2919, RFC 8058, and the habits of list managers before them.
const LIST_FIELDS: &[&str] = &[
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Post",
    "List-Help",
    "List-Subscribe",
    "List-Owner",
    "List-Archive",
    "List-Software",
    "Mailing-List",
    "X-Mailing-List",
    "X-BeenThere",
    "X-Mailman-Version",
    "X-Listname",
    "X-List-Host",
    "X-Google-Group-Id",
];

/// Written by programs that fear to meet themselves.
const LOOP_FIELDS: &[&str] =
    &["X-Loop", "X-Loop-Detect", "X-Mail-Loop", "X-Loop-Prevention", "X-RT-Loop-Prevention", "X-OTRS-Loop"];

/// Written by programs that send without being asked.
const MACHINE_FIELDS: &[&str] = &[
    "X-Autogenerated",
    "X-Auto-Generated",
    "X-Cron-Env",
    "X-Nagios-Notification",
    "X-Abuse-Report-Type",
    "X-GitHub-Reason",
    "X-GitLab-NotificationReason",
    "X-JIRA-FingerPrint",
    "X-Redmine-Host",
];

/// Written by services that send campaigns; ordinary mail may pass through some of them, so they are no proof alone.
const BULK_FIELDS: &[&str] = &[
    "X-Mailgun-Sid",
    "X-Mailgun-Tag",
    "X-SG-EID",
    "X-SG-ID",
    "X-SMTPAPI",
    "X-MC-User",
    "X-Mandrill-User",
    "X-MCDA",
    "X-Campaign",
    "X-CampaignID",
    "X-Campaign-ID",
    "X-Mailer-CampaignId",
    "X-Newsletter-Id",
    "X-CSA-Complaints",
    "X-Report-Abuse",
    "X-Report-Abuse-To",
    "Abuse-Reports-To",
    "X-Complaints-To",
    "X-MJ-Mid",
    "X-Mailjet-Campaign",
    "X-EMV-MemberId",
    "X-EMV-CampagneId",
    "X-Mailin-EID",
    "X-Mailin-Campaign",
    "X-sib-id",
];

/// Programs that send campaigns, as they name themselves in `X-Mailer`.
const BULK_MAILERS: &[&str] =
    &["mailchimp", "sendinblue", "brevo", "phplist", "mailjet", "acymailing", "sarbacane", "dialog insight"];

/// Whether a campaign service sent the message and the text tells how to leave the list: people do not both, unless
/// they answer one.
fn is_campaign(view: &View<'_>) -> bool {
    view.message.in_reply_to.is_empty()
        && view.shows(Sign::Unsubscribe)
        && (view.has(BULK_FIELDS)
            || view.any_whole(&["X-Mailer"], |value| BULK_MAILERS.iter().any(|name| value.contains(name))))
}

fn is_marked_spam(view: &View<'_>) -> bool {
    view.any(&["X-Spam-Flag", "X-Spam", "X-Barracuda-Spam-Flag", "X-Junk-Flag"], |value| {
        matches!(value, "yes" | "true" | "spam")
    }) || view.any_whole(&["X-Spam-Status", "X-Barracuda-Spam-Status", "X-Bogosity"], |value| {
        value.starts_with("yes") || value.starts_with("spam")
    }) || view.any(&["X-VR-SpamState", "X-VRC-Spam-Status", "X-Ovh-Spam-Status", "X-Vade-Spamstate"], |value| {
        value.starts_with("spam") || value.starts_with("yes")
    }) || view.any_whole(&["X-Forefront-Antispam-Report", "X-Microsoft-Antispam"], |value| {
        value
            .split(';')
            .map(str::trim)
            .any(|item| matches!(item, "sfv:spm" | "sfv:skb") || scl(item.strip_prefix("scl:")))
    }) || view.any(&["X-MS-Exchange-Organization-SCL"], |value| scl(Some(value)))
        || view.any(&["X-Rspamd-Action"], |value| matches!(value, "reject" | "add header" | "rewrite subject"))
        || view.shows(Sign::SpamTag)
}

/// Microsoft's spam confidence level: 5 and more is spam.
fn scl(level: Option<&str>) -> bool {
    level.and_then(|level| level.trim().parse::<i8>().ok()).is_some_and(|level| level >= 5)
}

fn starts_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
