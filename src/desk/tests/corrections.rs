//! What a case is, or how it came, is corrected: what follows is counted again, and before and after are kept.

use crate::{
    case::{Channel, EventKind, Kind, Purpose, State, Topic},
    desk::{
        Correction,
        testing::{Letter, Office},
    },
    store::{CaseDetail, testing::at},
};

const FIRST: &str = "2026-000001";
const BY: &str = "helene";

async fn office(rules: &str) -> Office {
    let office = Office::with(rules).await;
    office.write(&Letter::new("1")).await;
    office
}

const COMPLAINTS: &str =
    "[[deadline]]\nchannel = \"email\"\nkind = \"complaint\"\ndays = 3\nunit = \"working\"\nsource = \"Charte\"\n";

fn told(case: &CaseDetail, kind: EventKind) -> Vec<&str> {
    case.events.iter().filter(|event| event.kind == kind).map(|event| event.detail.as_str()).collect()
}

#[tokio::test]
async fn another_kind_has_its_own_deadline_and_a_complaint_its_silence() {
    let office = office(COMPLAINTS).await;
    let correction = Correction { kind: Some(Kind::Complaint), ..Correction::default() };
    let case = office.desk.reclassify(FIRST, &correction, BY).await.unwrap();
    assert_eq!((case.due_at, case.delay.as_str()), (at("2026-03-05T22:59:59Z"), "3 jours ouvrés"));
    let detail = office.case(FIRST).await;
    assert_eq!(told(&detail, EventKind::Reclassified), ["nature : demande d'information → réclamation"]);
    assert_eq!(told(&detail, EventKind::Deadline), ["du lundi 9 mars 2026 au jeudi 5 mars 2026 (3 jours ouvrés)"]);
    let running: Vec<_> = detail.clocks.iter().filter(|clock| clock.ended_at.is_none()).collect();
    let purposes: Vec<_> = running.iter().map(|clock| clock.purpose).collect();
    assert_eq!(purposes, [Purpose::Receipt, Purpose::Acknowledgement, Purpose::Answer, Purpose::Silence]);
    assert!(running[2].drives);
    assert_eq!(detail.clocks[0].ended_why, "classement ou réception corrigés");

    let correction = Correction { kind: Some(Kind::Suggestion), ..Correction::default() };
    office.desk.reclassify(FIRST, &correction, BY).await.unwrap();
    let detail = office.case(FIRST).await;
    let running = detail.clocks.iter().filter(|clock| clock.ended_at.is_none());
    assert!(running.clone().all(|clock| clock.purpose != Purpose::Silence), "no silence without a complaint");
    assert_eq!(running.filter(|clock| clock.purpose == Purpose::Answer).count(), 1);
}

#[tokio::test]
async fn another_date_of_reception_moves_every_clock() {
    let office = office("").await;
    let correction = Correction { received_at: Some(at("2026-02-27T09:00:00Z")), ..Correction::default() };
    let case = office.desk.reclassify(FIRST, &correction, BY).await.unwrap();
    assert_eq!((case.received_at, case.due_at), (at("2026-02-27T09:00:00Z"), at("2026-03-06T22:59:59Z")));
    let detail = office.case(FIRST).await;
    let running = detail.clocks.iter().filter(|clock| clock.ended_at.is_none());
    let due: Vec<_> = running.map(|clock| clock.due_at.to_string()).collect();
    assert_eq!(due, ["2026-03-06T22:59:59Z", "2026-03-02T22:59:59Z", "2026-03-13T22:59:59Z"]);
    assert_eq!(
        told(&detail, EventKind::Reclassified),
        ["réception : lundi 2 mars 2026 à 10 h 00 → vendredi 27 février 2026 à 10 h 00"]
    );
    let refused = Correction { received_at: Some(at("2026-03-04T09:00:00Z")), ..Correction::default() };
    assert!(office.desk.reclassify(FIRST, &refused, BY).await.unwrap_err().to_string().contains("dans l'avenir"));
}

#[tokio::test]
async fn another_channel_has_its_own_delay_and_paper_no_receipt() {
    let office = office("").await;
    let correction = Correction { channel: Some(Channel::Letter), ..Correction::default() };
    let case = office.desk.reclassify(FIRST, &correction, BY).await.unwrap();
    assert_eq!(case.due_at, at("2026-03-16T22:59:59Z"));
    let running: Vec<_> =
        office.case(FIRST).await.clocks.into_iter().filter(|clock| clock.ended_at.is_none()).collect();
    assert_eq!(running.iter().map(|clock| clock.purpose).collect::<Vec<_>>(), [Purpose::Answer]);
}

#[tokio::test]
async fn another_mailbox_brings_its_service_unless_the_case_was_sent_elsewhere() {
    let office = office("").await;
    let to = |mailbox: &str| Correction { mailbox: Some(mailbox.into()), ..Correction::default() };
    let case = office.desk.reclassify(FIRST, &to("etrangers"), BY).await.unwrap();
    assert_eq!((case.mailbox.as_str(), case.service.as_str()), ("etrangers", "sejour"));
    let clocks = office.case(FIRST).await.clocks;
    assert_eq!(clocks.iter().filter(|clock| clock.drives && clock.ended_at.is_none()).count(), 1);
    office.desk.transfer(FIRST, "accueil", "", BY).await.unwrap();
    let case = office.desk.reclassify(FIRST, &to("contact"), BY).await.unwrap();
    assert_eq!((case.mailbox.as_str(), case.service.as_str()), ("contact", "accueil"));
    let unknown = office.desk.reclassify(FIRST, &to("permis"), BY).await.unwrap_err().to_string();
    assert!(unknown.ends_with("boîtes déclarées : contact, etrangers"), "{unknown}");
}

#[tokio::test]
async fn a_case_that_has_ended_is_corrected_for_the_figures_and_stays_ended() {
    let office = office(COMPLAINTS).await;
    office.clock.set(at("2026-03-06T09:00:00Z"));
    office.desk.answered_outside(FIRST, at("2026-03-06T09:00:00Z"), "", BY).await.unwrap();
    let correction = Correction { kind: Some(Kind::Complaint), ..Correction::default() };
    let case = office.desk.reclassify(FIRST, &correction, BY).await.unwrap();
    assert_eq!(case.state, State::Answered);
    let detail = office.case(FIRST).await;
    assert!(detail.clocks.iter().all(|clock| clock.ended_at.is_some() && !clock.drives));
    let answers: Vec<_> = detail.clocks.iter().filter(|clock| clock.purpose == Purpose::Answer).collect();
    assert_eq!(answers[0].met_at, None, "what was replaced counts no more");
    let met = answers[1].met_at.unwrap();
    assert!(met == at("2026-03-06T09:00:00Z") && met > answers[1].due_at, "in time as a question, late as a complaint");
}

#[tokio::test]
async fn an_announced_date_stays_what_was_announced() {
    let office = office(COMPLAINTS).await;
    let until = jiff::civil::date(2026, 3, 27);
    office.desk.held_outside(FIRST, until, at("2026-03-02T09:00:00Z"), BY).await.unwrap();
    let correction = Correction { kind: Some(Kind::Complaint), ..Correction::default() };
    let case = office.desk.reclassify(FIRST, &correction, BY).await.unwrap();
    assert_eq!((case.state, case.due_at), (State::Held, at("2026-03-27T22:59:59Z")));
    let clocks = office.case(FIRST).await.clocks;
    let driving: Vec<_> = clocks.iter().filter(|clock| clock.drives).collect();
    assert_eq!((driving.len(), driving[0].purpose), (1, Purpose::Announced));
}

#[tokio::test]
async fn nothing_to_correct_is_told() {
    let office = office("").await;
    for correction in [
        Correction::default(),
        Correction { kind: Some(Kind::Information), topic: Some(Topic::Reception), ..Correction::default() },
    ] {
        let case = office.case(FIRST).await.summary;
        let correction = Correction { topic: correction.topic.map(|_| case.topic), ..correction };
        let refused = office.desk.reclassify(FIRST, &correction, BY).await.unwrap_err().to_string();
        assert_eq!(refused, "rien à corriger : la demande est déjà ainsi");
    }
}
