//! Invented messages, one that each rule must catch and one that it must let through.

use super::*;
use crate::mail::{Limits, parse};

/// Reads a message from its lines.
fn message(raw: &str) -> Message {
    parse(raw.replace('\n', "\r\n").as_bytes(), &Limits::default()).unwrap()
}

/// A mail of Jeanne with these further header lines, this subject and this text.
fn jeanne(fields: &str, subject: &str, text: &str) -> Message {
    message(&format!(
        "Return-Path: <jeanne@example.fr>\nFrom: Jeanne Martin <jeanne@example.fr>\nTo: pref@example.org\n\
         Subject: {subject}\n{fields}Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ))
}

fn rules(message: &Message) -> Vec<&'static str> {
    judge(message, &Surroundings::default()).reasons.iter().map(|reason| reason.rule).collect()
}

#[track_caller]
fn assert_machine(message: &Message, rule: &str) {
    let judgement = judge(message, &Surroundings::default());
    let names: Vec<_> = judgement.reasons.iter().map(|reason| reason.rule).collect();
    assert!(names.contains(&rule), "{rule} is not among {names:?}: {}", message.subject);
    assert_eq!(judgement.author, Author::Machine, "{names:?}");
    assert!(!judgement.acknowledge);
}

#[track_caller]
fn assert_acknowledged(message: &Message) {
    let judgement = judge(message, &Surroundings::default());
    assert_eq!(judgement.reasons, [], "{}", message.subject);
    assert_eq!((judgement.author, judgement.acknowledge), (Author::Person, true));
}

#[track_caller]
fn assert_silent(message: &Message, surroundings: &Surroundings<'_>, rule: &str) {
    let judgement = judge(message, surroundings);
    assert_eq!(judgement.reasons.iter().map(|reason| reason.rule).collect::<Vec<_>>(), [rule]);
    assert_eq!((judgement.author, judgement.acknowledge), (Author::Person, false));
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

#[test]
fn fields_of_machines_are_caught() {
    for (field, rule) in [
        ("Auto-Submitted: auto-replied", "auto-submitted"),
        ("auto-submitted: Auto-Notified; owner-email=\"a@example.com\"", "auto-submitted"),
        ("Auto-Submitted: auto-generated (cron)", "auto-generated"),
        ("Precedence: bulk", "precedence"),
        ("Precedence: List", "precedence"),
        ("Precedence: auto_reply", "auto-reply-field"),
        ("X-Autoreply: yes", "auto-reply-field"),
        ("X-Autorespond: vacation", "auto-reply-field"),
        ("Delivered-To: Autoresponder", "auto-reply-field"),
        ("List-Id: <lettre.example.com>", "list"),
        ("List-Unsubscribe: <https://example.com/u>", "list"),
        ("Feedback-ID: 12:campagne:example", "feedback-id"),
        ("X-Loop: jeanne@example.fr", "loop"),
        ("X-Releve-Case: 2026-000001", "own-loop"),
        ("X-Failed-Recipients: paul@example.com", "failed-recipients"),
        ("X-Cron-Env: <HOME=/root>", "machine-field"),
    ] {
        assert_machine(&jeanne(&format!("{field}\n"), "Bonjour", "Bonjour"), rule);
    }
}

#[test]
fn fields_of_people_pass() {
    for field in [
        "Auto-Submitted: no",
        "Auto-Submitted: No; comment",
        "Precedence: normal",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "X-Spam-Status: No, score=1.0",
        "X-Spam-Flag: NO",
        "X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:NSPM;SCL:1;",
        "X-MS-Exchange-Organization-SCL: -1",
        "X-Mailer: Microsoft Outlook 16.0",
        "X-Mailgun-Sid: abc",
        "Importance: high",
        "Disposition-Notification-To: jeanne@example.fr",
    ] {
        assert_acknowledged(&jeanne(&format!("{field}\n"), "Ma carte grise", "Bonjour, où en est ma demande ?"));
    }
}

#[test]
fn a_null_sender_is_a_machine_and_an_absent_one_is_not() {
    let raw = "From: Jeanne <jeanne@example.fr>\nTo: pref@example.org\nSubject: Bonjour\n\nBonjour\n";
    assert_acknowledged(&message(raw));
    assert_machine(&message(&format!("Return-Path: <>\n{raw}")), "null-sender");
}

#[test]
fn a_campaign_is_caught_by_sender_and_wording_together() {
    let text = "Nos offres du mois. Pour vous désabonner, cliquez ici.";
    assert_machine(&jeanne("X-Mailgun-Sid: abc\n", "Nos offres", text), "bulk-mailer");
    assert_acknowledged(&jeanne("X-Mailgun-Sid: abc\nIn-Reply-To: <a@example.org>\n", "RE: Nos offres", text));
    assert_acknowledged(&jeanne("", "Vos lettres", "Comment me désinscrire ? Je veux me désabonner de votre lettre."));
}

#[test]
fn reports_are_known_by_their_shape() {
    let report = |kind: &str, part: &str| {
        message(&format!(
            "From: serveur@example.com\nTo: pref@example.org\nSubject: Bonjour\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type={kind}; boundary=b\n\n--b\nContent-Type: text/plain\n\nVoir.\n\
             --b\nContent-Type: {part}\n\nReporting-MTA: dns; example.com\n--b--\n"
        ))
    };
    assert_machine(&report("delivery-status", "message/delivery-status"), "delivery-report");
    assert_machine(&report("disposition-notification", "message/disposition-notification"), "read-receipt");
    assert_machine(&report("feedback-report", "message/feedback-report"), "feedback-report");
    assert_machine(&report("tlsrpt", "application/tlsrpt+json"), "report");
    let bare = "From: a@example.com\nTo: pref@example.org\nSubject: x\nContent-Type: message/delivery-status\n\nAction: failed\n";
    assert_machine(&message(bare), "delivery-report");
}

#[test]
fn a_person_may_attach_the_bounce_that_puzzles_them() {
    assert_acknowledged(&message(
        "From: Jeanne <jeanne@example.fr>\nTo: pref@example.org\nSubject: Mon message est revenu\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain\n\nPourquoi ?\n--a\n\
         Content-Type: message/rfc822\n\nFrom: MAILER-DAEMON@example.com\nSubject: Undelivered\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\
         Content-Type: message/delivery-status\n\nAction: failed\n--b--\n--a--\n",
    ));
}

#[test]
fn calendar_objects_are_not_acknowledged() {
    let invitation = |subject: &str| {
        message(&format!(
            "From: Jeanne <jeanne@example.fr>\nTo: pref@example.org\nSubject: {subject}\nMIME-Version: 1.0\n\
             Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nRéunion\n--b\n\
             Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b--\n"
        ))
    };
    assert_silent(&invitation("Commission de sécurité"), &Surroundings::default(), "calendar");
    assert_machine(&invitation("Accepted: Commission"), "calendar-reply");
    assert_acknowledged(&jeanne("", "Annulation de mon rendez-vous", "Je ne peux pas venir."));
}

#[test]
fn daemons_are_known_by_address_or_name() {
    for from in [
        "MAILER-DAEMON@example.com",
        "Postmaster <postmaster@example.com>",
        "Mail Delivery System <system@example.com>",
        "Mail Delivery Subsystem <x@example.com>",
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com>",
        "auto-reply@example.com",
        "MAILER-DAEMON",
    ] {
        assert_machine(&message(&format!("From: {from}\nTo: pref@example.org\nSubject: Info\n\nBonjour\n")), "daemon");
    }
}

#[test]
fn addresses_that_nobody_reads_are_machines() {
    for address in [
        "noreply@example.com",
        "No-Reply-Impots@example.com",
        "ne-pas-repondre@example.fr",
        "nepasrepondre@example.fr",
        "do_not_reply@example.com",
        "notifications@example.com",
        "service-noreply@example.com",
        "nao-responda@example.com",
        "newsletter@example.com",
    ] {
        let raw = format!("From: Service <{address}>\nTo: pref@example.org\nSubject: Info\n\nBonjour\n");
        assert_machine(&message(&raw), "no-reply");
    }
    let raw = "From: www-data <www-data@example.com>\nTo: pref@example.org\nSubject: Info\n\nBonjour\n";
    assert_machine(&message(raw), "system-account");
}

#[test]
fn people_whose_address_resembles_are_people() {
    for from in [
        "Arno Reply <arno.reply@example.com>",
        "nadine.postel@example.fr",
        "Bruno Replat <brunoreplat@example.fr>",
        "rooty@example.com",
        "Marie Sympatico <marie.sympa@example.fr>",
        "Alerte Rouge Association <contact@example.org>",
        "Robin Bot <robin.bot@example.fr>",
        "Administrateur <mairie@example.fr>",
        "info@example.fr",
        "Paul Daemon <paul.daemon@example.com>",
    ] {
        assert_acknowledged(&message(&format!("From: {from}\nTo: pref@example.org\nSubject: Bonjour\n\nBonjour\n")));
    }
}

#[test]
fn subjects_of_reports_are_caught() {
    for subject in [
        "Undelivered Mail Returned to Sender",
        "Delivery Status Notification (Failure)",
        "Mail delivery failed: returning message to sender",
        "failure notice",
        "Undeliverable: Votre demande",
        "[EXTERNE] Undeliverable: Votre demande",
        "[BOUNCE]",
        "Returned mail: see transcript for details",
        "DELIVERY FAILURE: User example not listed",
        "Non remis : Votre demande",
        "Échec de la remise : votre demande",
        "Message non distribuable",
        "Notification d'état de remise (échec)",
        "Unzustellbar: Ihre Anfrage",
        "No se puede entregar: su mensaje",
        "Mancato recapito: richiesta",
        "Não entregue: pedido",
        "Onbestelbaar: vraag",
        "Не доставлено: вопрос",
        "メッセージを配信できません",
        "系统退信",
    ] {
        assert_machine(&jeanne("", subject, "Voir ci-dessous."), "bounce");
    }
    for subject in
        ["Delayed Mail (still being retried)", "Warning: message 1abc delayed 24 hours", "Remise différée : demande"]
    {
        assert_machine(&jeanne("", subject, "Voir ci-dessous."), "delay");
    }
}

#[test]
fn people_who_write_about_mail_are_people() {
    for (subject, text) in [
        ("Courrier retourné", "Le facteur a rendu ma lettre, que faire ?"),
        ("Re: Undelivered Mail Returned to Sender", "Mon message vous est-il parvenu ?"),
        ("TR: Échec de la remise : demande", "Bonjour, vos services n'ont pas eu mon mail."),
        ("Message sans réponse", "J'ai écrit trois fois."),
        ("Retard de livraison de mon titre", "Bonjour, mon titre n'est pas arrivé."),
        ("Remise de décoration", "Quand aura lieu la remise des médailles ?"),
        ("Erreur sur ma carte grise", "Mon nom est mal écrit."),
        ("Non réception de mon permis", "Je ne l'ai pas reçu."),
        ("Échec de paiement sur l'ANTS", "Le site refuse ma carte."),
        ("Virus informatique sur votre site ?", "Mon antivirus s'affole."),
        ("Échec de livraison de mon passeport", "Chronopost ne l'a pas."),
        ("non distribué", "Mon passeport est reparti de la mairie."),
        ("Avis de passage", "Ma carte grise est repartie."),
        ("Refused: my visa", "I do not understand why."),
        ("Error sending documents", "The site refuses my file."),
        ("Delivery problem with my permit", "It never came."),
        ("Zustellung meines Führerscheins", "Wo ist er?"),
        ("Alerte virus", "Une page de votre site me paraît infectée."),
    ] {
        assert_acknowledged(&jeanne("", subject, text));
    }
}

#[test]
fn openings_of_reports_are_caught() {
    for text in [
        "Hi. This is the qmail-send program at example.com.\nI'm afraid I wasn't able to deliver your message.",
        "This is the mail system at host mx.example.com.",
        "Your message to paul@example.com could not be delivered.",
        "Votre message n'a pas pu être remis aux destinataires suivants :",
        "Ihre Nachricht konnte nicht zugestellt werden.",
    ] {
        assert_machine(&jeanne("", "Info", text), "bounce");
    }
    assert_acknowledged(&jeanne("", "Info", "Here is the list, a copy of which I\nfailed to deliver a week ago."));
    assert_acknowledged(&jeanne("", "Info", "Bonjour,\nMa lettre n'a pas pu être remise, dit la Poste."));
}

#[test]
fn subjects_of_automatic_answers_are_caught() {
    for subject in [
        "Réponse automatique : Votre demande",
        "Automatic reply: Votre demande",
        "Out of Office: back Monday",
        "Absence du bureau",
        "Absent du bureau jusqu'au 4 mai",
        "Message d'absence",
        "Abwesenheitsnotiz",
        "Automatische Antwort: Anfrage",
        "Autosvar: spørgsmål",
        "Respuesta automática: consulta",
        "Risposta automatica: richiesta",
        "Resposta automática: pedido",
        "Automatisch antwoord: vraag",
        "Autoodpowiedź: pytanie",
        "Automaattinen vastaus: kysymys",
        "Автоответ: вопрос",
        "自動返信",
        "自动回复",
        "[Automatic reply] Votre demande",
    ] {
        assert_machine(&jeanne("", subject, "Bonjour."), "automatic-answer");
    }
    assert_machine(&jeanne("", "Congés", "Je suis absente jusqu'au 3."), "automatic-answer");
}

#[test]
fn people_who_write_about_automatic_answers_are_people() {
    for (subject, text) in [
        ("RE: Réponse automatique : ma demande", "Merci, mais cela ne répond pas à ma question."),
        ("Réponse automatique incompréhensible", "J'ai reçu votre réponse automatique, elle ne m'aide pas."),
        ("Réponse automatique", "J'ai reçu « ceci est une réponse automatique ». Et la vraie ?"),
        ("Dossier", "Bonjour,\nj'ai reçu votre réponse automatique et j'attends toujours."),
        ("Absence de réponse", "Je vous ai écrit en mai, sans réponse."),
        ("Absence à mon rendez-vous", "Je serai absente le 12, puis-je changer de date ?"),
        ("Vacances scolaires", "Êtes-vous ouverts pendant les vacances ?"),
        ("Passeport", "Je suis en vacances à l'étranger et j'ai perdu mon passeport. Que faire à mon retour ?"),
        ("Procuration", "Je serai absent le jour du vote. Merci de me contacter au 01 99 00 12 34."),
        ("Absence du 12 au 20 mai", "Je serai absente du 12 au 20 mai et ne pourrai venir à ma convocation."),
        ("Office closed", "Your office is closed every time I come, my dossier waits."),
        ("Отсутствие ответа", "Я жду ответа."),
        ("Réponse", "Merci de ne pas répondre par un message automatique."),
        ("Out-of-date permit", "My permit is out of date. Who can help?"),
        ("Autorisation de sortie", "Bonjour, comment l'obtenir ?"),
    ] {
        assert_acknowledged(&jeanne("", subject, text));
    }
}

#[test]
fn texts_of_automatic_answers_are_caught() {
    for text in [
        "Bonjour,\nCeci est une réponse automatique.",
        "Ce message a été généré automatiquement, merci de ne pas y répondre.",
        "This is an automated response. We will be in touch.",
        "Please do not reply to this email.",
        "Dies ist eine automatisch\ngenerierte Nachricht.",
    ] {
        assert_machine(&jeanne("", "Votre demande", text), "automatic-answer");
    }
    for text in [
        "Bonjour, je suis actuellement absente du bureau. Je vous répondrai à mon retour.",
        "I am out of the office until Monday. For urgent matters please contact my colleague.",
        "Ich bin bis zum 5. Mai nicht im Büro. In dringenden Fällen wenden Sie sich an Herrn Muster.",
        "Je suis en congés. En cas d'urgence, vous pouvez contacter mon collègue.",
    ] {
        assert_machine(&jeanne("", "RE: Votre demande", text), "absence");
    }
}

#[test]
fn words_alone_never_silence_a_person_who_asks() {
    let words =
        jeanne("", "Absence du bureau", "Ceci est un message automatique reçu de vos services. Que dois-je faire ?");
    let judged = judge(&words, &Surroundings::default());
    assert_eq!((judged.author, judged.acknowledge), (Author::Person, false), "{:?}", judged.reasons);
    let machine = jeanne("", "Absence du bureau", "Je suis absente jusqu'au 3 mai.");
    assert_eq!(judge(&machine, &Surroundings::default()).author, Author::Machine);
}

#[test]
fn receipts_and_acknowledgements_are_machines() {
    let received = "Nous avons bien reçu votre message et vous en remercions.";
    assert_machine(&jeanne("", "Accusé de réception", received), "acknowledgement");
    assert_acknowledged(&jeanne("", "Accusé de réception", "Je n'ai pas reçu d'accusé de réception de ma demande."));
    assert_machine(&jeanne("", "Lu : Votre demande", ""), "read-receipt-text");
    let read = "Votre message\n\n   À : Jeanne\n   Objet : Votre demande\n\na été lu le mardi 3 mars.";
    assert_machine(&jeanne("", "Lu : Votre demande", read), "read-receipt-text");
    assert_acknowledged(&jeanne("", "Lu : le journal d'hier", "On y dit que vous fermez le samedi, est-ce vrai ?"));
}

#[test]
fn challenges_and_filters_are_machines() {
    let challenge = "Pour que votre message soit délivré, cliquez sur ce lien.";
    assert_machine(&jeanne("", "RE: Votre demande", challenge), "challenge");
    assert_machine(&jeanne("", "Virus found in message \"Bonjour\"", "Removed."), "filter-notice");
    assert_acknowledged(&jeanne("", "Authentification FranceConnect", "Je n'arrive pas à m'authentifier."));
}

#[test]
fn marked_spam_stays_a_case_without_acknowledgement() {
    for field in [
        "X-Spam-Flag: YES",
        "X-Spam-Status: Yes, score=9.1",
        "X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:SPM;SCL:5;",
        "X-MS-Exchange-Organization-SCL: 6",
        "X-VR-SPAMSTATE: SPAM",
    ] {
        assert_silent(&jeanne(&format!("{field}\n"), "Bonjour", "Bonjour"), &Surroundings::default(), "spam");
    }
    assert_silent(&jeanne("", "***SPAM*** Bonjour", "Bonjour"), &Surroundings::default(), "spam");
    assert_acknowledged(&jeanne("", "[SPAM?] Bonjour", "Bonjour"));
    assert_acknowledged(&jeanne("", "[Antispam] question", "Comment signaler un spam ?"));
}

#[test]
fn our_own_address_is_a_colleague_by_hand_and_a_machine_by_itself() {
    let own = owned(&["jeanne@example.fr"]);
    let surroundings = Surroundings { own_addresses: &own, ..Surroundings::default() };
    assert_silent(&jeanne("", "TR: demande", "À traiter."), &surroundings, "own-address");
    let automatic = judge(&jeanne("Auto-Submitted: auto-replied\n", "Accusé", "Bonjour"), &surroundings);
    assert_eq!((automatic.author, automatic.reasons[0].rule), (Author::Machine, "auto-submitted"));
}

#[test]
fn colleagues_are_known_by_domain_and_subdomain_only() {
    let internal = owned(&["example.fr"]);
    let surroundings = Surroundings { internal_domains: &internal, ..Surroundings::default() };
    assert_silent(&jeanne("", "Note", "Bonjour"), &surroundings, "internal");
    for (from, acknowledge) in
        [("a@sgcd.example.fr", false), ("a@monexample.org", true), ("a@example.fr.example.com", true)]
    {
        let raw = format!("From: {from}\nTo: pref@example.org\nSubject: Note\n\nBonjour\n");
        assert_eq!(judge(&message(&raw), &surroundings).acknowledge, acknowledge, "{from}");
    }
}

#[test]
fn only_who_addressed_the_mailbox_is_acknowledged() {
    let ours = owned(&["pref@example.org"]);
    let other = owned(&["autre@example.org"]);
    let mail = jeanne("", "Bonjour", "Bonjour");
    let with = |mailbox| Surroundings { mailbox_addresses: mailbox, ..Surroundings::default() };
    assert!(judge(&mail, &with(Some(&ours))).acknowledge);
    assert!(judge(&mail, &with(None)).acknowledge);
    assert_silent(&mail, &with(Some(&other)), "not-addressed");
    let tagged = message("From: a@example.fr\nTo: x@example.com\nCc: PREF+suivi@example.org\nSubject: x\n\nBonjour\n");
    assert!(judge(&tagged, &with(Some(&ours))).acknowledge);
}

#[test]
fn without_a_sender_there_is_nobody_to_answer() {
    let nobody = message("To: pref@example.org\nSubject: Bonjour\n\nBonjour\n");
    assert_silent(&nobody, &Surroundings::default(), "no-sender");
    assert_eq!(correspondent(&nobody, &Surroundings::default()), None);
}

const FORM: &str = "Return-Path: <>\nFrom: Formulaire <ne-pas-repondre@example.com>\nReply-To: Paul <paul@example.fr>\n\
                    To: pref@example.org\nSubject: Contact\nAuto-Submitted: auto-generated\nPrecedence: bulk\n\nBonjour ?\n";

#[test]
fn a_declared_form_speaks_for_the_person_behind_it() {
    let forms = owned(&["ne-pas-repondre@example.com"]);
    let surroundings = Surroundings { form_senders: &forms, ..Surroundings::default() };
    let form = message(&FORM.replace("Return-Path: <>\n", ""));
    assert_eq!(judge(&form, &surroundings), Judgement { author: Author::Person, acknowledge: true, reasons: vec![] });
    assert_eq!(correspondent(&form, &surroundings).unwrap().email, "paul@example.fr");
    assert_eq!(channel(&form, &surroundings), Channel::Form);
    let without = message(&FORM.replace("Return-Path: <>\n", "").replace("Reply-To: Paul <paul@example.fr>\n", ""));
    assert_silent(&without, &surroundings, "no-sender");
    let bounce = judge(&message(&FORM.replace("auto-generated", "auto-replied")), &surroundings);
    assert_eq!(bounce.author, Author::Machine);
}

#[test]
fn a_form_that_nobody_declared_is_left_to_an_agent() {
    let raw = FORM.replace("Return-Path: <>\n", "").replace("Auto-Submitted: auto-generated\nPrecedence: bulk\n", "");
    let form = message(&raw);
    assert_silent(&form, &Surroundings::default(), "undeclared-form");
    assert_eq!(correspondent(&form, &Surroundings::default()).unwrap().email, "ne-pas-repondre@example.com");
    assert_eq!(channel(&form, &Surroundings::default()), Channel::Email);
    assert_eq!(rules(&message(&raw.replace("paul@example.fr", "noreply@example.fr"))), ["no-reply"]);
}

#[test]
fn the_decisive_reason_comes_first_and_all_are_kept() {
    let own = owned(&["jeanne@example.fr"]);
    let surroundings = Surroundings { own_addresses: &own, ..Surroundings::default() };
    let mail = jeanne("X-Spam-Flag: YES\nPrecedence: bulk\nAuto-Submitted: auto-replied\n", "Bonjour", "Bonjour");
    let reasons: Vec<_> = judge(&mail, &surroundings).reasons.iter().map(|reason| reason.rule).collect();
    assert_eq!(reasons, ["auto-submitted", "precedence", "spam", "own-address"]);
}

#[test]
fn reply_to_of_an_ordinary_mail_is_not_followed() {
    let mail = jeanne("Reply-To: quelqu.un@example.com\n", "Bonjour", "Bonjour");
    assert_acknowledged(&mail);
    assert_eq!(correspondent(&mail, &Surroundings::default()).unwrap().email, "jeanne@example.fr");
}
