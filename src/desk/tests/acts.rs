//! What people do to a case, and what it does to its state, its dates and its clocks.

use jiff::civil::date;

use crate::{
    case::{Channel, Closing, Kind, Purpose, Scope, State, Topic},
    desk::{
        ActError, Entered,
        testing::{Letter, Office},
    },
    store::testing::at,
};

const FIRST: &str = "2026-000001";
const NOE: &str = "noe@prefecture.example.fr";

fn refusal<T: std::fmt::Debug>(outcome: Result<T, ActError>) -> String {
    outcome.unwrap_err().to_string()
}

/// An office with one case, received on Monday 2 March at ten.
async fn office() -> Office {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office
}

#[tokio::test]
async fn a_case_is_given_to_an_agent_of_its_service_and_to_nobody_else() {
    let office = office().await;
    let desk = &office.desk;
    assert_eq!(desk.assign(FIRST, Some("Noe@Prefecture.example.fr"), "helene").await.unwrap().agent, NOE);
    assert_eq!(
        refusal(desk.assign(FIRST, Some("ines@prefecture.example.fr"), "helene").await),
        "« ines@prefecture.example.fr » n'est pas du service « accueil » ; agents et responsables déclarés : \
         noe@prefecture.example.fr, lea@prefecture.example.fr, helene@prefecture.example.fr"
    );
    assert!(refusal(desk.assign(FIRST, Some(NOE), "helene").await).contains("rien ne change"));
    assert_eq!(desk.assign(FIRST, None, "helene").await.unwrap().agent, "");
    assert_eq!(
        refusal(desk.assign("2026-999999", None, "helene").await),
        "aucune demande ne porte la référence « 2026-999999 » (ligne de commande : releve cases list les montre)"
    );
    assert_eq!(office.history(FIRST).await, ["opened", "acknowledged", "assigned", "assigned"]);
}

#[tokio::test]
async fn an_answer_given_outside_ends_the_case_on_its_own_date() {
    let office = office().await;
    office.clock.set(at("2026-03-11T09:00:00Z"));
    let desk = &office.desk;
    assert!(refusal(desk.answered_outside(FIRST, at("2026-03-12T09:00:00Z"), "", NOE).await).contains("dans l'avenir"));
    assert!(
        refusal(desk.answered_outside(FIRST, at("2026-03-01T09:00:00Z"), "", NOE).await).contains("avant la réception")
    );
    let case = desk.answered_outside(FIRST, at("2026-03-06T11:00:00Z"), "courriel", NOE).await.unwrap();
    assert_eq!(case.state, State::Answered);
    let answered = Some(at("2026-03-06T11:00:00Z"));
    assert_eq!((case.first_reply_at, case.answered_at, case.ended_at), (answered, answered, answered));

    let detail = office.case(FIRST).await;
    assert!(detail.clocks.iter().all(|clock| clock.met_at == answered && !clock.drives));
    let event = detail.events.last().unwrap();
    assert_eq!(
        (event.actor.as_str(), event.detail.as_str()),
        (NOE, "répondue hors de releve le vendredi 6 mars 2026, 4 jours ouvrés après la réception ; courriel")
    );
    assert_eq!(
        refusal(desk.answered_outside(FIRST, at("2026-03-06T11:00:00Z"), "", NOE).await),
        "cette demande est répondue ; rouvrez-la d'abord (ligne de commande : releve cases reopen)"
    );
}

#[tokio::test]
async fn an_answer_on_the_day_of_reception_is_never_before_it() {
    let office = office().await;
    let case = office.desk.answered_outside(FIRST, at("2026-03-02T08:00:00Z"), "", NOE).await.unwrap();
    assert_eq!(case.answered_at, Some(at("2026-03-02T09:00:00Z")));
}

#[tokio::test]
async fn a_holding_reply_announces_a_date_twice_at_most_and_both_rates_can_be_told() {
    let office = office().await;
    let desk = &office.desk;
    assert!(
        refusal(desk.held_outside(FIRST, date(2026, 3, 2), at("2026-03-02T09:00:00Z"), NOE).await).contains("à venir")
    );
    office.clock.set(at("2026-03-05T09:00:00Z"));
    let case = desk.held_outside(FIRST, date(2026, 3, 20), at("2026-03-05T09:00:00Z"), NOE).await.unwrap();
    assert_eq!((case.state, case.due_at), (State::Held, at("2026-03-20T22:59:59Z")));
    assert_eq!(case.delay, "date annoncée le 05/03/2026");
    let again = desk.held_outside(FIRST, date(2026, 3, 20), at("2026-03-05T09:00:00Z"), NOE).await;
    assert!(refusal(again).contains("déjà annoncée"), "the same command twice is one holding reply");
    assert!(refusal(desk.held_outside(FIRST, date(2206, 3, 20), office.desk.now(), NOE).await).contains("bonne année"));
    let case = desk.held_outside(FIRST, date(2026, 3, 31), at("2026-03-05T09:00:00Z"), NOE).await.unwrap();
    assert_eq!((case.holds, case.due_at), (2, at("2026-03-31T21:59:59Z")));
    assert!(
        refusal(desk.held_outside(FIRST, date(2026, 4, 10), at("2026-03-05T09:00:00Z"), NOE).await)
            .contains("il lui faut une réponse sur le fond")
    );

    office.clock.set(at("2026-03-30T09:00:00Z"));
    let case = desk.answered_outside(FIRST, at("2026-03-30T09:00:00Z"), "", NOE).await.unwrap();
    assert_eq!(case.first_reply_at, Some(at("2026-03-05T09:00:00Z")), "in time, by a first reply of any kind");
    assert_eq!(case.answered_at, Some(at("2026-03-30T09:00:00Z")));
    let clocks = office.case(FIRST).await.clocks;
    let answer = clocks.iter().find(|clock| clock.purpose == Purpose::Answer).unwrap();
    assert!(answer.met_at.unwrap() > answer.due_at, "late, by the first reply on substance");
    let announced: Vec<_> = clocks.iter().filter(|clock| clock.purpose == Purpose::Announced).collect();
    assert_eq!((announced[0].met_at, announced[1].met_at.is_some()), (None, true));
    assert_eq!(announced[0].ended_why, "une autre date a été annoncée");
}

#[tokio::test]
async fn a_transfer_keeps_the_first_date_of_reception_and_begins_the_escalation_anew() {
    let office = office().await;
    let desk = &office.desk;
    desk.assign(FIRST, Some(NOE), "helene").await.unwrap();
    office.clock.set(at("2026-03-05T09:00:00Z"));
    assert!(refusal(desk.transfer(FIRST, "accueil", "", "helene").await).contains("déjà"));
    assert!(
        refusal(desk.transfer(FIRST, "permis", "", "helene").await).ends_with("services déclarés : accueil, sejour")
    );
    let case = desk.transfer(FIRST, "sejour", "titre de séjour", "helene").await.unwrap();
    assert_eq!((case.service.as_str(), case.agent.as_str(), case.state), ("sejour", "", State::Open));
    assert_eq!((case.received_at, case.due_at), (at("2026-03-02T09:00:00Z"), at("2026-03-09T22:59:59Z")));
    let clocks = office.case(FIRST).await.clocks;
    let answers: Vec<_> = clocks.iter().filter(|clock| clock.purpose == Purpose::Answer).collect();
    assert_eq!((answers.len(), answers[0].drives, answers[1].drives), (2, false, true));
    assert_eq!(answers[0].due_at, answers[1].due_at);
    assert_eq!(answers[0].days, answers[1].days);
}

#[tokio::test]
async fn what_goes_to_another_administration_is_no_longer_ours() {
    let office = office().await;
    let desk = &office.desk;
    assert!(
        refusal(desk.handed_over_outside(FIRST, " ", at("2026-03-02T09:00:00Z"), "", NOE).await).contains("nommez")
    );
    let case = desk
        .handed_over_outside(FIRST, "la mairie de Port-Atlantique", at("2026-03-02T09:00:00Z"), "", NOE)
        .await
        .unwrap();
    assert_eq!((case.state, case.answered_at), (State::Transferred, None));
    assert!(case.first_reply_at.is_some(), "the correspondent was told");
    let clocks = office.case(FIRST).await.clocks;
    assert!(clocks.iter().all(|clock| clock.met_at.is_none() && clock.ended_at.is_some()));
    assert_eq!(clocks[0].ended_why, "transmise à la mairie de Port-Atlantique");
}

#[tokio::test]
async fn a_case_is_closed_for_a_reason_and_opened_again_with_a_new_deadline() {
    let office = office().await;
    let desk = &office.desk;
    assert!(refusal(desk.reopen(FIRST, "", NOE).await).contains("n'a pas à être rouverte"));
    let case = desk.close(FIRST, Closing::Duplicate, "voir 2026-000002", NOE).await.unwrap();
    assert_eq!((case.state, case.answered_at), (State::Closed, None));
    assert!(refusal(desk.assign(FIRST, Some(NOE), NOE).await).contains("close sans réponse"));
    assert!(refusal(desk.transfer(FIRST, "sejour", "", NOE).await).contains("rouvrez-la"));
    office.clock.set(at("2026-03-10T09:00:00Z"));
    let case = desk.reopen(FIRST, "erreur", "helene").await.unwrap();
    assert_eq!((case.state, case.ended_at, case.holds), (State::Open, None, 0));
    assert_eq!((case.received_at, case.due_at), (at("2026-03-02T09:00:00Z"), at("2026-03-17T22:59:59Z")));
    assert_eq!(office.history(FIRST).await[2..], ["closed", "reopened"]);
}

#[tokio::test]
async fn a_complaint_that_was_closed_by_mistake_is_rejected_by_silence_when_it_would_have_been() {
    let office = Office::open().await;
    office.desk.enter_by_hand(&letter(), NOE).await.unwrap();
    office.desk.close(FIRST, Closing::Duplicate, "", NOE).await.unwrap();
    office.clock.set(at("2026-04-20T09:00:00Z"));
    office.desk.reopen(FIRST, "erreur", NOE).await.unwrap();
    let clocks = office.case(FIRST).await.clocks;
    let silence: Vec<_> = clocks.iter().filter(|clock| clock.purpose == Purpose::Silence).collect();
    assert_eq!((silence.len(), silence[0].due_at), (2, silence[1].due_at));
    assert_eq!(silence[1].due_at, at("2026-04-26T21:59:59Z"));
}

#[tokio::test]
async fn the_correspondent_reopens_within_the_days_of_the_mailbox_and_opens_another_case_later() {
    let office = office().await;
    let id = office.letter().await.0.message_id;
    office.desk.answered_outside(FIRST, at("2026-03-02T09:00:00Z"), "", NOE).await.unwrap();

    office.clock.set(at("2026-03-30T09:00:00Z"));
    office.write(&Letter::new("2").answering(&[&id])).await;
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, case.messages.len()), (State::Open, 2));
    assert_eq!(case.summary.due_at, at("2026-04-07T21:59:59Z"), "counted from the new message, over Easter Monday");
    assert_eq!(case.summary.answered_at, Some(at("2026-03-02T09:00:00Z")), "the first answer stays the first");

    office.write(&Letter::new("3").answering(&[&id])).await;
    let due = office.case(FIRST).await.summary.due_at;
    assert_eq!(due, at("2026-04-07T21:59:59Z"), "a message to a case that runs changes no deadline");

    office.desk.answered_outside(FIRST, at("2026-03-30T09:00:00Z"), "", NOE).await.unwrap();
    office.clock.set(at("2026-04-30T09:00:00Z"));
    let tally = office.write(&Letter::new("4").answering(&[&id])).await;
    assert_eq!((tally.cases, tally.follow_ups, tally.acknowledged), (1, 0, 1), "31 days later it is another matter");
    assert_eq!(office.case(FIRST).await.summary.state, State::Answered);
    let opened = &office.case("2026-000002").await.events[0];
    assert!(opened.detail.ends_with("fait suite à la demande 2026-000001, terminée"), "{}", opened.detail);
}

#[tokio::test]
async fn an_automatic_message_changes_nothing() {
    let office = office().await;
    let id = office.letter().await.0.message_id;
    office.desk.answered_outside(FIRST, at("2026-03-02T09:00:00Z"), "", NOE).await.unwrap();
    let before = office.case(FIRST).await;
    office
        .write(&Letter::new("2").answering(&[&id]).subject("Absence du bureau").header("Auto-Submitted: auto-replied"))
        .await;
    let after = office.case(FIRST).await;
    assert_eq!(after.summary.state, State::Answered);
    assert_eq!(after.clocks.len(), before.clocks.len());
    assert_eq!(after.summary.due_at, before.summary.due_at);
}

fn letter() -> Entered {
    Entered {
        channel: Channel::Letter,
        received_at: at("2026-02-26T11:00:00Z"),
        service: "accueil".into(),
        name: "Paul Girard".into(),
        address: String::new(),
        subject: "Carte perdue".into(),
        text: "J'ai perdu ma carte.".into(),
        kind: Kind::Complaint,
        scope: Scope::General,
        topic: Topic::Identity,
        agent: "Noe@prefecture.example.fr".into(),
        key: String::new(),
    }
}

#[tokio::test]
async fn a_letter_is_counted_from_its_arrival_and_not_from_its_entry() {
    let office = Office::open().await;
    let case = office.desk.enter_by_hand(&letter(), NOE).await.unwrap();
    assert_eq!((case.reference.as_str(), case.agent.as_str(), case.mailbox.as_str()), (FIRST, NOE, ""));
    assert_eq!(case.received_at, at("2026-02-26T11:00:00Z"));
    assert_eq!(case.due_at, at("2026-03-12T22:59:59Z"), "ten working days from Thursday 26 February");
    let detail = office.case(FIRST).await;
    let purposes: Vec<_> = detail.clocks.iter().map(|clock| clock.purpose).collect();
    assert_eq!(purposes, [Purpose::Answer, Purpose::Silence]);
    assert_eq!(detail.messages[0].new_text, "J'ai perdu ma carte.");
    assert_eq!(
        detail.events[0].detail,
        "reçue par courrier le jeudi 26 février 2026, enregistrée par un agent ; échéance le jeudi 12 mars 2026 (10 jours ouvrés)"
    );
    // The same letter twice is two letters: nobody but a person can tell.
    assert_eq!(office.desk.enter_by_hand(&letter(), NOE).await.unwrap().reference, "2026-000002");
}

#[tokio::test]
async fn what_is_wrong_in_an_entry_is_told_and_nothing_is_written() {
    let office = Office::open().await;
    let enter = async |entered: Entered| refusal(office.desk.enter_by_hand(&entered, NOE).await);
    let tomorrow = at("2026-03-03T09:00:00Z");
    assert!(enter(Entered { received_at: tomorrow, ..letter() }).await.contains("dans l'avenir"));
    assert!(enter(Entered { received_at: at("0026-02-26T11:00:00Z"), ..letter() }).await.contains("bonne année"));
    assert!(enter(Entered { subject: " \n".into(), ..letter() }).await.contains("l'objet est vide"));
    assert!(enter(Entered { address: "<a@example.fr>".into(), ..letter() }).await.contains("n'en est pas une"));
    assert!(enter(Entered { service: "permis".into(), ..letter() }).await.contains("services déclarés"));
    assert!(enter(Entered { agent: "x@example.org".into(), ..letter() }).await.contains("n'est pas du service"));
    assert_eq!(office.fixture.store.case_count().await.unwrap(), 0);
}
