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

vocabulary! {
    /// What an account may do, for one service or for all of them.
    Access {
        /// Reads and answers the cases of the service.
        Agent = "agent", "agent";
        /// The same, and sees how the service stands and who is away.
        Manager = "manager", "responsable";
        /// Reads the cases, corrects what they are, decides on model answers; answers nobody.
        QualityOfficer = "quality_officer", "référent qualité";
        /// Mailboxes, outgoing mail, accounts; reads no case.
        Administrator = "administrator", "administrateur";
    }
}

vocabulary! {
    /// What somebody did in the pages, or did to an account, as it is recorded (domain.md §4.1: « tracer les opérations »).
    Deed {
        /// An account came in.
        LoggedIn = "logged_in", "s'est connecté";
        /// A wrong password, an unknown account, or too many attempts.
        LoginRefused = "login_refused", "connexion refusée";
        /// An account left.
        LoggedOut = "logged_out", "s'est déconnecté";
        /// A password was chosen with an invitation.
        PasswordChosen = "password_chosen", "a choisi un mot de passe";
        /// An account was created.
        AccountAdded = "account_added", "a créé un compte";
        /// A new invitation was made; the older ones hold no more.
        Invited = "invited", "a établi une invitation";
        /// What an account may do was changed.
        AccessChanged = "access_changed", "a changé des droits";
        /// An account may not come in any more.
        Disabled = "disabled", "a fermé un compte";
        /// An account may come in again.
        Enabled = "enabled", "a rouvert un compte";
        /// The sessions of an account were ended.
        SessionsEnded = "sessions_ended", "a mis fin aux sessions";
        /// A case was read.
        CaseRead = "case_read", "a lu la demande";
        /// The octets of a message were downloaded.
        SourceRead = "source_read", "a téléchargé un message d'origine";
        /// An attachment was downloaded or looked at.
        AttachmentRead = "attachment_read", "a ouvert une pièce jointe";
        /// Something was looked for in all cases.
        Searched = "searched", "a cherché dans les demandes";
        /// A case was changed.
        CaseChanged = "case_changed", "a agi sur la demande";
        /// A case was entered by hand.
        CaseEntered = "case_entered", "a enregistré une demande";
        /// Several cases were given to somebody.
        CasesAssigned = "cases_assigned", "a confié plusieurs demandes";
        /// A letter was sent, and could still be taken back.
        LetterSent = "letter_sent", "a envoyé un message";
        /// It was taken back in time.
        LetterTakenBack = "letter_taken_back", "a repris un message avant son départ";
        /// A change to a model answer was proposed.
        ModelChangeProposed = "model_change_proposed", "a proposé de changer une réponse type";
        /// A change to a model answer was approved or refused.
        ModelChangeDecided = "model_change_decided", "a décidé d'un changement de réponse type";
        /// An absence was written down or taken back.
        AbsenceChanged = "absence_changed", "a noté ou retiré une absence";
        /// A month's figures were published, or corrected.
        MonthPublished = "month_published", "a publié les chiffres d'un mois";
        /// The pack for the auditor was downloaded: it holds what was written to people.
        AuditPackTaken = "audit_pack_taken", "a téléchargé un dossier de preuves";
        /// Results of a survey or of a mystery mail were noted or taken out.
        ListeningNoted = "listening_noted", "a noté des avis ou un courriel mystère";
        /// A mail is tried again now.
        MailRetried = "mail_retried", "a relancé un courriel";
        /// Senders and subjects of what was kept apart were seen.
        ApartRead = "apart_read", "a vu les messages à part";
        /// A message that was set aside is to come in.
        MessageWanted = "message_wanted", "a demandé l'import d'un message mis de côté";
    }
}
