//! A message opens a case: reference, deadline, acknowledgement; and when there is no acknowledgement, why.

use crate::{
    case::{Channel, Disposition, Kind, State},
    desk::testing::{Letter, Office, config, policy},
    store::testing::at,
};

#[tokio::test]
async fn a_question_becomes_a_case_with_its_reference_and_its_deadline() {
    let office = Office::open().await;
    let tally = office.write(&Letter::new("1")).await;
    assert_eq!((tally.cases, tally.acknowledged, tally.handled()), (1, 1, 1));

    let case = office.case("2026-000001").await;
    let summary = &case.summary;
    assert_eq!((summary.mailbox.as_str(), summary.service.as_str()), ("contact", "accueil"));
    assert_eq!((summary.channel, summary.state), (Channel::Email, State::Open));
    assert_eq!(summary.correspondent, "jeanne@usagers.example.fr");
    assert_eq!(
        (summary.correspondent_name.as_str(), summary.subject.as_str()),
        ("Jeanne Martin", "Horaires du guichet")
    );
    assert_eq!(summary.received_at, at("2026-03-02T09:00:00Z"), "the server's instant, not the one of the Date field");
    assert_eq!(summary.due_at, at("2026-03-09T22:59:59Z"), "the end of the fifth working day, in Paris");
    assert_eq!(summary.delay, "5 jours ouvrés");
    assert_eq!(summary.acknowledged_at, Some(at("2026-03-02T09:00:00Z")));
    let message = &case.messages[0];
    assert_eq!((message.disposition, message.acknowledged, message.reason.as_str()), (Disposition::Case, true, ""));
    assert_eq!(message.message_id, "1@usagers.example.fr");
    assert!(message.new_text.starts_with("Bonjour,\n\nÀ quelle heure"), "{}", message.new_text);
    assert_eq!(office.history("2026-000001").await, ["opened", "acknowledged"]);
    assert_eq!(
        case.events[0].detail,
        "courriel reçu dans la boîte « contact » ; échéance le lundi 9 mars 2026 (5 jours ouvrés)"
    );
}

#[tokio::test]
async fn the_acknowledgement_says_to_machines_what_rfc_3834_asks() {
    let office = Office::open().await;
    let answering = ["0@usagers.example.fr"];
    office.write(&Letter::new("1").answering(&answering)).await;
    let (mail, message) = office.letter().await;

    assert_eq!(mail.recipient, "jeanne@usagers.example.fr");
    assert_eq!(mail.envelope_from, "", "nothing can come back (RFC 3834 §3.3)");
    assert_eq!(message.header("Auto-Submitted"), Some("auto-replied"));
    assert_eq!(message.header("X-Auto-Response-Suppress"), Some("All"));
    assert_eq!(message.header("X-Releve-Case"), Some("2026-000001"));
    assert_eq!(message.header("Content-Language"), Some("fr"));
    assert_eq!(message.in_reply_to, ["1@usagers.example.fr"]);
    assert_eq!(message.references, ["0@usagers.example.fr", "1@usagers.example.fr"]);
    assert_eq!(message.from.as_ref().unwrap().email, "contact@prefecture.example.fr");
    assert_eq!(message.from.as_ref().unwrap().name, "Préfecture de la Charente-Atlantique");
    assert_eq!(
        (message.to[0].email.as_str(), message.to[0].name.as_str()),
        ("jeanne@usagers.example.fr", "Jeanne Martin")
    );
    assert_eq!(message.date, Some(at("2026-03-02T09:00:00Z")));
    let id = message.message_id.as_deref().unwrap();
    assert_eq!(id, mail.message_id);
    assert!(id.starts_with("2026-000001.") && id.ends_with("@prefecture.example.fr"), "{id}");
    assert_eq!(message.part_types, ["multipart/alternative", "text/plain", "text/html"]);
    assert_eq!(message.attachments, []);
    for field in ["Reply-To", "Disposition-Notification-To", "Return-Receipt-To", "Precedence"] {
        assert_eq!(message.header(field), None, "{field}");
    }
}

#[tokio::test]
async fn the_acknowledgement_bears_every_element_of_crpa_r112_11_1() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let (_, message) = office.letter().await;
    assert_eq!(message.subject, "Nous avons bien reçu votre message – 2026-000001");
    for element in [
        "le lundi 2 mars 2026 à 10 h 00",   // 1°: date of reception, in the prefecture's zone
        "Bureau de la relation à l'usager", // 2°: the service in charge
        "accueil@prefecture.example.fr",    // 2°: its electronic
        "38 rue des Sternes, 17000 Port-Atlantique", // 2°: and postal address
        "05 36 49 00 10",                   // 2°: its telephone
        "Préfecture de la Charente-Atlantique",
        "2026-000001",
        "au plus tard le lundi 9 mars 2026",
        "5 jours ouvrés",
        "contact@prefecture.example.fr",
    ] {
        assert!(message.text.contains(element), "« {element} » is missing in\n{}", message.text);
    }
    assert!(!message.text.contains("{{") && !message.text.contains("considérée comme rejetée"), "{}", message.text);
}

#[tokio::test]
async fn a_complaint_is_told_when_silence_means_rejection() {
    let office = Office::open().await;
    office
        .write(
            &Letter::new("1").subject("Réclamation").body("Je vous adresse une réclamation : c'est inadmissible.\r\n"),
        )
        .await;
    let (_, message) = office.letter().await;
    let complaint = office.case("2026-000001").await.summary.kind == Kind::Complaint;
    assert_eq!(message.text.contains("rejetée le samedi 2 mai 2026"), complaint, "{}", message.text);
}

#[tokio::test]
async fn the_same_message_always_gets_the_same_id_and_another_one_never() {
    let mut ids = Vec::new();
    for letter in [Letter::new("1"), Letter::new("1"), Letter::new("2")] {
        let office = Office::open().await;
        // The key of the ids is another one in each database; here it is to be the same.
        office.fixture.store.secret("message-ids", &[7; 32]).await.unwrap();
        office.write(&letter).await;
        ids.push(office.letter().await.0.message_id);
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
}

#[tokio::test]
async fn an_english_message_is_answered_in_french_and_in_english() {
    let office = Office::open().await;
    let body = "Hello,\r\n\r\nI would like to know how to renew my residence permit, and which documents you need.\r\n";
    office.write(&Letter::new("1").subject("Residence permit").body(body)).await;
    let (_, message) = office.letter().await;
    let text = &message.text;
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("« {words} » is missing in\n{text}"));
    assert!(place("The English text is below") < place("Nous avons bien reçu"));
    assert!(place("Nous avons bien reçu") < place("We received your message on Monday 2 March 2026 at 10:00"));
    assert_eq!(office.case("2026-000001").await.messages[0].language, "en");
}

/// Nobody is written to, and the case says why. A test of its own for each reason.
async fn not_acknowledged(office: &Office, letter: &Letter, reason: &str) {
    let tally = office.write(letter).await;
    assert_eq!((tally.cases, tally.acknowledged), (1, 0), "{reason}");
    assert!(office.leaving().await.is_empty(), "{reason}");
    let case = office.case("2026-000001").await;
    assert_eq!((case.messages[0].acknowledged, case.messages[0].reason.as_str()), (false, reason));
    assert_eq!((case.summary.acknowledged_at, case.events[1].detail.as_str()), (None, reason));
    assert_eq!(office.history("2026-000001").await, ["opened", "not_acknowledged"]);
}

#[tokio::test]
async fn what_came_before_the_activation_is_not_acknowledged() {
    let mut office = Office::open().await;
    office.activated_at = at("2026-03-02T09:00:00.001Z");
    not_acknowledged(&office, &Letter::new("1"), "reçu avant la mise en service de la boîte").await;
    office.activated_at = at("2026-03-02T09:00:00Z");
    assert_eq!(office.write(&Letter::new("2")).await.acknowledged, 1, "from the instant itself on");
}

#[tokio::test]
async fn acknowledgements_can_be_switched_off() {
    let office = Office::with("enabled = false").await;
    let reason = "les accusés de réception sont désactivés dans la configuration";
    not_acknowledged(&office, &Letter::new("1"), reason).await;
}

#[tokio::test]
async fn an_address_that_no_relay_takes_is_not_written_to() {
    for from in ["jeanne@localhost", "jeanne@exämple.fr"] {
        let office = Office::open().await;
        let letter = Letter::new("1").from(from);
        not_acknowledged(&office, &letter, "l'adresse du correspondant ne permet pas d'envoyer un message").await;
    }
    for from in ["\"a b\"@usagers.example.fr", "Jeanne", "@", ""] {
        let office = Office::open().await;
        let reason = "Aucune adresse d'expéditeur utilisable : il n'y a personne à qui répondre.";
        not_acknowledged(&office, &Letter::new("1").from(from), reason).await;
    }
}

#[tokio::test]
async fn a_template_with_a_hole_sends_nothing() {
    let hole = "+++\nsubject = \"Reçu {{case.reference}}\"\n+++\n{{service.name}}, {{service.email}}, {{service.phone}}\n\n\
                {{case.reference}}, {{received.date}}, {{deadline.date}}. Voir {{prefecture.website}}.\n{{received.date}} \
                {{deadline.date}} {{case.reference}} {{service.name}} {{service.email}} {{service.phone}}\n";
    let office = Office::by(policy(config("", "17"), &[("default.fr.hbs", hole)])).await;
    let reason = "le modèle d'accusé de réception est incomplet : templates/acknowledgement/default.fr.hbs:6 : la \
                  variable « prefecture.website » est vide ; renseignez-la ou placez ce passage dans un \
                  {{#if prefecture.website}}";
    not_acknowledged(&office, &Letter::new("1"), reason).await;
}

#[tokio::test]
async fn the_envelope_may_bear_the_mailbox() {
    let office = Office::with("envelope = \"mailbox\"").await;
    office.write(&Letter::new("1")).await;
    assert_eq!(office.letter().await.0.envelope_from, "contact@prefecture.example.fr");
}

#[tokio::test]
async fn a_form_speaks_for_the_person_behind_it() {
    let office = Office::with("form_senders = [\"formulaire@sites.example.fr\"]").await;
    let letter = Letter::new("1").from("Formulaire <formulaire@sites.example.fr>");
    office
        .write(
            &letter.header("Reply-To: Paul Durand <Paul@Usagers.example.fr>").header("Auto-Submitted: auto-generated"),
        )
        .await;
    let case = office.case("2026-000001").await;
    assert_eq!((case.summary.channel, case.summary.correspondent.as_str()), (Channel::Form, "paul@usagers.example.fr"));
    assert_eq!(office.letter().await.0.recipient, "paul@usagers.example.fr");
}

#[tokio::test]
async fn a_letter_without_id_or_with_a_strange_one_is_answered_all_the_same() {
    for id in ["", "sans arobase", "é@x", "a<b@x"] {
        let office = Office::open().await;
        let letter = Letter { id: id.into(), ..Letter::new("1") };
        assert_eq!(office.write(&letter).await.acknowledged, 1, "{id}");
        let (mail, message) = office.letter().await;
        assert!(message.in_reply_to.is_empty() && message.references.is_empty(), "{id}: {:?}", message.references);
        assert!(mail.bytes.is_ascii(), "{id}");
    }
}

#[tokio::test]
async fn whatever_stands_in_a_name_or_a_subject_the_answer_has_its_own_header_and_nothing_else() {
    let office = Office::open().await;
    let name = "=?utf-8?Q?Jeanne=0D=0ABcc=3A_tous=40example=2Efr?= <jeanne@usagers.example.fr>";
    office.write(&Letter::new("1").from(name).subject("=?utf-8?Q?a=0D=0AX-Evil=3A_1?=")).await;
    let (_, message) = office.letter().await;
    assert_eq!((message.header("Bcc"), message.header("X-Evil")), (None, None));
    assert_eq!(message.to.iter().map(|to| to.email.as_str()).collect::<Vec<_>>(), ["jeanne@usagers.example.fr"]);
}
