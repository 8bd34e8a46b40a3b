//! The tracking sheet becomes cases, each line once.

use std::collections::BTreeMap;

use crate::{
    case::State,
    desk::{TakeOver, TakenOver, testing::Office},
    indicators::{Family, Indicator, Measure, Seen},
    sheets,
    tracking::{self, Around, Line},
};

const SHEET: &str = "Reçu le;Canal;Service;Nature;Usager;Objet;Répondu le
02/02/2026;courriel;accueil;information;jeanne@example.org;Horaires;04/02/2026
02/02/2026;courriel;accueil;information;jeanne@example.org;Horaires;
03/02/2026;courrier;Bureau du séjour;réclamation;Paul Martin;Attente;
27/02/2026;guichet;accueil;suggestion;;Un banc;27/02/2026
";

fn lines(office: &Office, sheet: &str) -> Vec<Line> {
    let tables = sheets::read(sheet.as_bytes(), "suivi.csv").unwrap();
    let policy = office.desk.policy();
    let around = Around {
        calendar: &policy.calendar,
        services: &policy.config.services,
        now: office.desk.now(),
        service: None,
        channel: None,
        named: &BTreeMap::new(),
    };
    let read = tracking::read(&tables, None, &around).unwrap();
    assert_eq!(read.refused, []);
    read.lines
}

fn how() -> TakeOver {
    TakeOver { file: "suivi.csv".into(), close_before: None, by: "qualite@prefecture.example.fr".into() }
}

#[tokio::test]
async fn a_line_is_taken_over_once_and_what_was_noted_since_is_noted() {
    let office = Office::open().await;
    let first = lines(&office, SHEET);
    let dry = office.desk.take_over(&first, &how(), true).await.unwrap();
    assert_eq!(
        (dry.clone(), office.fixture.count("cases").await),
        (TakenOver { new: 4, open: 2, ..TakenOver::default() }, 0)
    );
    assert_eq!(office.desk.take_over(&first, &how(), false).await.unwrap(), dry);
    let again = office.desk.take_over(&first, &how(), false).await.unwrap();
    assert_eq!(again, TakenOver { known: 4, ..TakenOver::default() });

    let case = office.case("2026-000001").await;
    assert_eq!((case.summary.state, case.summary.subject.as_str()), (State::Answered, "Horaires"));
    let clock = &case.clocks[0];
    assert_eq!((clock.rule.as_str(), clock.met_at), ("5 jours ouvrés", case.summary.answered_at));
    let second = office.case("2026-000002").await.summary;
    assert_eq!((second.state, second.correspondent.as_str()), (State::Open, "jeanne@example.org"));
    let third = office.case("2026-000003").await.summary;
    assert_eq!((third.service.as_str(), third.delay.as_str()), ("sejour", "10 jours ouvrés"));
    assert_eq!(office.case("2026-000004").await.summary.correspondent, "");

    // The second is answered now: the sheet says so, and nothing else.
    let completed = SHEET.replace("Horaires;\n", "Horaires;27/02/2026\n");
    let done = office.desk.take_over(&lines(&office, &completed), &how(), false).await.unwrap();
    assert_eq!(done, TakenOver { known: 4, completed: 1, ..TakenOver::default() });
    assert_eq!(office.case("2026-000002").await.summary.state, State::Answered);
    let february = "2026-02".parse().unwrap();
    let report = office.desk.report((february, february), &Seen::default()).await.unwrap();
    assert_eq!(report.total.rate(Indicator::Of(Family::Email, Measure::OnTime)), (1, 2));
    assert_eq!(office.fixture.count("cases").await, 4);
}

#[tokio::test]
async fn what_is_too_old_to_be_answered_is_closed_and_stays_a_failure() {
    let office = Office::open().await;
    let how = TakeOver { close_before: Some(jiff::civil::date(2026, 2, 15)), ..how() };
    let done = office.desk.take_over(&lines(&office, SHEET), &how, false).await.unwrap();
    assert_eq!((done.new, done.open), (4, 0));
    assert_eq!(office.case("2026-000002").await.summary.state, State::Closed);
    let february = "2026-02".parse().unwrap();
    let report = office.desk.report((february, february), &Seen::default()).await.unwrap();
    assert_eq!(report.total.rate(Indicator::Of(Family::Email, Measure::OnTime)), (1, 2), "it was not answered in time");
    assert_eq!(report.total.number(Indicator::OpenAndLate), 0);
    assert!(
        office.watch_at("2026-03-03T08:00:00Z").await.iter().all(|(who, _)| who != "noe"),
        "and nobody is reminded"
    );
}

#[tokio::test]
async fn what_agents_did_meanwhile_holds_and_stops_no_other_line() {
    let office = Office::open().await;
    office.desk.take_over(&lines(&office, SHEET), &how(), false).await.unwrap();
    // The second line turns out to have come later than the sheet says, and than its answer; the third is open.
    let correction = crate::desk::Correction {
        received_at: Some(crate::store::testing::at("2026-02-28T09:00:00Z")),
        ..crate::desk::Correction::default()
    };
    office.desk.reclassify("2026-000002", &correction, "noe").await.unwrap();
    let sheet = SHEET.replace("Horaires;\n", "Horaires;27/02/2026\n").replace("Attente;\n", "Attente;26/02/2026\n");
    for _ in 0..2 {
        let done = office.desk.take_over(&lines(&office, &sheet), &how(), false).await.unwrap();
        assert_eq!((done.new, done.known, done.refused.len()), (0, 4, 1), "{done:?}");
        assert!(
            done.refused[0].1.contains("la demande est reçue depuis le 28/02/2026") && done.refused[0].0 == 3,
            "{done:?}"
        );
    }
    assert_eq!(office.case("2026-000003").await.summary.state, State::Answered);
}
