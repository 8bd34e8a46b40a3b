//! Who is told what, and when: the steps of one case, absences, the hours, digests, acts that take a case out of it.

use jiff::civil::date;

use crate::{
    case::{Closing, NoticeKind, Told},
    desk::{
        Outcome, Watched,
        testing::{Letter, Office},
    },
    store::{Absence, testing::at},
};

const FIRST: &str = "2026-000001";
const NOE: &str = "noe@prefecture.example.fr";
const HELENE: &str = "helene@prefecture.example.fr";

/// An office with one case of Monday 2 March, due on Monday 9 March, given to Noé.
async fn office() -> Office {
    with("").await
}

async fn with(settings: &str) -> Office {
    let office = Office::with(settings).await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    office.desk.assign(FIRST, Some(NOE), "helene").await.unwrap();
    office
}

/// Step, role, recipient and outcome of everything that was told of the first case.
async fn steps(office: &Office) -> Vec<String> {
    let short = |address: &str| address.split('@').next().unwrap_or_default().to_owned();
    let warnings = office.case(FIRST).await.warnings;
    let line = |warning: &crate::store::WarningRow| {
        format!("{} {} {} {}", warning.step, warning.role, short(&warning.recipient), warning.outcome)
    };
    warnings.iter().map(line).collect()
}

fn absence(person: &str, first: jiff::civil::Date, last: jiff::civil::Date, substitute: &str) -> Absence {
    let address = |name: &str| format!("{name}@prefecture.example.fr");
    Absence {
        id: 0,
        person: address(person),
        first_day: first,
        last_day: last,
        substitute: address(substitute),
        entered_by: "helene".into(),
    }
}

fn recipients(mails: &[(String, String)]) -> Vec<&str> {
    mails.iter().map(|(recipient, _)| recipient.as_str()).collect()
}

#[tokio::test]
async fn each_step_goes_to_its_role_on_its_morning_and_never_again() {
    let office = office().await;
    let told = async |instant| office.watch_at(instant).await;
    assert_eq!(told("2026-03-04T07:00:00Z").await, [], "three days before");
    assert_eq!(recipients(&told("2026-03-05T07:00:00Z").await), ["noe"]);
    assert_eq!(told("2026-03-05T07:00:00Z").await, [], "the same instant again");
    assert_eq!(told("2026-03-05T15:00:00Z").await, [], "later that day");
    // The manager's digest has what is due on the next working day.
    assert_eq!(
        told("2026-03-06T07:00:00Z").await,
        [
            ("helene".into(), "À suivre – vendredi 6 mars 2026".into()),
            ("noe".into(), "Rappel : 1 demande à répondre – vendredi 6 mars 2026".to_owned()),
        ]
    );
    let monday = told("2026-03-09T07:00:00Z").await;
    assert_eq!(monday[1], ("helene".into(), "1 demande à répondre aujourd'hui – lundi 9 mars 2026".into()));
    assert_eq!(
        recipients(&monday),
        ["denis", "helene", "qualite", "sg"],
        "the weekly summary leaves too: one case was opened last week"
    );
    assert_eq!(recipients(&told("2026-03-10T07:00:00Z").await), ["helene"]);
    assert_eq!(recipients(&told("2026-03-11T07:00:00Z").await), ["denis", "helene"]);
    assert_eq!(recipients(&told("2026-03-13T07:00:00Z").await), ["helene"]);
    assert_eq!(recipients(&told("2026-03-16T07:00:00Z").await), ["denis", "helene", "qualite", "sg", "sg"]);
    assert_eq!(recipients(&told("2026-03-17T07:00:00Z").await), ["helene"], "late as long as it is late");
    assert_eq!(
        steps(&office).await,
        [
            "J-2 agent noe written",
            "J-1 agent noe written",
            "J manager helene written",
            "J+2 director denis written",
            "J+5 general_secretary sg written",
        ]
    );
    assert_eq!(office.history(FIRST).await.iter().filter(|kind| **kind == "warned").count(), 5);
}

#[tokio::test]
async fn nothing_leaves_at_night_at_weekends_or_on_holidays() {
    // Due on Monday 6 April at midday of a long week-end: Easter Monday; J is Friday 3 April.
    let office = Office::open().await;
    office.clock.set(at("2026-03-27T09:00:00Z"));
    office.write(&Letter::new("1")).await;
    assert_eq!(office.case(FIRST).await.summary.due_at, at("2026-04-03T21:59:59Z"));
    office.desk.assign(FIRST, Some(NOE), "helene").await.unwrap();
    for closed in [
        "2026-03-31T22:30:00Z", // half past midnight
        "2026-04-01T05:59:59Z", // a second before eight
        "2026-04-01T16:00:00Z", // six in the evening
        "2026-03-29T10:00:00Z", // Sunday, when summer time began
        "2026-04-04T10:00:00Z", // Saturday
        "2026-04-06T10:00:00Z", // Easter Monday
    ] {
        assert_eq!(office.watch_at(closed).await, [], "{closed}");
        assert_eq!(steps(&office).await, [] as [&str; 0], "{closed}");
    }
    let next = |watched| match watched {
        Watched::Done { next, .. } => next,
        Watched::Elsewhere => panic!("nobody else is there"),
    };
    assert_eq!(next(office.watch().await), at("2026-04-07T06:00:00Z"), "the watch sleeps over the long week-end");
}

#[tokio::test]
async fn what_was_missed_during_a_stop_is_told_once_and_only_the_most_pressing_to_each_role() {
    let office = office().await;
    // Stopped from Wednesday to Wednesday, two days after the deadline.
    let mails = office.watch_at("2026-03-11T09:00:00Z").await;
    assert_eq!(recipients(&mails), ["denis", "denis", "helene", "noe", "qualite", "sg"]);
    let mut steps = steps(&office).await;
    steps.sort();
    assert_eq!(
        steps,
        ["J manager helene written", "J+2 director denis written", "J-1 agent noe written", "J-2 agent noe overtaken",]
    );
}

#[tokio::test]
async fn an_absence_redirects_to_the_substitute_and_ends_by_itself() {
    let office = office().await;
    let away = absence("noe", date(2026, 3, 5), date(2026, 3, 5), "lea");
    office.desk.note_absence(away).await.unwrap();
    let told = office.told_at("2026-03-05T07:00:00Z").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "lea");
    assert!(
        told[0].1.text.contains("rappel : 2 jours ouvrés avant l'échéance, en l'absence de noe@prefecture.example.fr"),
        "{}",
        told[0].1.text
    );
    assert_eq!(recipients(&office.watch_at("2026-03-06T07:00:00Z").await), ["helene", "noe"]);
    assert_eq!(steps(&office).await, ["J-2 agent lea written", "J-1 agent noe written"]);
    assert_eq!(office.case(FIRST).await.warnings[0].meant_for, NOE);
}

#[tokio::test]
async fn the_digest_of_an_absent_manager_goes_to_the_substitute_in_one_mail_with_her_own() {
    let office = office().await;
    office.desk.note_absence(absence("helene", date(2026, 3, 9), date(2026, 3, 13), "karim")).await.unwrap();
    let told = office.told_at("2026-03-10T07:00:00Z").await;
    let digests: Vec<_> = told.iter().filter(|(_, message)| message.text.contains("Depuis")).collect();
    assert_eq!(digests.len(), 1);
    assert_eq!(digests[0].0, "karim");
    let text = &digests[0].1.text;
    assert!(text.contains("Bureau de la relation à l'usager, Bureau du séjour"), "{text}");
    assert!(text.contains("en retard d'un jour ouvré"), "{text}");
    assert_eq!(
        recipients(&office.watch_at("2026-03-16T07:00:00Z").await).iter().filter(|who| **who == "helene").count(),
        1
    );
}

#[tokio::test]
async fn absences_are_of_people_whom_the_configuration_names_and_do_not_overlap() {
    let office = office().await;
    let note = async |person, first, last, substitute| {
        let outcome = office.desk.note_absence(absence(person, first, last, substitute)).await;
        outcome.map_err(|error| error.to_string())
    };
    let (monday, friday) = (date(2026, 3, 2), date(2026, 3, 6));
    assert!(note("inconnu", monday, friday, "lea").await.unwrap_err().contains("n'est ni agent"));
    assert!(note("noe", monday, friday, "inconnue").await.unwrap_err().contains("n'est ni agent"));
    assert!(note("noe", monday, friday, "noe").await.unwrap_err().contains("soi-même"));
    assert!(note("noe", friday, monday, "lea").await.unwrap_err().contains("est avant le premier"));
    let number = note("noe", monday, friday, "lea").await.unwrap();
    assert!(note("noe", friday, friday, "lea").await.unwrap_err().contains("retirez-la d'abord"));
    office.desk.remove_absence(number).await.unwrap();
    assert!(office.desk.remove_absence(number).await.unwrap_err().to_string().contains("aucune absence"));
    note("noe", friday, friday, "lea").await.unwrap();
}

#[tokio::test]
async fn a_case_that_nobody_has_is_its_managers_and_one_without_manager_goes_further_up() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    assert_eq!(recipients(&office.watch_at("2026-03-05T07:00:00Z").await), ["helene"]);
    assert_eq!(steps(&office).await, ["J-2 agent helene written"]);

    let office = Office::by(crate::desk::testing::without_people(&["managers", "directors"])).await;
    office.write(&Letter::new("1")).await;
    office.watch_at("2026-03-09T07:00:00Z").await;
    assert!(steps(&office).await.contains(&"J manager sg written".to_owned()));
}

#[tokio::test]
async fn where_nobody_is_declared_it_is_written_down_and_told_to_the_operator() {
    let everybody = ["agents", "managers", "directors", "general_secretary", "quality_officers"];
    let office = Office::by(crate::desk::testing::without_people(&everybody)).await;
    office.write(&Letter::new("1")).await;
    office.clock.set(at("2026-03-09T07:00:00Z"));
    let Watched::Done { mails, to_nobody, .. } = office.watch().await else { panic!("we are alone") };
    assert_eq!((mails, to_nobody), (0, 3));
    assert_eq!(office.case(FIRST).await.warnings[0].outcome, Told::Nobody);
    assert_eq!(office.fixture.store.warnings_to_nobody().await.unwrap(), 3);
}

#[tokio::test]
async fn a_second_holding_reply_goes_to_the_manager_at_once() {
    let office = office().await;
    let hold = async |day| office.desk.held_outside(FIRST, day, office.desk.now(), NOE).await.unwrap();
    hold(date(2026, 3, 20)).await;
    assert_eq!(office.watch_at("2026-03-03T09:00:00Z").await, []);
    hold(date(2026, 3, 31)).await;
    let told = office.told_at("2026-03-03T09:30:00Z").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, "helene");
    assert!(told[0].1.text.contains("rappel : second message d'attente"), "{}", told[0].1.text);
    assert_eq!(office.watch_at("2026-03-03T10:00:00Z").await, []);
    assert_eq!(steps(&office).await, ["hold manager helene written"]);
}

#[tokio::test]
async fn whatever_is_done_takes_the_case_out_of_its_escalation_at_once() {
    let acts: [(&str, &[&str]); 6] = [
        ("answered", &[]),
        ("closed", &[]),
        ("handed over", &[]),
        ("held", &[]),
        ("transferred", &["karim"]),
        ("reassigned", &["helene", "lea"]),
    ];
    for (act, told) in acts {
        let office = office().await;
        office.watch_at("2026-03-06T07:00:00Z").await;
        let (desk, now) = (&office.desk, office.desk.now());
        match act {
            "answered" => desk.answered_outside(FIRST, now, "", NOE).await,
            "closed" => desk.close(FIRST, Closing::Withdrawn, "", NOE).await,
            "handed over" => desk.handed_over_outside(FIRST, "mairie", now, "", NOE).await,
            "held" => desk.held_outside(FIRST, date(2026, 3, 27), now, NOE).await,
            "transferred" => desk.transfer(FIRST, "sejour", "", NOE).await,
            _ => desk.assign(FIRST, Some("lea@prefecture.example.fr"), NOE).await,
        }
        .unwrap();
        let mails = office.told_at("2026-03-09T07:00:00Z").await;
        let about = mails.iter().filter(|(_, message)| message.text.contains(FIRST));
        let about: Vec<_> = about.map(|(recipient, _)| recipient.as_str()).collect();
        assert!(!about.contains(&"noe"), "{act}");
        // A transferred case begins anew with the other service: both its agents' steps are its manager's.
        assert_eq!(about, *told, "{act}");
    }
}

#[tokio::test]
async fn a_reassigned_case_warns_the_new_agent_from_then_on() {
    let office = office().await;
    assert_eq!(recipients(&office.watch_at("2026-03-05T07:00:00Z").await), ["noe"]);
    office.desk.assign(FIRST, Some("lea@prefecture.example.fr"), "helene").await.unwrap();
    assert_eq!(recipients(&office.watch_at("2026-03-06T07:00:00Z").await), ["helene", "lea"]);
    assert_eq!(steps(&office).await, ["J-2 agent noe written", "J-1 agent lea written", "J-2 agent lea overtaken"]);
}

#[tokio::test]
async fn a_promise_that_is_made_again_is_watched_again() {
    let office = office().await;
    office.watch_at("2026-03-06T07:00:00Z").await;
    let now = office.desk.now();
    office.desk.held_outside(FIRST, date(2026, 3, 20), now, NOE).await.unwrap();
    assert!(recipients(&office.watch_at("2026-03-18T07:00:00Z").await).contains(&"noe"), "J-2 of the announced date");
    let announced: Vec<_> = steps(&office).await.into_iter().filter(|step| step.starts_with("J-2")).collect();
    assert_eq!(announced, ["J-2 agent noe overtaken", "J-2 agent noe written"]);
}

#[tokio::test]
async fn each_manager_has_one_digest_a_morning_however_often_it_is_looked_and_whoever_looks() {
    let office = office().await;
    office.clock.set(at("2026-03-10T07:00:00Z"));
    assert!(matches!(office.desk.watch("one").await.unwrap(), Watched::Done { mails, .. } if mails > 0));
    let mut work = office.fixture.store.begin().await.unwrap();
    work.alive("one", at("2026-03-10T07:00:20Z")).await.unwrap();
    work.commit().await.unwrap();
    office.desk.watch_anew().await.unwrap();
    assert_eq!(office.desk.watch("two").await.unwrap(), Watched::Elsewhere, "the first one lives");
    office.clock.set(at("2026-03-10T07:00:30Z"));
    assert!(matches!(office.desk.watch("two").await.unwrap(), Watched::Done { mails: 0, .. }), "it died");
    let digests = "SELECT COUNT(*) FROM notice WHERE kind = 'digest' AND recipient = 'helene@prefecture.example.fr'";
    assert_eq!(office.fixture.number(digests).await, 1);
}

#[tokio::test]
async fn a_look_that_is_cut_leaves_nothing_and_is_made_again_whole() {
    let office = office().await;
    office.clock.set(at("2026-03-10T07:00:00Z"));
    // A row that only the end of the transaction will find in its way.
    let clock = office.case(FIRST).await.clocks[0].id;
    office
        .fixture
        .run(&format!(
            "INSERT INTO warning (clock_id, step, role, meant_for, recipient, at, outcome)
             VALUES ({clock}, 'J', 'agent', '{HELENE}', '', 0, 'written')"
        ))
        .await;
    office.fixture.run("CREATE UNIQUE INDEX in_the_way ON warning (clock_id, step)").await;
    office.desk.watch("one").await.unwrap_err();
    assert_eq!(office.fixture.count("notice").await, 0);
    assert_eq!(office.fixture.number("SELECT COUNT(*) FROM outbox WHERE purpose = 'notice'").await, 0);
    office.fixture.run("DROP INDEX in_the_way").await;
    assert!(!office.watch_at("2026-03-10T07:01:00Z").await.is_empty());
}

#[tokio::test]
async fn with_nothing_to_say_there_is_no_mail_or_a_short_one_by_setting() {
    let quiet = Office::open().await;
    assert_eq!(quiet.watch_at("2026-03-03T07:00:00Z").await, []);
    assert_eq!(quiet.fixture.count("notice").await, 5, "that it was looked is written down");
    // Nothing that comes up during the day makes a second morning.
    quiet.write(&Letter::new("1")).await;
    assert_eq!(quiet.watch_at("2026-03-03T15:00:00Z").await, []);

    let told = Office::with("[watch]\ntell_nothing_late = true\nweekly = false\n").await;
    assert_eq!(
        told.watch_at("2026-03-03T07:00:00Z").await,
        [
            ("helene".to_owned(), "Rien en retard – mardi 3 mars 2026".to_owned()),
            ("karim".to_owned(), "Rien en retard – mardi 3 mars 2026".to_owned()),
        ]
    );
}

#[tokio::test]
async fn steps_and_hours_are_the_operators() {
    let settings =
        "[watch]\nfrom = \"09:30\"\nuntil = \"11:00\"\n[[warning]]\ndays = -3\nto = [\"agent\", \"quality_officer\"]\n";
    let office = with(settings).await;
    assert_eq!(office.watch_at("2026-03-04T08:29:59Z").await, []);
    assert_eq!(recipients(&office.watch_at("2026-03-04T08:30:00Z").await), ["noe", "qualite"]);
    assert_eq!(steps(&office).await, ["J-3 agent noe written", "J-3 quality_officer qualite written"]);
    office.watch_at("2026-03-12T08:30:00Z").await;
    assert_eq!(steps(&office).await.len(), 2, "no other step is declared");

    let off = with("[watch]\nenabled = false\n").await;
    assert_eq!(off.watch_at("2026-03-20T09:00:00Z").await, []);
    assert_eq!(off.fixture.count("notice").await, 0);
}

#[tokio::test]
async fn steps_that_changed_while_the_daemon_did_not_run_are_found() {
    let office = office().await;
    office.watch_at("2026-03-04T07:00:00Z").await;
    let clock = "SELECT wake_at FROM clock WHERE drives = 1";
    assert_eq!(office.fixture.number(clock).await, at("2026-03-05T07:00:00Z").as_millisecond());
    office.fixture.run("UPDATE clock SET wake_at = NULL").await;
    office.desk.watch_anew().await.unwrap();
    assert_eq!(recipients(&office.watch_at("2026-03-05T07:00:00Z").await), ["noe"]);
}

#[tokio::test]
async fn an_acknowledgement_that_did_not_leave_stands_in_the_digest_until_somebody_acts() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let (mail, _) = office.letter().await;
    office.desk.delivered(&mail, &Outcome::Refused { why: "550, boîte inconnue".into() }).await.unwrap();
    let text =
        async |instant| office.told_at(instant).await.into_iter().map(|(_, message)| message.text).collect::<String>();
    let morning = text("2026-03-03T07:00:00Z").await;
    assert!(morning.contains("ACCUSÉS DE RÉCEPTION QUI NE SONT PAS PARTIS"), "{morning}");
    assert!(
        morning.contains("2026-000001 – dû le mardi 3 mars 2026 ; accusé de réception : 550, boîte inconnue"),
        "{morning}"
    );
    let limit = text("2026-03-17T07:00:00Z").await;
    assert!(limit.contains("dernière limite de la loi (R112-11-2)"), "{limit}");
    office.desk.answered_outside(FIRST, office.desk.now(), "par courrier", NOE).await.unwrap();
    assert!(!text("2026-03-18T07:00:00Z").await.contains(FIRST));
}

#[tokio::test]
async fn a_complaint_that_silence_is_about_to_reject_stands_in_the_digest() {
    let office = Office::open().await;
    office.write(&Letter::new("1").subject("Réclamation").body("Je dépose une réclamation.\r\n")).await;
    office.post().await;
    let text = async |instant| {
        let told = office.told_at(instant).await;
        told.into_iter().map(|(_, message)| message.text).collect::<String>()
    };
    // Saturday 2 May is the last day; the 1st is a holiday.
    let rejected = "RÉCLAMATIONS QUE LE SILENCE REJETTE";
    assert!(!text("2026-04-22T07:00:00Z").await.contains(rejected), "six working days before");
    let before = text("2026-04-23T07:00:00Z").await;
    assert!(before.contains("2026-000001 – réputée rejetée le samedi 2 mai 2026 sans réponse (L231-4)"), "{before}");
    let after = text("2026-05-04T07:00:00Z").await;
    assert!(after.contains("réputée rejetée depuis le samedi 2 mai 2026, sans réponse"), "{after}");
}

#[tokio::test]
async fn a_digest_counts_from_the_last_one_that_was_sent() {
    let office = office().await;
    assert_eq!(office.watch_at("2026-03-03T07:00:00Z").await, [], "nothing to say, and nothing sent");
    let since = async |instant| {
        let told = office.told_at(instant).await;
        let text = told.into_iter().find(|(recipient, _)| recipient == "helene").map(|(_, message)| message.text);
        text.and_then(|text| text.lines().find(|line| line.starts_with("Depuis")).map(str::to_owned))
    };
    assert_eq!(since("2026-03-04T07:00:00Z").await, None);
    let first = since("2026-03-06T07:00:00Z").await.unwrap();
    assert_eq!(first, "Depuis le jour ouvré précédent : 0 nouvelle demande, 0 réponse.");
    office.write(&Letter::new("2")).await;
    let second = since("2026-03-10T07:00:00Z").await.unwrap();
    assert_eq!(
        second,
        "Depuis le récapitulatif du vendredi 6 mars 2026 : 1 nouvelle demande, 0 réponse, 1 nouveau retard."
    );
    let third = since("2026-03-11T07:00:00Z").await.unwrap();
    assert_eq!(
        third,
        "Depuis le récapitulatif du mardi 10 mars 2026 : 0 nouvelle demande, 0 réponse, 1 demande toujours en retard."
    );
}

#[tokio::test]
async fn a_mailbox_that_is_not_read_and_a_text_past_its_date_stand_in_the_digest() {
    let office = Office::by(crate::desk::testing::outdated("2026-03-02")).await;
    let mut work = office.fixture.store.begin().await.unwrap();
    work.activate("contact", at("2026-03-02T09:00:00Z")).await.unwrap();
    work.pass_done("contact", crate::store::PassFigures::default(), at("2026-03-02T16:12:00Z")).await.unwrap();
    work.pass_failed("contact", "le serveur refuse l'identifiant ou le mot de passe").await.unwrap();
    work.commit().await.unwrap();
    let told = office.told_at("2026-03-03T07:00:00Z").await;
    assert_eq!(told.iter().map(|(recipient, _)| recipient.as_str()).collect::<Vec<_>>(), ["helene", "karim"]);
    let (helene, karim) = (&told[0].1.text, &told[1].1.text);
    let unread = "contact – non relevée depuis le lundi 2 mars 2026 à 17 h 12 : le serveur refuse l'identifiant";
    assert!(helene.contains(unread), "{helene}");
    assert!(!karim.contains(unread), "another service's mailbox");
    assert!(karim.contains("default.fr.hbs – à relire depuis le lundi 2 mars 2026"), "{karim}");
}

#[tokio::test]
async fn a_dry_run_shows_what_leaves_and_writes_nothing() {
    let office = office().await;
    let instant = at("2026-03-10T07:00:00Z");
    let foreseen = office.desk.foresee(instant).await.unwrap();
    assert_eq!(office.fixture.count("notice").await + office.fixture.count("warning").await, 0);
    let digest = foreseen.iter().find(|mail| mail.kind == NoticeKind::Digest && mail.recipient == HELENE).unwrap();
    let told = office.told_at("2026-03-10T07:00:00Z").await;
    let sent = told.iter().find(|(recipient, _)| recipient == "helene").unwrap();
    let document = digest.document.as_ref().unwrap();
    assert_eq!((&sent.1.subject, sent.1.text.trim_end()), (&document.title, document.text().trim_end()));
    assert_eq!(digest.warnings, [(FIRST.to_owned(), "J".to_owned(), crate::case::Role::Manager)]);
    assert_eq!(office.desk.foresee(at("2026-03-08T09:00:00Z")).await.unwrap().len(), 0, "a Sunday");
}

#[tokio::test]
async fn a_notice_says_to_machines_that_no_answer_is_wanted() {
    let office = office().await;
    office.clock.set(at("2026-03-05T07:00:00Z"));
    office.watch().await;
    let mails = office.leaving().await;
    let mail = mails.iter().find(|mail| mail.case_id.is_none()).unwrap();
    let message = crate::mail::parse(&mail.bytes, &crate::mail::Limits::default()).unwrap();
    assert_eq!((mail.recipient.as_str(), mail.envelope_from.as_str()), (NOE, ""));
    assert_eq!(message.header("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(message.header("X-Releve-Case"), None);
    assert_eq!(message.from.as_ref().unwrap().email, "contact@prefecture.example.fr");
    assert!(mail.message_id.starts_with("warning."), "{}", mail.message_id);
    assert_eq!(message.part_types, ["multipart/alternative", "text/plain", "text/html"]);
}

#[tokio::test]
async fn an_agent_to_whom_a_case_is_given_after_the_warnings_is_told_at_once() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    office.watch_at("2026-03-05T07:00:00Z").await;
    office.watch_at("2026-03-06T07:00:00Z").await;
    assert_eq!(steps(&office).await, ["J-2 agent helene written", "J-1 agent helene written"]);
    office.clock.set(at("2026-03-06T10:00:00Z"));
    office.desk.assign(FIRST, Some("lea@prefecture.example.fr"), "helene").await.unwrap();
    assert_eq!(recipients(&office.watch_at("2026-03-06T10:01:00Z").await), ["lea"]);
    assert_eq!(office.watch_at("2026-03-06T10:02:00Z").await, [], "once");
    assert_eq!(steps(&office).await[2..], ["J-1 agent lea written", "J-2 agent lea overtaken"]);
}

#[tokio::test]
async fn a_step_that_found_nobody_is_told_to_the_first_who_is_declared() {
    let everybody = ["agents", "managers", "directors", "general_secretary", "quality_officers"];
    let mut office = Office::by(crate::desk::testing::without_people(&everybody)).await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    office.watch_at("2026-03-09T07:00:00Z").await;
    office.watch_at("2026-03-09T07:05:00Z").await;
    assert_eq!(steps(&office).await.len(), 3, "that there was nobody is written down once");
    let policy = crate::desk::testing::without_people(&everybody[2..]);
    office.desk =
        crate::desk::Desk::new(office.fixture.store.clone(), std::sync::Arc::new(policy), office.clock.clone());
    office.desk.watch_anew().await.unwrap();
    assert_eq!(recipients(&office.watch_at("2026-03-09T07:10:00Z").await), ["helene"]);
    assert_eq!(steps(&office).await.iter().filter(|step| step.contains("helene written")).count(), 1);
}

#[tokio::test]
async fn who_is_no_longer_named_is_no_longer_written_to() {
    let mut office = office().await;
    office.desk.note_absence(absence("helene", date(2026, 3, 2), date(2026, 3, 30), "lea")).await.unwrap();
    let policy = crate::desk::testing::without_people(&["agents"]);
    office.desk =
        crate::desk::Desk::new(office.fixture.store.clone(), std::sync::Arc::new(policy), office.clock.clone());
    assert_eq!(
        recipients(&office.watch_at("2026-03-05T07:00:00Z").await),
        ["helene"],
        "neither the agent nor the substitute"
    );
}

#[tokio::test]
async fn a_summary_of_the_week_is_one_whoever_is_away_in_it() {
    let office = office().await;
    office.desk.note_absence(absence("denis", date(2026, 3, 10), date(2026, 3, 13), "helene")).await.unwrap();
    let weekly = async |instant| {
        let told = office.told_at(instant).await;
        let weekly = told.into_iter().filter(|(_, message)| message.subject.starts_with("Bilan"));
        weekly.map(|(recipient, _)| recipient).collect::<Vec<_>>()
    };
    assert_eq!(weekly("2026-03-09T07:00:00Z").await, ["denis", "qualite", "sg"]);
    assert_eq!(weekly("2026-03-10T07:00:00Z").await, [] as [&str; 0], "he has had it");
    assert_eq!(weekly("2026-03-16T07:00:00Z").await, ["denis", "qualite", "sg"]);
}

#[tokio::test]
async fn what_a_clock_that_was_ahead_left_behind_silences_nobody() {
    let office = office().await;
    office.watch_at("2026-04-07T07:00:00Z").await;
    assert!(recipients(&office.watch_at("2026-03-10T07:00:00Z").await).contains(&"helene"));
}

#[tokio::test]
async fn a_notice_that_could_not_leave_waits_for_the_next_hour_of_work() {
    let office = office().await;
    office.clock.set(at("2026-03-05T07:00:00Z"));
    office.watch().await;
    let mails = office.leaving().await;
    office.clock.set(at("2026-03-06T16:59:50Z"));
    for mail in &mails {
        office.desk.delivered(mail, &Outcome::Retry { why: "450".into() }).await.unwrap();
    }
    let next = office.fixture.number("SELECT next_at FROM outbox WHERE purpose = 'notice'").await;
    assert_eq!(next, at("2026-03-09T07:00:00Z").as_millisecond(), "Friday evening, then Monday morning");
}

#[tokio::test]
async fn a_colleague_who_answers_a_digest_opens_no_case() {
    let office = office().await;
    office.clock.set(at("2026-03-10T07:00:00Z"));
    office.watch().await;
    let mails = office.leaving().await;
    let digest = mails.iter().find(|mail| mail.message_id.starts_with("digest.")).unwrap();
    let tally = office
        .write(&Letter::new("2").from("Hélène <helene@prefecture.example.fr>").answering(&[&digest.message_id]))
        .await;
    assert_eq!((tally.cases, tally.ignored), (0, 1));
    let stranger = office.write(&Letter::new("3").answering(&[&digest.message_id])).await;
    assert_eq!((stranger.cases, stranger.ignored), (1, 0), "a citizen who names it is a citizen");
}
