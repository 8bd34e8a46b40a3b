//! The closed vocabularies of the office: letters, folders, clocks, and who is told of what.

use super::words::{Unknown, vocabulary};

vocabulary! {
    /// What a letter to a correspondent is for: the folder of its models in `templates/`.
    LetterKind {
        /// The answer on substance.
        Answer = "answer", "réponse";
        /// It takes longer, and until when.
        Holding = "holding", "message d'attente";
        /// Another service of the prefecture answers.
        Transfer = "transfer", "avis de réorientation";
        /// Another administration answers (CRPA L114-2).
        Handover = "handover", "avis de transmission";
        /// Something is missing (CRPA L114-5).
        Pieces = "pieces", "demande de pièces";
    }
}

vocabulary! {
    /// A folder of a mailbox into which something is laid.
    Folder {
        /// What was sent.
        Sent = "sent", "messages envoyés";
        /// What is to be finished and sent.
        Drafts = "drafts", "brouillons";
    }
}

vocabulary! {
    /// What is to be done in a folder.
    Doing {
        /// A message is laid into it.
        Put = "put", "déposer";
        /// It is taken out, as long as nobody has changed it.
        Remove = "remove", "retirer";
    }
}

vocabulary! {
    /// Who is told of a deadline.
    Role {
        /// The agent to whom the case was given.
        Agent = "agent", "agent";
        /// A manager of the service (chef de bureau).
        Manager = "manager", "responsable";
        /// The director above the service.
        Director = "director", "directeur";
        /// The general secretary of the prefecture.
        GeneralSecretary = "general_secretary", "secrétaire général";
        /// The quality officer (référent qualité).
        QualityOfficer = "quality_officer", "référent qualité";
    }
}

vocabulary! {
    /// What became of one warning to one person.
    Told {
        /// It stands in a mail to the recipient.
        Written = "written", "écrit";
        /// A later step for the same person was due as well: one mail says enough.
        Overtaken = "overtaken", "dépassé par un rappel plus pressant";
        /// Nobody is declared for the role, nor for any above it.
        Nobody = "nobody", "personne à prévenir";
    }
}

vocabulary! {
    /// A mail to the prefecture's own people.
    NoticeKind {
        /// Warnings alone.
        Warning = "warning", "rappel";
        /// The managers' digest of a working morning, with the warnings of that morning.
        Digest = "digest", "récapitulatif";
        /// The weekly summary to direction and quality officer.
        Weekly = "weekly", "bilan de la semaine";
    }
}
