//! The clocks of a case: what begins with it, what each row says, and what meets or ends it.

use crate::{
    case::{Channel, Purpose},
    desk::{
        Outcome,
        testing::{Letter, Office, bounce, config, policy},
    },
    store::{ClockRow, testing::at},
};

const FRENCH: &str = include_str!("../../../templates/acknowledgement/default.fr.hbs");

/// Purpose, rule, source, since when, and the end of each clock.
fn lines(clocks: &[ClockRow]) -> Vec<String> {
    let line = |clock: &ClockRow| {
        format!("{} | {} | {} | {} | {}", clock.purpose, clock.rule, clock.source, clock.in_force, clock.due_at)
    };
    clocks.iter().map(line).collect()
}

#[tokio::test]
async fn a_question_has_the_promise_and_the_clocks_of_the_law() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let case = office.case("2026-000001").await;
    assert_eq!(
        lines(&case.clocks),
        [
            "answer | 5 jours ouvrés | Qual-e-Pref | 2019-02-04 | 2026-03-09T22:59:59Z",
            "receipt | 1 jour ouvré | CRPA, art. R112-11-2 | 2016-11-07 | 2026-03-03T22:59:59Z",
            "acknowledgement | 10 jours ouvrés | CRPA, art. R112-11-2 | 2016-11-07 | 2026-03-16T22:59:59Z",
        ]
    );
    assert!(case.clocks[0].drives && !case.clocks[1].drives);
    assert_eq!(
        case.clocks[0].days,
        r#"[["2026-03-02",null,"jour de réception"],["2026-03-03",1,null],["2026-03-04",2,null],["2026-03-05",3,null],["2026-03-06",4,null],["2026-03-07",null,"samedi"],["2026-03-08",null,"dimanche"],["2026-03-09",5,null]]"#
    );
}

#[tokio::test]
async fn silence_rejects_a_complaint_two_months_later() {
    let office = Office::open().await;
    office.write(&Letter::new("1").subject("Réclamation").body("Je dépose une réclamation.\r\n")).await;
    let case = office.case("2026-000001").await;
    assert_eq!(
        lines(&case.clocks).last().unwrap(),
        "silence | 2 mois de silence | CRPA, art. L231-4 | 2016-01-01 | 2026-05-02T21:59:59Z"
    );
}

#[tokio::test]
async fn the_acknowledgement_meets_its_clocks_when_it_leaves_and_not_before() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let met = async || {
        let clocks = office.case("2026-000001").await.clocks;
        clocks.iter().map(|clock| clock.met_at.is_some()).collect::<Vec<_>>()
    };
    let (mail, _) = office.letter().await;
    office.desk.delivered(&mail, &Outcome::Retry { why: "450".into() }).await.unwrap();
    assert_eq!(met().await, [false, false, false]);
    office.desk.delivered(&mail, &Outcome::Sent { answer: "250".into() }).await.unwrap();
    assert_eq!(met().await, [false, true, true], "an acknowledgement is no answer");

    office.deliver("contact", bounce(&mail)).await;
    office.receive().await;
    assert_eq!(met().await, [false, false, false], "what came back was not received");
}

#[tokio::test]
async fn the_law_wants_no_acknowledgement_for_a_colleague_and_none_for_paper() {
    let office = Office::open().await;
    office.write(&Letter::new("1").from("Un collègue <collegue@autre.gouv.fr>")).await;
    let purposes = |clocks: &[ClockRow]| clocks.iter().map(|clock| clock.purpose).collect::<Vec<_>>();
    assert_eq!(purposes(&office.case("2026-000001").await.clocks), [Purpose::Answer]);

    office.write(&Letter::new("2").from("Jeanne <jeanne@exämple.org>")).await;
    let unsendable = office.case("2026-000002").await;
    assert_eq!(
        purposes(&unsendable.clocks),
        [Purpose::Answer, Purpose::Receipt, Purpose::Acknowledgement],
        "an address that cannot be written to does not undo the right to an acknowledgement"
    );
}

#[tokio::test]
async fn a_rule_that_changes_leaves_older_cases_as_they_were() {
    let rules = "[[deadline]]\nchannel = \"email\"\ndays = 15\nunit = \"working\"\nsource = \"Qualipref 2.0\"\n\
                 [[deadline]]\nchannel = \"email\"\ndays = 3\nunit = \"calendar\"\nsince = 2026-03-02\nsource = \"Charte\"\n";
    let mut office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let before = lines(&office.case("2026-000001").await.clocks);

    office.desk = crate::desk::Desk::new(
        office.fixture.store.clone(),
        std::sync::Arc::new(policy(config(rules, "17"), &[("default.fr.hbs", FRENCH)])),
        office.clock.clone(),
    );
    office.deliver_of("2026-03-01T22:59:59Z", &Letter::new("2")).await;
    office.deliver_of("2026-03-01T23:00:00Z", &Letter::new("3")).await;
    office.receive().await;
    assert_eq!(lines(&office.case("2026-000001").await.clocks), before);
    let answer = |clocks: &[ClockRow]| lines(clocks)[0].clone();
    assert_eq!(
        answer(&office.case("2026-000002").await.clocks),
        "answer | 15 jours ouvrés | Qualipref 2.0 |  | 2026-03-20T22:59:59Z",
        "received on the last second of the day before"
    );
    assert_eq!(
        answer(&office.case("2026-000003").await.clocks),
        "answer | 3 jours calendaires | Charte | 2026-03-02 | 2026-03-05T22:59:59Z"
    );
    assert_eq!(office.case("2026-000003").await.summary.due_at, at("2026-03-05T22:59:59Z"));
    assert_eq!(office.case("2026-000003").await.summary.channel, Channel::Email);
}
