//! `releve cases add|assign|hold|transfer|answer|close|reopen|reclassify`

use std::sync::Arc;

use anyhow::bail;
use jiff::{
    Timestamp,
    civil::{Date, time},
};

use super::view;
use crate::{
    calendar::{Calendar, in_words},
    case::{Channel, Closing, Kind, Scope, Topic},
    clock::{Clock, SystemClock},
    desk::{Correction, Desk, Entered, Policy},
    store::{CaseSummary, Store},
};

#[derive(Debug, clap::Subcommand)]
pub(super) enum ActCommand {
    /// Enregistre un courrier, une visite ou un appel.
    Add(AddArgs),
    /// Confie une demande à un agent de son service.
    Assign(AssignArgs),
    /// Un message d'attente a été envoyé à l'usager : la demande suit la date annoncée (deux fois au plus).
    Hold(HoldArgs),
    /// Réoriente une demande vers un autre service, ou vers une autre administration.
    Transfer(TransferArgs),
    /// L'usager a reçu une réponse sur le fond.
    Answer(AnswerArgs),
    /// Clôt une demande à laquelle il n'y a pas à répondre.
    Close(CloseArgs),
    /// Rouvre une demande terminée.
    Reopen(ReopenArgs),
    /// Corrige la nature, le périmètre, le thème, le canal, la boîte ou la date de réception.
    Reclassify(ReclassifyArgs),
}

/// Who acts, and how the case is shown afterwards.
#[derive(Debug, clap::Args)]
struct Common {
    /// Qui agit, pour l'histoire de la demande.
    #[arg(long, env = "RELEVE_AGENT", default_value = "ligne de commande", value_name = "NOM")]
    by: String,
    /// La demande en JSON, comme « cases list --json ».
    #[arg(long)]
    json: bool,
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
pub(super) struct HoldArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// Le jour annoncé à l'usager pour la réponse.
    #[arg(long, value_name = "JOUR")]
    until: Date,
    /// Jour ou instant du message d'attente ; par défaut, maintenant.
    #[arg(long, value_name = "QUAND")]
    at: Option<When>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct TransferArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// La clé de l'autre service de la préfecture.
    #[arg(long, value_name = "SERVICE", required_unless_present = "administration", conflicts_with = "administration")]
    service: Option<String>,
    /// L'autre administration, à qui la demande a été transmise (CRPA, art. L114-2).
    #[arg(long, value_name = "NOM")]
    administration: Option<String>,
    /// Jour ou instant de la transmission à l'autre administration ; par défaut, maintenant.
    #[arg(long, value_name = "QUAND", conflicts_with = "service")]
    at: Option<When>,
    /// Pourquoi.
    #[arg(long, default_value = "", value_name = "RAISON")]
    why: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
pub(super) struct AnswerArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// La réponse est partie par un autre moyen : messagerie, courrier, téléphone.
    #[arg(long)]
    outside: bool,
    /// Jour ou instant de la réponse ; par défaut, maintenant.
    #[arg(long, value_name = "QUAND")]
    at: Option<When>,
    /// Comment.
    #[arg(long, default_value = "", value_name = "TEXTE")]
    how: String,
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
enum When {
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
    /// The instant that is meant: of a day its noon, or now on the day of today before noon. Days are all that counts.
    fn instant(this: Option<Self>, calendar: &Calendar, now: Timestamp) -> Timestamp {
        match this {
            None => now,
            Some(Self::At(at)) => at,
            Some(Self::Day(day)) if day == calendar.date(now) => now.min(calendar.instant(day, time(12, 0, 0, 0))),
            Some(Self::Day(day)) => calendar.instant(day, time(12, 0, 0, 0)),
        }
    }
}

impl ActCommand {
    pub(super) async fn run(self, store: &Store, policy: Policy) -> anyhow::Result<()> {
        let calendar = policy.calendar.clone();
        let now = SystemClock.now();
        let at = |when| When::instant(when, &calendar, now);
        let desk = Desk::new(store.clone(), Arc::new(policy), Arc::new(SystemClock));
        let (common, case, more) = match self {
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
                };
                let case = desk.enter_by_hand(&entered, &args.common.by).await?;
                (args.common, case, "")
            }
            Self::Assign(args) => {
                let case = desk.assign(&args.reference, args.to.as_deref(), &args.common.by).await?;
                (args.common, case, "")
            }
            Self::Hold(args) => {
                let case = desk.held_outside(&args.reference, args.until, at(args.at), &args.common.by).await?;
                (args.common, case, "")
            }
            Self::Transfer(args) => {
                let by = &args.common.by;
                let case = match (&args.service, &args.administration) {
                    (Some(service), _) => desk.transfer(&args.reference, service, &args.why, by).await?,
                    (None, Some(to)) => {
                        desk.handed_over_outside(&args.reference, to, at(args.at), &args.why, by).await?
                    }
                    (None, None) => bail!("indiquez --service ou --administration"),
                };
                let tell = if args.service.is_some() {
                    "Dites à l'usager quel service lui répondra, si ce n'est fait : cette version ne l'écrit pas."
                } else {
                    "Dites à l'usager à qui sa demande est transmise, si ce n'est fait (CRPA, art. L114-2) : cette version ne l'écrit pas."
                };
                (args.common, case, tell)
            }
            Self::Answer(args) => {
                if !args.outside {
                    bail!(
                        "cette version n'envoie pas de réponse : répondez depuis votre messagerie, puis notez-le avec --outside"
                    );
                }
                let case = desk.answered_outside(&args.reference, at(args.at), &args.how, &args.common.by).await?;
                (args.common, case, "")
            }
            Self::Close(args) => {
                let case = desk.close(&args.reference, args.reason, &args.note, &args.common.by).await?;
                (args.common, case, "")
            }
            Self::Reopen(args) => {
                let case = desk.reopen(&args.reference, &args.why, &args.common.by).await?;
                (args.common, case, "")
            }
            Self::Reclassify(args) if args.confirm => {
                let case = desk.confirm(&args.reference, &args.common.by).await?;
                (args.common, case, "")
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
                (args.common, case, "")
            }
        };
        if common.json {
            println!("{}", view::summary(&case, calendar.zone()));
        } else {
            println!("{}", sentence(&case, &calendar));
            if !more.is_empty() {
                println!("{more}");
            }
        }
        Ok(())
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
