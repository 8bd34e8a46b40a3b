//! After an answer: thanks, another question, and an answer that did not arrive.

use crate::{
    case::{Purpose, State},
    desk::{
        Outcome, Step, Wording,
        testing::{Letter, Office, bounce},
    },
    store::{Outgoing, testing::at},
};

const FIRST: &str = "2026-000001";
const NOE: &str = "noe@prefecture.example.fr";

/// An office whose first case was answered; the answer, which has left.
async fn answered() -> (Office, Outgoing) {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.desk.assign(FIRST, Some(NOE), "helene").await.unwrap();
    office.post().await;
    office.clock.set(at("2026-03-04T09:00:00Z"));
    let wording = Wording { model: Some("accueil-horaires".into()), ..Wording::default() };
    office.desk.take(FIRST, &Step::Answer(wording), NOE).await.unwrap();
    let (mail, _) = office.letter().await;
    office.desk.delivered(&mail, &Outcome::Sent { answer: "250 ok".into() }).await.unwrap();
    (office, mail)
}

/// The first case goes to another administration; the mail that carries it.
async fn handed_over(office: &Office) -> Outgoing {
    let step = Step::HandOver {
        administration: "la mairie de Port-Atlantique".into(),
        email: Some("mairie@commune.example.fr".into()),
        why: String::new(),
        wording: Wording::default(),
    };
    office.desk.take(FIRST, &step, NOE).await.unwrap();
    let mails = office.leaving().await;
    mails.into_iter().find(|mail| mail.recipient == "mairie@commune.example.fr").unwrap()
}

async fn writes(office: &Office, answer: &Outgoing, text: &str) -> State {
    office.clock.set(at("2026-03-04T15:00:00Z"));
    office.write(&Letter::new("2").subject("Re: votre réponse").answering(&[&answer.message_id]).body(text)).await;
    office.case(FIRST).await.summary.state
}

#[tokio::test]
async fn thanks_open_nothing_again() {
    let (office, answer) = answered().await;
    assert_eq!(
        writes(&office, &answer, "Merci beaucoup pour votre réponse rapide, bonne journée.\r\n").await,
        State::Answered
    );
    let case = office.case(FIRST).await;
    assert!(case.events.last().unwrap().detail.contains("reste close"), "{}", case.events.last().unwrap().detail);
    assert_eq!(case.messages.len(), 2, "they are kept");
}

#[tokio::test]
async fn a_further_question_opens_the_case_again() {
    let (office, answer) = answered().await;
    let text = "Merci pour votre réponse. Et le samedi, est-ce que le guichet est ouvert ?\r\n";
    assert_eq!(writes(&office, &answer, text).await, State::Open);
    assert_eq!(office.history(FIRST).await.last(), Some(&"reopened"));
}

#[tokio::test]
async fn an_answer_that_comes_back_is_no_answer_and_its_agent_is_told() {
    let (office, answer) = answered().await;
    let before = office.case(FIRST).await;
    office.clock.set(at("2026-03-04T10:00:00Z"));
    office.deliver("contact", bounce(&answer)).await;
    office.receive().await;
    let case = office.case(FIRST).await;
    let summary = &case.summary;
    assert_eq!((summary.state, summary.answered_at, summary.ended_at), (State::Open, None, None));
    assert!(summary.came_back && case.replies[0].came_back_at.is_some());
    assert_eq!(summary.due_at, before.summary.due_at, "the promise is what it was");
    assert_eq!(
        case.clocks.iter().filter(|clock| clock.purpose == Purpose::Answer && clock.ended_at.is_none()).count(),
        1
    );
    assert_eq!(office.history(FIRST).await[5..], ["sent", "bounced", "reopened"]);

    let told = office.watch_at("2026-03-04T10:00:00Z").await;
    let to_noe: Vec<_> = told.iter().filter(|(recipient, _)| recipient == "noe").collect();
    assert_eq!(to_noe.len(), 1, "{told:?}");
    let warned = office.case(FIRST).await.warnings;
    assert!(warned.iter().any(|warning| warning.step == "returned"), "{warned:?}");
    // The same bounce once more changes nothing.
    let again = String::from_utf8(bounce(&answer)).unwrap().replace("bounce@mx", "bounce-2@mx");
    office.deliver("contact", again).await;
    office.receive().await;
    assert_eq!(office.history(FIRST).await.iter().filter(|kind| **kind == "reopened").count(), 1);

    let wording = Wording { model: Some("accueil-horaires".into()), ..Wording::default() };
    let case = office.desk.take(FIRST, &Step::Answer(wording), NOE).await.unwrap().case;
    assert!(!case.came_back && case.state == State::Answered);
}

#[tokio::test]
async fn an_answer_that_the_relay_refuses_is_no_answer_either() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    let wording = Wording { model: Some("accueil-horaires".into()), ..Wording::default() };
    office.desk.take(FIRST, &Step::Answer(wording), NOE).await.unwrap();
    let (mail, _) = office.letter().await;
    office.desk.delivered(&mail, &Outcome::Refused { why: "550 boîte inconnue".into() }).await.unwrap();
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, case.summary.came_back), (State::Open, true));
    assert!(case.events.iter().any(|event| event.detail == "réponse : 550 boîte inconnue"));
}

#[tokio::test]
async fn a_holding_reply_that_comes_back_wakes_its_agent_and_its_date_stands() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    let raison = ("raison".to_owned(), "Nous attendons un avis.".to_owned());
    let wording = Wording { blanks: [raison].into(), ..Wording::default() };
    office.desk.take(FIRST, &Step::Hold(jiff::civil::date(2026, 3, 20), wording), NOE).await.unwrap();
    let (mail, _) = office.letter().await;
    office.post().await;
    office.deliver("contact", bounce(&mail)).await;
    office.receive().await;
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, case.summary.came_back), (State::Held, true));
    assert_eq!(office.desk.policy().calendar.date(case.summary.due_at), jiff::civil::date(2026, 3, 20));
}

#[tokio::test]
async fn a_report_that_says_delivered_is_no_bounce() {
    for action in ["delivered", "relayed", "delayed"] {
        let (office, answer) = answered().await;
        let report = String::from_utf8(bounce(&answer)).unwrap();
        let report = report
            .replace("Action: failed", &format!("Action: {action}"))
            .replace("Status: 5.1.1", "Status: 2.0.0")
            .replace("Undelivered Mail Returned to Sender", "Mail report")
            .replace("User unknown", "See below");
        office.deliver("contact", report).await;
        office.receive().await;
        let case = office.case(FIRST).await.summary;
        assert_eq!((case.state, case.came_back), (State::Answered, false), "{action}");
    }
}

#[tokio::test]
async fn an_earlier_answer_that_comes_back_late_undoes_no_later_one() {
    let (office, answer) = answered().await;
    office.clock.set(at("2026-03-05T09:00:00Z"));
    office.desk.reopen(FIRST, "", NOE).await.unwrap();
    let wording = Wording { model: Some("accueil-horaires".into()), ..Wording::default() };
    office.desk.take(FIRST, &Step::Answer(wording), NOE).await.unwrap();
    office.deliver("contact", bounce(&answer)).await;
    office.receive().await;
    let case = office.case(FIRST).await.summary;
    assert_eq!((case.state, case.came_back), (State::Answered, false));
}

#[tokio::test]
async fn what_did_not_reach_the_other_administration_comes_back_to_us() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let due = office.case(FIRST).await.summary.due_at;
    office.post().await;
    let carried = handed_over(&office).await;
    office.desk.delivered(&carried, &Outcome::Refused { why: "550 boîte inconnue".into() }).await.unwrap();
    let case = office.case(FIRST).await.summary;
    assert_eq!((case.state, case.due_at, case.came_back), (State::Open, due, true));
}

#[tokio::test]
async fn what_the_other_administration_answers_opens_nothing_of_the_citizen_s() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let carried = handed_over(&office).await;
    let reply = Letter::new("9").from("Mairie <mairie@commune.example.fr>").answering(&[&carried.message_id]);
    office.write(&reply.subject("Re: Transmission").body("Bien reçu, mais ce n'est pas de notre ressort.\r\n")).await;
    assert_eq!(office.case(FIRST).await.summary.state, State::Transferred);
    let own = office.case("2026-000002").await;
    assert_eq!(own.summary.state, State::Open, "somebody reads it");
    assert!(own.events.iter().any(|event| event.kind.word() == "join_proposed" && event.detail.contains(FIRST)));
}
