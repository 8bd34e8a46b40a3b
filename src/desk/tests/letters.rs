//! What the correspondent is told: the letter, the case and its clocks together, or nothing at all.

use std::collections::BTreeMap;

use jiff::civil::date;

use crate::{
    case::{Disposition, Purpose, State},
    desk::{
        ActError, Step, Wording,
        testing::{Letter, Office},
    },
    mail,
    store::{CaseDetail, Outgoing, testing::at},
};

const FIRST: &str = "2026-000001";
const NOE: &str = "noe@prefecture.example.fr";
const INES: &str = "ines@prefecture.example.fr";

fn model(name: &str) -> Wording {
    Wording { model: Some(name.into()), ..Wording::default() }
}

fn filled(name: &str, blanks: &[(&str, &str)]) -> Wording {
    let blanks = blanks.iter().map(|(blank, text)| ((*blank).into(), (*text).into()));
    Wording { blanks: blanks.collect::<BTreeMap<_, _>>(), ..model(name) }
}

fn free(text: &str) -> Wording {
    Wording { text: Some(text.into()), ..Wording::default() }
}

/// An office in which Jeanne's question was acknowledged, and the acknowledgement has left.
async fn asked() -> Office {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    office
}

fn read(mail: &Outgoing) -> mail::Message {
    mail::parse(&mail.bytes, &mail::Limits::default()).unwrap()
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, ActError>) -> String {
    outcome.unwrap_err().to_string()
}

fn running(case: &CaseDetail, purpose: Purpose) -> usize {
    case.clocks.iter().filter(|clock| clock.purpose == purpose && clock.ended_at.is_none()).count()
}

#[tokio::test]
async fn an_answer_leaves_in_the_thread_signed_and_ends_the_case_with_its_version() {
    let office = asked().await;
    let stepped = office.desk.take(FIRST, &Step::Answer(model("accueil-horaires")), NOE).await.unwrap();
    assert_eq!((stepped.case.state, stepped.case.answered_at), (State::Answered, Some(office.desk.now())));
    let (mail, message) = office.letter().await;
    assert_eq!(
        (mail.recipient.as_str(), mail.envelope_from.as_str()),
        ("jeanne@usagers.example.fr", "contact@prefecture.example.fr")
    );
    assert_eq!(message.in_reply_to, ["1@usagers.example.fr"]);
    assert_eq!(message.references.len(), 2, "the question and the acknowledgement: {:?}", message.references);
    assert_eq!(message.header("Auto-Submitted"), None, "a person wrote it");
    assert_eq!(message.header("X-Releve-Case"), Some(FIRST));
    assert!(message.text.starts_with("Bonjour Jeanne Martin,"), "{}", message.text);
    for line in [
        "Noé Perrin",
        "Chargé d'accueil",
        "Bureau de la relation à l'usager",
        "38 rue des Sternes",
        "05 36 49 00 10",
        FIRST,
    ] {
        assert!(message.text.contains(line), "{line}: {}", message.text);
    }
    let case = office.case(FIRST).await;
    let reply = &case.replies[0].letter;
    assert_eq!(
        (reply.model.as_str(), reply.version, reply.edited, reply.signed_by.as_str()),
        ("accueil-horaires", 1, false, NOE)
    );
    assert!(reply.place > 0, "it was among the suggestions");
    assert_eq!((running(&case, Purpose::Answer), running(&case, Purpose::Receipt)), (0, 0));
    assert_eq!(office.history(FIRST).await.last(), Some(&"answered"));
    assert!(
        refusal(office.desk.take(FIRST, &Step::Answer(model("accueil-horaires")), NOE).await).contains("rouvrez-la")
    );
    assert_eq!(office.leaving().await.len(), 1, "once");
}

#[tokio::test]
async fn what_an_agent_changed_is_kept_as_it_left() {
    let office = asked().await;
    let text = "Bonjour,\n\nNous ouvrons demain à 9 heures.\n\nCordialement,";
    let wording = Wording { text: Some(text.into()), ..model("accueil-horaires") };
    office.desk.take(FIRST, &Step::Answer(wording), NOE).await.unwrap();
    let reply = office.case(FIRST).await.replies.remove(0).letter;
    assert!(reply.edited && reply.text.starts_with(text) && reply.text.contains("Noé Perrin"), "{}", reply.text);
}

#[tokio::test]
async fn nothing_leaves_that_is_not_whole() {
    let office = asked().await;
    let desk = &office.desk;
    let answer = async |wording: Wording, by: &str| refusal(desk.take(FIRST, &Step::Answer(wording), by).await);
    assert!(answer(Wording::default(), NOE).await.contains("choisissez une réponse type"));
    assert!(answer(model("nulle-part"), NOE).await.contains("« nulle-part »"));
    assert!(answer(model("titre-sejour-suivi"), NOE).await.contains("--fill"));
    assert!(
        answer(filled("accueil-horaires", &[("couleur", "bleu")]), NOE).await.contains("ne demande pas « couleur »")
    );
    assert!(answer(model("accueil-horaires"), "ligne de commande").await.contains("la signature est incomplète"));
    assert!(answer(free("Bonjour,\n\nXXX\n\nCordialement,"), NOE).await.contains("« XXX »"));
    assert!(answer(free("  "), NOE).await.contains("vide"));
    let seen = Wording { to: Some("paul@usagers.example.fr".into()), ..model("accueil-horaires") };
    assert!(answer(seen, NOE).await.contains("n'est plus celui que vous avez vu"));
    office.clock.set(at("2028-01-03T09:00:00Z"));
    assert!(answer(model("accueil-horaires"), NOE).await.contains("n'est plus valable depuis le"));
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, case.replies.len()), (State::Open, 0));
    assert_eq!(office.leaving().await.len(), 0);
}

#[tokio::test]
async fn a_rehearsal_shows_everything_and_does_nothing() {
    let office = asked().await;
    let before = office.history(FIRST).await;
    let stepped = office.desk.rehearse(FIRST, &Step::Answer(free("Voyez l’ANTS.")), NOE).await.unwrap();
    let letter = stepped.letter.unwrap();
    assert_eq!(
        (letter.to.as_str(), letter.subject.as_str()),
        ("jeanne@usagers.example.fr", "Votre demande : Horaires du guichet – 2026-000001")
    );
    let remarks: Vec<_> = letter.reading.remarks.iter().map(|remark| remark.text.as_str()).collect();
    assert!(remarks.len() == 3 && remarks.iter().any(|text| text.contains("ANTS")), "{remarks:?}");
    assert_eq!(office.history(FIRST).await, before);
    assert_eq!((office.case(FIRST).await.summary.state, office.leaving().await.len()), (State::Open, 0));
}

#[tokio::test]
async fn a_name_is_withheld_only_where_the_configuration_says_so_and_the_history_tells() {
    let office = asked().await;
    office.desk.take(FIRST, &Step::Answer(model("accueil-horaires")), INES).await.unwrap();
    let case = office.case(FIRST).await;
    let reply = &case.replies[0].letter;
    assert!(
        reply.anonymous && reply.text.contains("agent n° 4217") && !reply.text.contains("Haddad"),
        "{}",
        reply.text
    );
    assert!(case.events.last().unwrap().detail.contains("signée sans nom"));
}

#[tokio::test]
async fn a_holding_reply_announces_its_date_and_is_sent() {
    let office = asked().await;
    let hold = |day| Step::Hold(day, filled("attente", &[("raison", "Nous attendons l’avis d’un autre service.")]));
    let stepped = office.desk.take(FIRST, &hold(date(2026, 3, 20)), NOE).await.unwrap();
    assert_eq!((stepped.case.state, stepped.case.holds), (State::Held, 1));
    let (_, message) = office.letter().await;
    assert!(
        message.text.contains("vendredi 20 mars 2026") && message.text.contains("Nous attendons"),
        "{}",
        message.text
    );
    assert!(refusal(office.desk.take(FIRST, &hold(date(2026, 3, 20)), NOE).await).contains("déjà annoncée"));
    office.desk.take(FIRST, &hold(date(2026, 3, 25)), NOE).await.unwrap();
    assert!(refusal(office.desk.take(FIRST, &hold(date(2026, 3, 30)), NOE).await).contains("réponse sur le fond"));
}

#[tokio::test]
async fn what_is_missing_is_asked_for_and_its_arrival_begins_the_promise_anew() {
    let office = asked().await;
    let ask = |pieces: &[&str]| Step::Ask {
        pieces: pieces.iter().map(|piece| (*piece).into()).collect(),
        until: date(2026, 3, 16),
        wording: Wording::default(),
    };
    assert!(refusal(office.desk.take(FIRST, &ask(&[" "]), NOE).await).contains("dites ce qui manque"));
    assert!(refusal(office.desk.take(FIRST, &ask(&["[à compléter]"]), NOE).await).contains("attend d'être remplacé"));
    let stepped = office.desk.take(FIRST, &ask(&["la copie du titre", "un justificatif"]), NOE).await.unwrap();
    assert_eq!(stepped.case.state, State::Asked);
    let (_, message) = office.letter().await;
    assert!(message.text.contains("- la copie du titre\n- un justificatif"), "{}", message.text);
    let case = office.case(FIRST).await;
    assert_eq!((running(&case, Purpose::Pieces), running(&case, Purpose::Answer)), (1, 1), "the answer is still owed");

    office.post().await;
    let again = office.desk.take(FIRST, &ask(&["la copie du titre", "un justificatif"]), NOE).await;
    assert!(refusal(again).contains("mot pour mot"));
    let thanks = Letter::new("3").answering(&["1@usagers.example.fr"]).body("Merci beaucoup, bonne journée.\r\n");
    office.write(&thanks).await;
    assert_eq!(office.case(FIRST).await.summary.state, State::Asked, "thanks are no pieces");
    office.clock.set(at("2026-03-10T09:00:00Z"));
    let reply = Letter::new("2").answering(&[&message.message_id.unwrap()]).body("Voici les pièces.\r\n");
    office.write(&reply).await;
    let case = office.case(FIRST).await;
    assert_eq!(
        (case.summary.state, running(&case, Purpose::Pieces), running(&case, Purpose::Answer)),
        (State::Open, 0, 1)
    );
    assert_eq!(
        office.desk.policy().calendar.date(case.summary.due_at),
        date(2026, 3, 17),
        "five working days after they came"
    );
    assert_eq!(case.messages[2].disposition, Disposition::FollowUp);
}

#[tokio::test]
async fn a_day_that_was_announced_after_pieces_were_asked_for_outlives_their_arrival() {
    let office = asked().await;
    let ask =
        Step::Ask { pieces: vec!["un justificatif".into()], until: date(2026, 3, 16), wording: Wording::default() };
    office.desk.take(FIRST, &ask, NOE).await.unwrap();
    let hold = Step::Hold(date(2026, 3, 31), filled("attente", &[("raison", "Nous attendons un avis.")]));
    office.desk.take(FIRST, &hold, NOE).await.unwrap();
    office.write(&Letter::new("2").answering(&["1@usagers.example.fr"]).body("Voici le justificatif.\r\n")).await;
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, running(&case, Purpose::Pieces)), (State::Held, 0));
    assert_eq!(office.desk.policy().calendar.date(case.summary.due_at), date(2026, 3, 31));
    assert!(case.events.last().unwrap().detail.contains("demande de pièces"));
}

#[tokio::test]
async fn what_a_citizen_wrote_does_not_keep_the_answer_back() {
    let office = Office::open().await;
    office.write(&Letter::new("1").from("à compléter <jeanne@usagers.example.fr>").subject("Titre XXX {{x}}")).await;
    office
        .desk
        .take(
            FIRST,
            &Step::Answer(free(
                "Bonjour,\n\nVoici le formulaire à compléter [à partir du 1er avril] : todo está.\n\nCordialement,",
            )),
            NOE,
        )
        .await
        .unwrap();
}

#[tokio::test]
async fn a_case_whose_service_is_no_longer_described_goes_to_one_that_is() {
    let office = asked().await;
    office.fixture.run("UPDATE cases SET service = 'ancien'").await;
    assert!(
        refusal(office.desk.take(FIRST, &Step::Answer(model("accueil-horaires")), NOE).await)
            .contains("releve cases transfer")
    );
    assert_eq!(office.desk.transfer(FIRST, "accueil", "", NOE).await.unwrap().service, "accueil");
}

#[tokio::test]
async fn a_transfer_is_always_told_and_keeps_the_first_date() {
    let office = asked().await;
    let before = office.case(FIRST).await.summary.due_at;
    let case = office.desk.transfer(FIRST, "sejour", "titre de séjour", "helene").await.unwrap();
    assert_eq!((case.service.as_str(), case.due_at), ("sejour", before));
    let (_, message) = office.letter().await;
    assert!(
        message.text.contains("Bureau du séjour") && message.text.contains("lundi 9 mars 2026"),
        "{}",
        message.text
    );
    assert_eq!(office.history(FIRST).await[3..], ["transferred", "transfer_told"]);
}

#[tokio::test]
async fn who_has_no_address_is_to_be_told_by_other_means() {
    let office = Office::open().await;
    office.write(&Letter::new("1").header("Reply-To: <>").from("Jeanne <jeanne>")).await;
    office.desk.transfer(FIRST, "sejour", "", "helene").await.unwrap();
    let case = office.case(FIRST).await;
    assert!(case.events.last().unwrap().detail.contains("prévenez l'usager par un autre moyen"));
    assert!(
        refusal(office.desk.take(FIRST, &Step::Answer(model("accueil-horaires")), NOE).await).contains("--outside")
    );
}

#[tokio::test]
async fn what_is_another_administration_s_is_sent_on_as_it_came_and_the_person_is_told() {
    let office = asked().await;
    let step = |email: &str| Step::HandOver {
        administration: "la mairie de Port-Atlantique".into(),
        email: Some(email.into()),
        why: String::new(),
        wording: Wording::default(),
    };
    assert!(refusal(office.desk.take(FIRST, &step("pas une adresse"), NOE).await).contains("n'en est pas une"));
    let stepped = office.desk.take(FIRST, &step("mairie@commune.example.fr"), NOE).await.unwrap();
    assert_eq!(stepped.case.state, State::Transferred);
    let mut mails = office.leaving().await;
    mails.sort_by(|a, b| a.recipient.cmp(&b.recipient));
    let [told, on] = &mails[..] else { panic!("two mails: {}", mails.len()) };
    assert!(read(told).text.contains("la mairie de Port-Atlantique") && told.recipient == "jeanne@usagers.example.fr");
    let enclosed = read(on).attachments;
    assert_eq!(
        (on.recipient.as_str(), enclosed.len(), enclosed[0].size),
        ("mairie@commune.example.fr", 1, Letter::new("1").octets().len() as u64)
    );
    // What is sent on is in no thread of the correspondent, and what comes of it reopens nothing.
    office.post().await;
    assert_eq!(office.case(FIRST).await.summary.state, State::Transferred);
}

#[tokio::test]
async fn what_agents_choose_is_suggested_for_its_like() {
    let office = Office::open().await;
    let ask = async |number: usize| {
        let from = format!("P{number} <p{number}@usagers.example.fr>");
        let letter =
            Letter::new(&number.to_string()).subject("Borne bleue").body("Où est la borne de retrait bleue ?\r\n");
        office.write(&letter.from(&from)).await;
        let reference = format!("2026-{number:06}");
        let offered = office.desk.suggest(&reference).await.unwrap();
        (reference, offered.iter().any(|one| one.template == "certificat-air"))
    };
    let (_, before) = ask(1).await;
    for number in 2..32 {
        let (reference, _) = ask(number).await;
        office.desk.take(&reference, &Step::Answer(model("certificat-air")), NOE).await.unwrap();
    }
    let (_, after) = ask(32).await;
    assert_eq!((before, after), (false, true), "thirty agents chose it for the same words");
}

#[tokio::test]
async fn a_note_says_what_it_says_and_changes_nothing() {
    let office = asked().await;
    office.desk.add_note(FIRST, "A appelé ce matin.", NOE).await.unwrap();
    assert!(refusal(office.desk.add_note(FIRST, " ", NOE).await).contains("vide"));
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, case.events.last().unwrap().detail.as_str()), (State::Open, "A appelé ce matin."));
}
