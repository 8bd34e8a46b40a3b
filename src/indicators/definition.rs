//! The figures, each with its name, what it means, what it is taken of and what it leaves out, in the words that stand next to
//! it on every page and sheet. What they say is done in [`super::count`].

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fact::CaseFact;
use crate::case::{Channel, Kind, Scope};

/// Cases that are looked at together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Questions that came by e-mail or by the form of the web site.
    Email,
    /// Questions that came by letter.
    Letter,
    /// Questions that were asked at the counter or by telephone.
    Counter,
    /// Complaints.
    Complaint,
    /// Suggestions.
    Suggestion,
    /// What Qual-e-Pref does not count, and is answered in the same delays all the same (domain.md §1.3).
    OutOfScope,
    /// Everything that asks for an answer.
    All,
}

/// What is measured of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Answered on substance by the deadline.
    OnTime,
    /// A first reply of any kind by the deadline.
    OnTimeAnyReply,
    /// The delay of the answer on substance.
    Delay,
    /// The delay of the first reply of any kind.
    DelayAnyReply,
}

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Indicator {
    /// A measure of a family.
    Of(Family, Measure),
    /// Cases received.
    Received,
    /// Acknowledged within one working day.
    AcknowledgedInOneDay,
    /// Holding replies.
    HoldingReplies,
    /// Requests for pieces.
    PiecesAsked,
    /// Transfers to another service or administration.
    Transfers,
    /// Cases that were to be answered again.
    Reopened,
    /// Neither answered nor ended, and past their deadline.
    OpenAndLate,
    /// Classifications of the machine that agents left as they were.
    ClassificationAccepted,
    /// Answers that began with a model answer.
    ModelUsed,
}

/// No figure has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("« {0} » n'est pas un indicateur ; la liste : releve report --definitions")]
pub struct UnknownIndicator(String);

impl Family {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Email, Self::Letter, Self::Counter, Self::Complaint, Self::Suggestion, Self::OutOfScope, Self::All];

    /// Whether a case is one of them.
    pub fn has(self, fact: &CaseFact) -> bool {
        let question = fact.kind == Kind::Information && fact.in_scope();
        match self {
            Self::Email => question && matches!(fact.channel, Channel::Email | Channel::Form),
            Self::Letter => question && fact.channel == Channel::Letter,
            Self::Counter => question && matches!(fact.channel, Channel::Counter | Channel::Phone),
            Self::Complaint => fact.kind == Kind::Complaint && fact.in_scope(),
            Self::Suggestion => fact.kind == Kind::Suggestion && fact.in_scope(),
            Self::OutOfScope => fact.kind != Kind::None && fact.scope != Scope::General,
            Self::All => fact.kind != Kind::None,
        }
    }

    /// The beginning of the keys of its figures.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Letter => "letter",
            Self::Counter => "counter",
            Self::Complaint => "complaint",
            Self::Suggestion => "suggestion",
            Self::OutOfScope => "out_of_scope",
            Self::All => "all",
        }
    }

    /// Whom it is about, to follow « réponses aux … ».
    pub const fn french(self) -> &'static str {
        match self {
            Self::Email => "courriels",
            Self::Letter => "courriers",
            Self::Counter => "demandes faites au guichet ou par téléphone",
            Self::Complaint => "réclamations",
            Self::Suggestion => "suggestions",
            Self::OutOfScope => "demandes hors périmètre Qual-e-Pref",
            Self::All => "demandes de toute nature",
        }
    }

    /// Which cases are of it, in words.
    const fn population(self) -> &'static str {
        match self {
            Self::Email => {
                "demandes d'information générale (périmètre « général ») reçues par courriel ou par le formulaire du site"
            }
            Self::Letter => "demandes d'information générale (périmètre « général ») reçues par courrier",
            Self::Counter => {
                "demandes d'information générale (périmètre « général ») faites au guichet ou par téléphone"
            }
            Self::Complaint => {
                "réclamations du périmètre « général », quel que soit le canal : sans recours, intervention d'élu ni dossier en cours"
            }
            Self::Suggestion => "suggestions du périmètre « général », quel que soit le canal",
            Self::OutOfScope => {
                "demandes, réclamations et suggestions hors du périmètre « général » : dossiers en cours, recours, élus, autres administrations, candidatures, presse"
            }
            Self::All => "toutes les demandes, réclamations et suggestions, dans le périmètre ou non",
        }
    }
}

impl Measure {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::OnTime, Self::OnTimeAnyReply, Self::Delay, Self::DelayAnyReply];

    const fn word(self) -> &'static str {
        match self {
            Self::OnTime => "on_time",
            Self::OnTimeAnyReply => "on_time_any_reply",
            Self::Delay => "delay",
            Self::DelayAnyReply => "delay_any_reply",
        }
    }
}

/// What every rate on a deadline leaves out, and what it does not.
const APART: &str = "les demandes réunies à une autre, et celles qui ont été closes sans réponse, transmises à une autre administration ou promises de nouveau (pièces reçues) au plus tard le dernier jour de leur échéance. Ce qui est resté sans réponse après l'échéance compte comme un échec, même clos ensuite. Une demande rouverte compte une fois par engagement.";

impl Indicator {
    /// All of them, in the order in which they are shown.
    pub fn all() -> impl Iterator<Item = Self> {
        let of = |family: &'static Family| Measure::ALL.iter().map(move |measure| Self::Of(*family, *measure));
        Family::ALL.iter().flat_map(of).chain([
            Self::Received,
            Self::AcknowledgedInOneDay,
            Self::HoldingReplies,
            Self::PiecesAsked,
            Self::Transfers,
            Self::Reopened,
            Self::OpenAndLate,
            Self::ClassificationAccepted,
            Self::ModelUsed,
        ])
    }

    /// The key in JSON, in addresses and in the configuration.
    pub fn key(self) -> String {
        match self {
            Self::Of(family, measure) => format!("{}_{}", family.word(), measure.word()),
            Self::Received => "received".into(),
            Self::AcknowledgedInOneDay => "acknowledged_in_one_day".into(),
            Self::HoldingReplies => "holding_replies".into(),
            Self::PiecesAsked => "pieces_asked".into(),
            Self::Transfers => "transfers".into(),
            Self::Reopened => "reopened".into(),
            Self::OpenAndLate => "open_and_late".into(),
            Self::ClassificationAccepted => "classification_accepted".into(),
            Self::ModelUsed => "model_used".into(),
        }
    }

    /// Its name, as the label has it where the label names it (domain.md §1.4).
    pub fn french(self) -> String {
        match self {
            Self::Of(family, Measure::OnTime) => format!("Taux de réponse dans le délai – {}", family.french()),
            Self::Of(family, Measure::OnTimeAnyReply) => {
                format!("Taux de première réaction dans le délai – {}", family.french())
            }
            Self::Of(family, Measure::Delay) => format!("Délai de réponse – {}", family.french()),
            Self::Of(family, Measure::DelayAnyReply) => format!("Délai de première réaction – {}", family.french()),
            Self::Received => "Demandes reçues".into(),
            Self::AcknowledgedInOneDay => "Accusés de réception sous 1 jour ouvré".into(),
            Self::HoldingReplies => "Messages d'attente".into(),
            Self::PiecesAsked => "Demandes de pièces".into(),
            Self::Transfers => "Réorientations".into(),
            Self::Reopened => "Demandes rouvertes".into(),
            Self::OpenAndLate => "Demandes ouvertes et en retard".into(),
            Self::ClassificationAccepted => "Classements proposés et acceptés".into(),
            Self::ModelUsed => "Réponses faites d'une réponse type".into(),
        }
    }

    /// What it means.
    pub fn definition(self) -> &'static str {
        match self {
            Self::Of(_, Measure::OnTime) => {
                "Part des engagements dont la réponse sur le fond est partie au plus tard le dernier jour de l'échéance, comptés dans le mois de l'échéance. L'accusé de réception n'est pas une réponse, un message d'attente non plus."
            }
            Self::Of(_, Measure::OnTimeAnyReply) => {
                "Part des engagements dont l'usager a eu une première réaction au plus tard le dernier jour de l'échéance : réponse, message d'attente ou demande de pièces. L'accusé de réception n'en est pas une."
            }
            Self::Of(_, Measure::Delay) => {
                "Délai de la réponse sur le fond, en jours ouvrés et en jours calendaires après la réception (le même jour : 0) : moyenne, médiane (la valeur du milieu, ou la moyenne des deux) et 90e centile (la plus petite valeur qu'au moins 90 % ne dépassent pas)."
            }
            Self::Of(_, Measure::DelayAnyReply) => {
                "Délai de la première réaction de toute nature, l'accusé de réception excepté, compté comme celui de la réponse."
            }
            Self::Received => "Nombre de demandes reçues dans le mois, d'après leur date de réception.",
            Self::AcknowledgedInOneDay => {
                "Part des messages reçus par voie électronique dont l'accusé de réception, ou une réponse, est parti au plus tard le premier jour ouvré après la réception (CRPA, art. R112-11-2), dans le mois de cette échéance."
            }
            Self::HoldingReplies => "Nombre de messages d'attente, dans le mois où ils ont été envoyés ou notés.",
            Self::PiecesAsked => "Nombre de demandes de pièces, dans le mois où elles ont été envoyées.",
            Self::Transfers => {
                "Nombre de réorientations vers un autre service ou une autre administration, dans le mois où elles ont été faites."
            }
            Self::Reopened => {
                "Nombre de fois qu'une demande a dû être traitée de nouveau, dans le mois où elle a été rouverte."
            }
            Self::OpenAndLate => {
                "Nombre d'engagements sans réponse ni autre fin, dont l'échéance est passée, dans le mois de l'échéance."
            }
            Self::ClassificationAccepted => {
                "Part des classements proposés par la machine (nature, périmètre et thème) que les agents ont laissés tels quels, dans le mois de réception."
            }
            Self::ModelUsed => {
                "Part des réponses sur le fond qui sont parties d'une réponse type, dans le mois de la réponse."
            }
        }
    }

    /// What it is taken of.
    pub fn population(self) -> &'static str {
        match self {
            Self::Of(family, _) => family.population(),
            Self::Received => "toutes les demandes, quel que soit le canal",
            Self::AcknowledgedInOneDay => {
                "messages d'usagers reçus par courriel ou formulaire, dont la loi veut l'accusé de réception"
            }
            Self::HoldingReplies | Self::PiecesAsked | Self::Transfers | Self::Reopened => "toutes les demandes",
            Self::OpenAndLate => Family::All.population(),
            Self::ClassificationAccepted => "demandes classées par la machine, qu'un agent a confirmées ou corrigées",
            Self::ModelUsed => "réponses sur le fond écrites avec releve",
        }
    }

    /// What it leaves out.
    pub fn exclusions(self) -> &'static str {
        match self {
            Self::Of(_, Measure::OnTime | Measure::OnTimeAnyReply) | Self::OpenAndLate => APART,
            Self::Of(_, Measure::Delay) => "comme le taux ; ce qui n'a pas encore de réponse n'a pas de délai.",
            Self::Of(_, Measure::DelayAnyReply) => "comme le taux ; ce qui n'a eu aucune réaction n'a pas de délai.",
            Self::Received | Self::ClassificationAccepted => "les demandes réunies à une autre.",
            Self::AcknowledgedInOneDay => {
                "ce qui est venu autrement que par voie électronique, les demandes réunies à une autre, et ce qui a été clos dans ce délai."
            }
            Self::HoldingReplies | Self::PiecesAsked | Self::Transfers | Self::Reopened => "aucune.",
            Self::ModelUsed => "les réponses écrites dans une messagerie, qui ne disent pas d'où elles viennent.",
        }
    }
}

impl Serialize for Indicator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.key())
    }
}

impl<'de> Deserialize<'de> for Indicator {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Indicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key())
    }
}

impl FromStr for Indicator {
    type Err = UnknownIndicator;

    fn from_str(key: &str) -> Result<Self, UnknownIndicator> {
        Self::all().find(|one| one.key() == key).ok_or_else(|| UnknownIndicator(key.to_owned()))
    }
}
