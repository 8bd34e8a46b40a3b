//! The closed vocabularies of a case. In code and SQL the English word; people are shown the French one.

/// A word outside its vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("« {found} » n'est pas une valeur connue ; valeurs possibles : {}", allowed.join(", "))]
pub struct Unknown {
    /// What was found.
    pub found: String,
    /// What is allowed.
    pub allowed: Vec<&'static str>,
}

/// Declares a closed vocabulary: variant, word in code and SQL, French shown to people.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal, $french:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// Every word, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The words of all of them, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The word used in code, SQL and configuration.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The French shown to people.
            pub const fn french(self) -> &'static str {
                match self { $(Self::$variant => $french,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = Unknown;

            fn from_str(word: &str) -> Result<Self, Unknown> {
                Self::ALL.iter().copied().find(|known| known.word() == word).ok_or_else(|| Unknown {
                    found: word.to_owned(),
                    allowed: Self::ALL.iter().map(|known| known.word()).collect(),
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'_, str> as serde::Deserialize>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(super) use vocabulary;

vocabulary! {
    /// How a message came (domain.md §1.2).
    Channel {
        /// E-mail.
        Email = "email", "courriel";
        /// The contact form of a web site.
        Form = "form", "formulaire";
        /// A paper letter.
        Letter = "letter", "courrier";
        /// A form filled in at the counter.
        Counter = "counter", "fiche d'accueil";
        /// A telephone call.
        Phone = "phone", "téléphone";
    }
}

vocabulary! {
    /// What the sender wants (`corpus/README.md`).
    Kind {
        /// A first-level question.
        Information = "information", "demande d'information";
        /// Dissatisfaction about the service, or a legal challenge.
        Complaint = "complaint", "réclamation";
        /// An improvement proposed.
        Suggestion = "suggestion", "suggestion";
        /// No request of a user.
        None = "none", "sans suite";
    }
}

vocabulary! {
    /// Who may answer, and whether it counts for Qual-e-Pref (domain.md §1.3).
    Scope {
        /// No file has to be opened.
        General = "general", "général";
        /// The sender's own file.
        CaseFile = "case_file", "dossier en cours";
        /// Recours, mise en demeure, court.
        LegalAppeal = "legal_appeal", "recours";
        /// An elected official writes on behalf of people.
        ElectedOfficial = "elected_official", "intervention d'élu";
        /// The answer belongs to another body.
        OtherAdministration = "other_administration", "autre administration";
        /// A job application.
        JobApplication = "job_application", "candidature";
        /// A journalist.
        Press = "press", "presse";
        /// Nothing to answer.
        None = "none", "sans objet";
    }
}

vocabulary! {
    /// What it is about (`docs/fr/classement.md`). The words are those of the corpus.
    Topic {
        /// Residence permits, visas, asylum.
        Residence = "sejour", "séjour des étrangers";
        /// French nationality.
        Naturalisation = "naturalisation", "naturalisation";
        /// Vehicle registration.
        Vehicle = "immatriculation", "immatriculation des véhicules";
        /// Driving licences.
        Licence = "permis", "permis de conduire";
        /// Identity cards and passports.
        Identity = "cni_passeport", "carte d'identité et passeport";
        /// The booking of an appointment itself.
        Appointment = "rendez_vous", "rendez-vous";
        /// Premises, counter, telephone.
        Reception = "accueil", "accueil";
        /// Pages and tools on line.
        Website = "site_internet", "site internet";
        /// Elections.
        Elections = "elections", "élections";
        /// The life of associations.
        Associations = "associations", "associations";
        /// Weapons.
        Weapons = "armes", "armes";
        /// Gatherings, races, fireworks.
        Events = "manifestation", "manifestations";
        /// Housing and evictions.
        Housing = "logement", "logement";
        /// Environment and natural risks.
        Environment = "environnement", "environnement";
        /// Medals and honours.
        Medals = "medailles", "médailles";
        /// Everything else, and what is said when nothing is known.
        Other = "autre", "autre sujet";
    }
}

vocabulary! {
    /// What else a message carries, whatever it asks for (`docs/fr/classement.md`).
    Flag {
        /// Its author announces harm to people or property: the general secretary answers.
        Threat = "threat", "menace";
        /// Its author insults: the general secretary answers.
        Insult = "insult", "injure";
        /// Danger, despair, hunger, fear.
        Distress = "distress", "détresse";
        /// A lawyer writes, or is instructed.
        Lawyer = "lawyer", "avocat";
        /// An elected official writes.
        ElectedOfficial = "elected_official", "élu";
        /// The press writes.
        Press = "press", "presse";
        /// Written for an association.
        Association = "association", "association";
    }
}

vocabulary! {
    /// What became of a message that was received.
    Disposition {
        /// It opened a case.
        Case = "case", "demande";
        /// It continues a case.
        FollowUp = "follow_up", "suite d'une demande";
        /// A machine wrote it: kept, tied to its case where there is one, and nothing else.
        Ignored = "ignored", "message automatique";
        /// No parser understood it: a case to be read by hand.
        Quarantined = "quarantined", "à lire à la main";
        /// One of ours wrote it in a mail client: it was found in the folder of what was sent.
        Reply = "reply", "réponse écrite dans une messagerie";
    }
}

vocabulary! {
    /// Where a case stands.
    State {
        /// Somebody has to answer.
        Open = "open", "à traiter";
        /// The correspondent was told that it takes longer, and until when.
        Held = "held", "en attente, date annoncée";
        /// The correspondent was asked for what is missing, and until when: it is their turn.
        Asked = "asked", "pièces demandées à l'usager";
        /// The correspondent has an answer on substance.
        Answered = "answered", "répondue";
        /// It was sent on to another administration, and the correspondent was told (CRPA L114-2).
        Transferred = "transferred", "transmise à une autre administration";
        /// It ended without an answer, for a reason.
        Closed = "closed", "close sans réponse";
        /// It is the same matter as another case, and is answered there.
        Merged = "merged", "réunie à une autre demande";
    }
}

vocabulary! {
    /// One step in the history of a case.
    EventKind {
        /// A message, or an agent for a letter, a visit or a call, opened the case.
        Opened = "opened", "demande ouverte";
        /// The acknowledgement was written and handed to the outbox.
        Acknowledged = "acknowledged", "accusé de réception rédigé";
        /// No acknowledgement, and why.
        NotAcknowledged = "not_acknowledged", "pas d'accusé de réception";
        /// The outgoing mail left.
        Sent = "sent", "message parti";
        /// The relay took the mail or not, nobody knows: it will be sent again under the same Message-ID.
        Uncertain = "uncertain", "envoi incertain, repris";
        /// The outgoing mail will not leave.
        Failed = "failed", "message refusé";
        /// Somebody of ours had a mail tried again that waited or had been given up.
        Retried = "retried", "envoi relancé";
        /// It came back.
        Bounced = "bounced", "message revenu";
        /// The correspondent wrote again.
        FollowUp = "follow_up", "nouveau message du correspondant";
        /// The same message came into another mailbox, or once more.
        ReceivedAgain = "received_again", "même message reçu de nouveau";
        /// A machine answered; nothing changes.
        Automatic = "automatic", "message automatique";
        /// An agent has taken it, or was given it.
        Assigned = "assigned", "confiée à un agent";
        /// The correspondent was told of a later date.
        Held = "held", "message d'attente";
        /// It went to another service, or to another administration.
        Transferred = "transferred", "réorientée";
        /// The correspondent was answered on substance.
        Answered = "answered", "réponse";
        /// It ended without an answer.
        Closed = "closed", "close sans réponse";
        /// It is to be answered again.
        Reopened = "reopened", "rouverte";
        /// Somebody corrected what it is or how it came: before and after.
        Reclassified = "reclassified", "classement corrigé";
        /// An agent confirmed what it is taken for.
        Confirmed = "confirmed", "classement confirmé";
        /// Another service than the mailbox's should answer.
        TransferProposed = "transfer_proposed", "transfert proposé";
        /// The day by which it must be answered is another one, and why.
        Deadline = "deadline", "échéance recalculée";
        /// Somebody in charge was told of its deadline, or could not be.
        Warned = "warned", "rappel";
        /// The correspondent was told to which service the case goes.
        TransferTold = "transfer_told", "réorientation annoncée à l'usager";
        /// The correspondent was asked for what is missing.
        PiecesAsked = "pieces_asked", "pièces demandées";
        /// Somebody of ours wrote something down for colleagues.
        Noted = "noted", "note";
        /// Somebody of ours wrote to the correspondent in a mail client, and it changed nothing in the case.
        WrittenOutside = "written_outside", "message écrit dans une messagerie";
        /// It is answered in another case from now on, or another case is answered in it.
        Merged = "merged", "réunion";
        /// That was undone.
        Separated = "separated", "séparation";
        /// One of its messages opened a case of its own, or it is that case.
        Split = "split", "message détaché";
        /// A line of the tracking sheet kept until now became this case.
        Imported = "imported", "reprise d'une feuille de suivi";
        /// A message may belong to another case; a person decides.
        JoinProposed = "join_proposed", "rapprochement proposé";
        /// A copy or a draft could not be laid into its folder.
        NotFiled = "not_filed", "copie ou brouillon non déposé";
        /// A draft was laid into the mailbox.
        Drafted = "drafted", "brouillon proposé";
    }
}

vocabulary! {
    /// Why a case ends without an answer.
    Closing {
        /// Thanks, or a courtesy.
        Thanks = "thanks", "remerciement, rien à répondre";
        /// The same matter is answered in another case.
        Duplicate = "duplicate", "double d'une autre demande";
        /// The correspondent takes it back.
        Withdrawn = "withdrawn", "l'usager y renonce";
        /// Advertising, fraud, a machine that was taken for a person.
        Unwanted = "unwanted", "message indésirable";
        /// Abusive by number or repetition (CRPA L112-11).
        Abusive = "abusive", "demande abusive (CRPA, art. L112-11)";
        /// Nobody can be reached.
        Unreachable = "unreachable", "aucun moyen de joindre le correspondant";
        /// Nothing is asked.
        NothingAsked = "nothing_asked", "ne demande rien";
    }
}

vocabulary! {
    /// How a clock of a case ended.
    Ending {
        /// What is due was done.
        Met = "met", "tenue";
        /// The case ended without an answer.
        Closed = "closed", "close sans réponse";
        /// Another administration answers.
        HandedOver = "handed_over", "transmise à une autre administration";
        /// What was missing came: the answer is promised anew.
        Pieces = "pieces", "promise de nouveau à l'arrivée des pièces";
        /// The case is answered in another one.
        Merged = "merged", "réunie à une autre demande";
        /// A later row stands in its place, or it should never have begun: it counts for nothing.
        Replaced = "replaced", "remplacée";
    }
}

vocabulary! {
    /// What a clock of a case counts to.
    Purpose {
        /// The answer on substance, as the prefecture has promised it for this channel and kind (domain.md §1.2).
        Answer = "answer", "réponse";
        /// The answer on substance by the date that a holding reply announced.
        Announced = "announced", "réponse à la date annoncée";
        /// What the correspondent was asked for, by the date that was set.
        Pieces = "pieces", "pièces attendues de l'usager";
        /// The « accusé d'enregistrement », which the law wants within one working day (CRPA R112-11-2).
        Receipt = "receipt", "accusé d'enregistrement";
        /// The « accusé de réception », which the law wants within ten working days (CRPA R112-11-2).
        Acknowledgement = "acknowledgement", "accusé de réception";
        /// The day on which silence means that a complaint is rejected (CRPA L231-4).
        Silence = "silence", "rejet implicite";
    }
}

impl State {
    /// Whether somebody owes the correspondent an answer.
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Open | Self::Held | Self::Asked)
    }
}

impl Kind {
    /// The spelling of the labelled corpus, which tools outside rely on: a complaint is `reclamation` there.
    pub const fn corpus(self) -> &'static str {
        match self {
            Self::Complaint => "reclamation",
            other => other.word(),
        }
    }

    /// Reads either spelling.
    pub fn from_corpus(word: &str) -> Result<Self, Unknown> {
        Self::ALL.iter().copied().find(|kind| kind.corpus() == word).map_or_else(|| word.parse(), Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_as_itself() {
        for channel in Channel::ALL {
            assert_eq!(channel.word().parse(), Ok(*channel));
        }
        for kind in Kind::ALL {
            assert_eq!(kind.word().parse(), Ok(*kind));
        }
        for scope in Scope::ALL {
            assert_eq!(scope.word().parse(), Ok(*scope));
        }
    }

    #[test]
    fn an_unknown_word_says_what_is_allowed() {
        let error = "plainte".parse::<Kind>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "« plainte » n'est pas une valeur connue ; valeurs possibles : information, complaint, suggestion, none"
        );
    }
}
