//! Months as they were published: what comes later changes nothing in them, and both figures and the reason are shown.

use crate::{
    case::Kind,
    desk::{
        Correction,
        testing::{Letter, Office},
    },
    indicators::{Family, Indicator, Measure, Month, Report, Seen},
    store::testing::at,
};

const RATE: Indicator = Indicator::Of(Family::Email, Measure::OnTime);

fn march() -> Month {
    "2026-03".parse().unwrap()
}

/// Three questions on Monday 2 March, due on the 9th: one answered the same day, one on the 12th, one never.
async fn three_questions() -> Office {
    let office = Office::open().await;
    for id in ["a", "b", "c"] {
        office.write(&Letter::new(id).from(&format!("{id}@usagers.example.fr"))).await;
    }
    office.desk.answered_outside("2026-000001", at("2026-03-02T08:58:00Z"), "", "noe").await.unwrap();
    office.clock.set(at("2026-03-12T10:00:00Z"));
    office.desk.answered_outside("2026-000002", at("2026-03-12T09:00:00Z"), "", "noe").await.unwrap();
    office
}

async fn report(office: &Office) -> Report {
    office.desk.report((march(), march()), &Seen::default()).await.unwrap()
}

#[tokio::test]
async fn a_month_that_is_not_over_is_not_published() {
    let office = three_questions().await;
    office.clock.set(at("2026-03-31T10:00:00Z"));
    let refused = office.desk.publish(march(), "", "qualite@prefecture.example.fr").await.unwrap_err().to_string();
    assert_eq!(refused, "mars 2026 n'est pas terminé : ses chiffres changent encore");
    assert_eq!(office.fixture.count("published_month").await, 0);
}

#[tokio::test]
async fn what_is_corrected_later_changes_no_published_figure_and_says_why() {
    let office = three_questions().await;
    office.clock.set(at("2026-04-02T10:00:00Z"));
    let by = "qualite@prefecture.example.fr";
    assert_eq!(office.desk.publish(march(), "", by).await.unwrap(), 1);
    assert_eq!(report(&office).await.total.rate(RATE), (1, 3));
    assert!(office.desk.differences(march()).await.unwrap().is_empty());

    // One turns out to be a complaint, the other is answered at last.
    let complaint = Correction { kind: Some(Kind::Complaint), ..Correction::default() };
    office.desk.reclassify("2026-000002", &complaint, "noe").await.unwrap();
    office.desk.answered_outside("2026-000003", at("2026-04-01T09:00:00Z"), "", "noe").await.unwrap();
    let after = report(&office).await;
    let month = &after.months[0];
    assert_eq!((month.tally.rate(RATE), month.today.rate(RATE)), ((1, 3), (1, 2)), "published, and today");
    let json = after.json();
    assert_eq!(json["totals"]["email_on_time"]["den"], 3);
    assert_eq!(json["months"][0]["known_today"]["email_on_time"]["den"], 2);
    let told: Vec<_> = office.desk.differences(march()).await.unwrap();
    let told: Vec<_> = told.iter().map(|one| (one.reference.as_str(), one.what.join(" ; "))).collect();
    assert_eq!(
        told,
        [
            (
                "2026-000002",
                "nature : demande d'information → réclamation ; classement confirmé ou corrigé depuis".to_owned()
            ),
            (
                "2026-000003",
                "réponse : aucune → 01/04/2026 ; première réaction : aucune → 01/04/2026 ; accusé de réception ou réponse : aucun → 01/04/2026"
                    .to_owned()
            ),
        ]
    );

    // A correction is published with its reason; both stay.
    let refused = office.desk.publish(march(), " ", by).await.unwrap_err().to_string();
    assert!(refused.contains("dites pourquoi"), "{refused}");
    assert_eq!(office.desk.publish(march(), "une réclamation prise pour une question", by).await.unwrap(), 2);
    let month = report(&office).await.months.remove(0);
    assert_eq!((month.tally.rate(RATE), month.is_otherwise_today()), ((1, 2), false));
    let editions: Vec<_> =
        month.editions.iter().map(|one| (one.number, one.why.as_str(), one.tally.rate(RATE))).collect();
    assert_eq!(editions, [(1, "", (1, 3)), (2, "une réclamation prise pour une question", (1, 2))]);
    let refused = office.desk.publish(march(), "encore", by).await.unwrap_err().to_string();
    assert_eq!(refused, "rien à corriger : mars 2026 est toujours comme il a été publié");
}

#[tokio::test]
async fn figures_and_the_cases_behind_them_outlive_what_is_erased() {
    let office = three_questions().await;
    office.clock.set(at("2026-04-02T10:00:00Z"));
    office.desk.publish(march(), "", "releve").await.unwrap();
    let before = report(&office).await;
    // As retention will: the case and all that hangs on it.
    for table in ["clock", "event", "outbox", "reply", "proposal", "correction"] {
        office.fixture.run(&format!("DELETE FROM {table}")).await;
    }
    office.fixture.run("UPDATE receipt SET message_id = NULL").await;
    for table in ["message", "cases"] {
        office.fixture.run(&format!("DELETE FROM {table}")).await;
    }
    let after = report(&office).await;
    assert_eq!(after.total, before.total);
    assert_eq!(after.months[0].today.rate(RATE), (0, 0), "nothing is known of them any more");
    let (facts, _) = office.desk.facts_behind(march()).await.unwrap();
    let references: Vec<_> = facts.iter().map(|fact| fact.reference.as_str()).collect();
    assert_eq!(references, ["2026-000001", "2026-000002", "2026-000003"]);
    let kept = office.fixture.text("SELECT fact FROM published_fact ORDER BY reference LIMIT 1").await;
    assert!(!kept.contains("usagers.example.fr") && !kept.contains("Horaires"), "{kept}");
}

#[tokio::test]
async fn a_month_is_published_by_itself_ten_working_days_after_its_end() {
    let office = three_questions().await;
    // Ten working days after 31 March 2026; Monday the 6th is Easter Monday.
    office.clock.set(at("2026-04-14T21:59:00Z"));
    assert_eq!(office.desk.publish_due().await.unwrap(), []);
    office.clock.set(at("2026-04-14T22:01:00Z"));
    assert_eq!(office.desk.publish_due().await.unwrap(), [march()]);
    assert_eq!(office.desk.publish_due().await.unwrap(), []);
    let months = office.desk.report(("2026-01".parse().unwrap(), march()), &Seen::default()).await.unwrap().months;
    let editions: Vec<_> = months.iter().map(|month| month.editions.len()).collect();
    assert_eq!(editions, [0, 0, 1], "nothing had come in before March");
    assert_eq!(months[2].editions[0].by, "releve");
}

#[tokio::test]
async fn a_service_sees_its_own_figures_of_what_was_published() {
    let office = three_questions().await;
    office.desk.transfer("2026-000003", "sejour", "", "noe").await.unwrap();
    office.clock.set(at("2026-04-02T10:00:00Z"));
    office.desk.publish(march(), "", "releve").await.unwrap();
    let of = async |visible: &[&str], service: Option<&str>| {
        let visible = Some(visible.iter().map(|one| (*one).to_owned()).collect());
        let seen = Seen { visible, service: service.map(str::to_owned) };
        office.desk.report((march(), march()), &seen).await.unwrap().total.rate(RATE)
    };
    assert_eq!(of(&["accueil"], None).await, (1, 2));
    assert_eq!(of(&["accueil", "sejour"], None).await, (1, 3));
    assert_eq!(of(&["accueil", "sejour"], Some("sejour")).await, (0, 1));
    assert_eq!(of(&["accueil"], Some("sejour")).await, (0, 0), "who may not see it, does not");
    assert_eq!(of(&[], None).await, (0, 0));
}
