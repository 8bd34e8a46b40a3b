//! `releve cases add|assign|note|merge|separate|split|close|reopen|reclassify`

use jiff::{Timestamp, civil::Date};

use super::view;
use crate::{
    calendar::{Calendar, in_words},
    case::{Channel, Closing, Kind, Scope, Topic},
    desk::{Correction, Desk, Entered},
    store::CaseSummary,
};

#[derive(Debug, clap::Subcommand)]
pub(super) enum ActCommand {
    /// Enregistre un courrier, une visite ou un appel.
    Add(AddArgs),
    /// Confie une demande à un agent de son service.
    Assign(AssignArgs),
    /// Clôt une demande à laquelle il n'y a pas à répondre.
    Close(CloseArgs),
    /// Rouvre une demande terminée.
    Reopen(ReopenArgs),
    /// Écrit une note pour les collègues. La personne concernée peut demander à la lire.
    Note(NoteArgs),
    /// Réunit une demande à une autre, plus ancienne, où il y sera répondu.
    Merge(MergeArgs),
    /// Défait une réunion.
    Separate(ReferenceArgs),
    /// Détache un message de suite : il devient une demande à part entière (pour défaire : merge).
    Split(SplitArgs),
    /// Corrige la nature, le périmètre, le thème, le canal, la boîte ou la date de réception.
    Reclassify(ReclassifyArgs),
}

/// Who acts, and how the case is shown afterwards.
#[derive(Debug, clap::Args)]
pub(super) struct Common {
    /// Qui agit, pour l'histoire de la demande ; l'adresse d'un agent décrit dans la configuration signe aussi le message.
    #[arg(long, env = "RELEVE_AGENT", default_value = "ligne de commande", value_name = "NOM")]
    pub(super) by: String,
    /// La demande en JSON, comme « cases list --json ».
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct AddArgs {
    /// Canal : letter, counter ou phone (ou email, form, pour ce qu'aucune boîte n'a reçu).
    #[arg(long)]
    channel: Channel,
    /// Jour (2026-03-02) ou instant (RFC 3339) de l'arrivée ; par défaut, maintenant.
    #[arg(long, value_name = "QUAND")]
    received: Option<When>,
    /// Le service chargé de répondre.
    #[arg(long)]
    service: String,
    /// Nom du correspondant.
    #[arg(long, default_value = "")]
    name: String,
    /// Adresse électronique du correspondant.
    #[arg(long, default_value = "", value_name = "ADRESSE")]
    address: String,
    /// Objet, en une ligne.
    #[arg(long)]
    subject: String,
    /// Ce qui est écrit ou dit.
    #[arg(long, default_value = "")]
    text: String,
    /// Nature : information, reclamation ou suggestion.
    #[arg(long, value_parser = Kind::from_corpus, default_value = "information")]
    kind: Kind,
    /// Périmètre.
    #[arg(long, default_value = "general")]
    scope: Scope,
    /// Thème.
    #[arg(long, default_value = "autre")]
    topic: Topic,
    /// L'agent à qui elle est confiée.
    #[arg(long, default_value = "", value_name = "ADRESSE")]
    agent: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct AssignArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// L'adresse de l'agent.
    #[arg(long, value_name = "ADRESSE", required_unless_present = "nobody", conflicts_with = "nobody")]
    to: Option<String>,
    /// À personne.
    #[arg(long)]
    nobody: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct CloseArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// Raison : thanks, duplicate, withdrawn, unwanted, abusive, unreachable ou nothing_asked.
    #[arg(long)]
    reason: Closing,
    /// Une précision.
    #[arg(long, default_value = "", value_name = "TEXTE")]
    note: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReopenArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// Pourquoi.
    #[arg(long, default_value = "", value_name = "RAISON")]
    why: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct NoteArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// La note.
    text: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct MergeArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// La demande, plus ancienne, dans laquelle il y sera répondu.
    #[arg(long, value_name = "RÉFÉRENCE")]
    into: String,
    /// Les deux correspondants sont la même personne : la réponse ira à celui de l'autre demande.
    #[arg(long)]
    different_correspondents: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReferenceArgs {
    /// La référence : 2026-000123.
    reference: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct SplitArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// Le numéro du message, que montre « releve cases show ».
    #[arg(long, value_name = "NUMÉRO")]
    message: i64,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReclassifyArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// Le classement proposé est le bon : rien ne change, et le modèle l'apprendra.
    #[arg(long, conflicts_with_all = ["kind", "scope", "topic", "channel", "mailbox", "received"])]
    confirm: bool,
    /// Nature : information, reclamation, suggestion ou none.
    #[arg(long, value_parser = Kind::from_corpus)]
    kind: Option<Kind>,
    /// Périmètre.
    #[arg(long)]
    scope: Option<Scope>,
    /// Thème.
    #[arg(long)]
    topic: Option<Topic>,
    /// Canal : email, form, letter, counter ou phone.
    #[arg(long)]
    channel: Option<Channel>,
    /// La boîte.
    #[arg(long)]
    mailbox: Option<String>,
    /// Jour ou instant de la réception.
    #[arg(long, value_name = "QUAND")]
    received: Option<When>,
    #[command(flatten)]
    common: Common,
}

/// A day, or an instant.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    Day(Date),
    At(Timestamp),
}

impl std::str::FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_day = text.len() == "2026-03-02".len() && text.starts_with(|c: char| c.is_ascii_digit());
        let day = if is_day { text.parse().map(When::Day) } else { text.parse().map(When::At) };
        day.map_err(|_| format!("« {text} » n'est ni un jour (2026-03-02) ni un instant (2026-03-02T09:30:00+01:00)"))
    }
}

impl When {
    /// The instant that is meant.
    pub(super) fn instant(this: Option<Self>, calendar: &Calendar, now: Timestamp) -> Timestamp {
        match this {
            None => now,
            Some(Self::At(at)) => at,
            Some(Self::Day(day)) => calendar.noon(day, now),
        }
    }
}

/// A case after an act.
pub(super) struct Acted {
    pub(super) common: Common,
    pub(super) case: CaseSummary,
    /// What else is to be said.
    pub(super) more: String,
}

impl Acted {
    pub(super) fn new(common: Common, case: CaseSummary) -> Self {
        Self { common, case, more: String::new() }
    }

    /// Shows where the case stands now.
    pub(super) fn show(&self, calendar: &Calendar) {
        if self.common.json {
            println!("{}", view::summary(&self.case, calendar.zone()));
            return;
        }
        println!("{}", sentence(&self.case, calendar));
        if !self.more.is_empty() {
            println!("{}", self.more);
        }
    }
}

impl ActCommand {
    pub(super) async fn run(self, desk: &Desk) -> anyhow::Result<Acted> {
        let (calendar, now) = (&desk.policy().calendar, desk.now());
        let at = |when| When::instant(when, calendar, now);
        let (common, case) = match self {
            Self::Add(args) => {
                let entered = Entered {
                    channel: args.channel,
                    received_at: at(args.received),
                    service: args.service,
                    name: args.name,
                    address: args.address,
                    subject: args.subject,
                    text: args.text,
                    kind: args.kind,
                    scope: args.scope,
                    topic: args.topic,
                    agent: args.agent,
                    key: String::new(),
                };
                let case = desk.enter_by_hand(&entered, &args.common.by).await?;
                (args.common, case)
            }
            Self::Assign(args) => {
                let case = desk.assign(&args.reference, args.to.as_deref(), &args.common.by).await?;
                (args.common, case)
            }
            Self::Close(args) => {
                let case = desk.close(&args.reference, args.reason, &args.note, &args.common.by).await?;
                (args.common, case)
            }
            Self::Reopen(args) => {
                let case = desk.reopen(&args.reference, &args.why, &args.common.by).await?;
                (args.common, case)
            }
            Self::Reclassify(args) if args.confirm => {
                let case = desk.confirm(&args.reference, &args.common.by).await?;
                (args.common, case)
            }
            Self::Reclassify(args) => {
                let correction = Correction {
                    kind: args.kind,
                    scope: args.scope,
                    topic: args.topic,
                    channel: args.channel,
                    mailbox: args.mailbox,
                    received_at: args.received.map(|received| at(Some(received))),
                };
                let case = desk.reclassify(&args.reference, &correction, &args.common.by).await?;
                (args.common, case)
            }
            Self::Note(args) => {
                let case = desk.add_note(&args.reference, &args.text, &args.common.by).await?;
                let more = "La personne concernée peut demander à lire cette note (CRPA, art. L311-6).".into();
                return Ok(Acted { more, ..Acted::new(args.common, case) });
            }
            Self::Merge(args) => {
                let both = args.different_correspondents;
                let case = desk.merge(&args.reference, &args.into, both, &args.common.by).await?;
                let more = format!(
                    "Il y est répondu dans {}. Pour défaire : releve cases separate {}",
                    args.into, args.reference
                );
                return Ok(Acted { more, ..Acted::new(args.common, case) });
            }
            Self::Separate(args) => {
                let case = desk.separate(&args.reference, &args.common.by).await?;
                (args.common, case)
            }
            Self::Split(args) => {
                let case = desk.split(&args.reference, args.message, &args.common.by).await?;
                let more = format!("Pour défaire : releve cases merge {} --into {}", case.reference, args.reference);
                return Ok(Acted { more, ..Acted::new(args.common, case) });
            }
        };
        Ok(Acted::new(common, case))
    }
}

/// Where the case stands now.
fn sentence(case: &CaseSummary, calendar: &Calendar) -> String {
    let mut sentence = format!("{} : {}, service « {} »", case.reference, case.state.french(), case.service);
    if !case.agent.is_empty() {
        sentence.push_str(&format!(", confiée à {}", case.agent));
    }
    if case.state.is_running() {
        let due = in_words(calendar.date(case.due_at), "fr");
        sentence.push_str(&format!(", à répondre au plus tard le {due} ({})", case.delay));
    }
    sentence
}
