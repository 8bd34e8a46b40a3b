//! What agents do in their mail client: replies in the folder of what was sent, drafts in theirs.

use crate::{
    case::{Purpose, State},
    desk::{
        Step, Wording,
        testing::{Letter, Office, with_folders},
    },
    store::testing::at,
};

const FIRST: &str = "2026-000001";
const NOE: &str = "noe@prefecture.example.fr";
const JEANNE: &str = "jeanne@usagers.example.fr";

async fn asked() -> Office {
    let office = Office::by(with_folders()).await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    office.clock.set(at("2026-03-05T09:00:00Z"));
    office
}

fn reply(id: &str) -> Letter {
    Letter::new(id).written_by_us(JEANNE, "Wed, 4 Mar 2026 11:00:00 +0100").answering(&["1@usagers.example.fr"])
}

#[tokio::test]
async fn a_reply_from_a_mail_client_closes_the_case_on_the_day_on_which_it_left() {
    let office = asked().await;
    let tally = office.sent_from_client(&reply("r1")).await;
    assert_eq!((tally.replies, tally.cases, tally.acknowledged), (1, 0, 0));
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, case.summary.answered_at), (State::Answered, Some(at("2026-03-04T10:00:00Z"))));
    assert!(case.clocks.iter().filter(|clock| clock.purpose == Purpose::Answer).all(|clock| clock.met_at.is_some()));
    assert_eq!(office.leaving().await.len(), 0, "nobody is written to");
    // Whoever answers that reply continues the case.
    office
        .write(&Letter::new("3").answering(&["r1@usagers.example.fr"]).body("Et le samedi, c'est ouvert ?\r\n"))
        .await;
    assert_eq!(office.case(FIRST).await.summary.state, State::Open);
}

#[tokio::test]
async fn a_server_that_renumbers_what_was_sent_changes_nothing() {
    let office = asked().await;
    office.sent_from_client(&reply("r1")).await;
    let before = office.history(FIRST).await;
    let tally = office.sent_from_client(&reply("r1")).await;
    assert_eq!((tally.replies, tally.duplicates), (0, 1));
    assert_eq!(office.history(FIRST).await, before);
}

#[tokio::test]
async fn what_does_not_go_to_the_correspondent_answers_nobody() {
    let office = asked().await;
    office.sent_from_client(&Letter { to: "karim@prefecture.example.fr".into(), ..reply("r1") }).await;
    office
        .sent_from_client(&Letter {
            to: "karim@prefecture.example.fr".into(),
            ..reply("r2").subject(&format!("Tr: {FIRST}"))
        })
        .await;
    assert_eq!(office.case(FIRST).await.summary.state, State::Open);
}

#[tokio::test]
async fn a_reply_in_no_thread_is_proposed_and_a_person_decides() {
    let office = asked().await;
    office.sent_from_client(&Letter::new("r1").written_by_us(JEANNE, "Wed, 4 Mar 2026 11:00:00 +0100")).await;
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, office.history(FIRST).await.last()), (State::Open, Some(&"join_proposed")));
}

#[tokio::test]
async fn a_date_that_a_client_claims_cannot_be_before_the_question_nor_in_the_future() {
    let office = asked().await;
    office.sent_from_client(&Letter { date: "Sun, 1 Mar 2026 11:00:00 +0100".into(), ..reply("r1") }).await;
    assert_eq!(office.case(FIRST).await.summary.answered_at, Some(at("2026-03-05T09:00:00Z")), "when it was found");
    let office = asked().await;
    office.sent_from_client(&Letter { date: "Wed, 1 Apr 2026 11:00:00 +0100".into(), ..reply("r1") }).await;
    assert_eq!(office.case(FIRST).await.summary.answered_at, Some(at("2026-03-05T09:00:00Z")), "when it was found");
}

#[tokio::test]
async fn a_reply_that_is_found_before_its_question_waits_for_it() {
    let office = Office::by(with_folders()).await;
    office.clock.set(at("2026-03-05T09:00:00Z"));
    office.sent_from_client(&reply("r1")).await;
    assert_eq!(office.fixture.count("cases").await, 0);
    office.deliver_of("2026-03-02T09:00:00Z", &Letter::new("1")).await;
    office.receive().await;
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, case.summary.answered_at), (State::Answered, Some(at("2026-03-04T10:00:00Z"))));
    assert_eq!(office.fixture.count("loose_end").await, 0);
    assert!(case.clocks.iter().all(|clock| clock.ended_at.is_some() && !clock.drives), "{:?}", case.clocks);
    assert_eq!(office.leaving().await.len(), 0, "nobody promises an answer to whoever has had it");
}

#[tokio::test]
async fn a_question_and_its_reply_that_were_read_at_the_same_moment_meet_at_the_next() {
    let office = Office::by(with_folders()).await;
    office.clock.set(at("2026-03-05T09:00:00Z"));
    office.sent_from_client(&reply("r1")).await;
    // The other transaction did not see it.
    office.fixture.run("UPDATE loose_end SET named = 'x' || named").await;
    office.deliver_of("2026-03-02T09:00:00Z", &Letter::new("1")).await;
    office.receive().await;
    office.fixture.run("UPDATE loose_end SET named = substr(named, 2)").await;
    assert_eq!(office.case(FIRST).await.summary.state, State::Open);
    let sent = crate::intake::sent_folder(office.mailbox("contact")).unwrap();
    office.desk.receive(&sent, office.activated_at).await.unwrap();
    assert_eq!(office.case(FIRST).await.summary.state, State::Answered);
}

#[tokio::test]
async fn a_reply_that_left_before_another_question_does_not_answer_it() {
    let office = asked().await;
    let more = Letter::new("2").answering(&["1@usagers.example.fr"]).body("Et le samedi, est-ce ouvert ?\r\n");
    office.write(&more).await;
    office.sent_from_client(&reply("r1")).await;
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, case.summary.answered_at), (State::Open, Some(at("2026-03-04T10:00:00Z"))));
    assert_eq!(case.clocks.iter().filter(|clock| clock.drives).count(), 1);
}

#[tokio::test]
async fn an_absence_among_what_was_sent_is_no_answer_nor_is_a_copy() {
    let office = asked().await;
    office.sent_from_client(&reply("r1").header("Auto-Submitted: auto-replied")).await;
    let copied = Letter { to: "karim@prefecture.example.fr".into(), ..reply("r2") };
    office.sent_from_client(&copied.clone().header(&format!("Cc: {JEANNE}"))).await;
    office.sent_from_client(&Letter { id: "r3@x".into(), ..copied }.header(&format!("Bcc: x{JEANNE}"))).await;
    assert_eq!(office.case(FIRST).await.summary.state, State::Open);
}

#[tokio::test]
async fn the_thread_counts_before_a_reference_in_the_subject() {
    let office = asked().await;
    office.write(&Letter::new("2").subject("Carte grise").body("Où refaire ma carte grise ?\r\n")).await;
    office
        .sent_from_client(
            &Letter::new("r1")
                .written_by_us(JEANNE, "Thu, 5 Mar 2026 10:00:00 +0100")
                .answering(&["2@usagers.example.fr"])
                .subject(&format!("Re: {FIRST}")),
        )
        .await;
    let states = (office.case(FIRST).await.summary.state, office.case("2026-000002").await.summary.state);
    assert_eq!(states, (State::Open, State::Answered));
}

#[tokio::test]
async fn a_draft_is_not_taken_out_before_it_has_been_laid() {
    let office = Office::by(with_folders()).await;
    office.write(&Letter::new("1")).await;
    let mut work = office.fixture.store.begin().await.unwrap();
    work.alive("one", office.desk.now() + jiff::SignedDuration::from_hours(1)).await.unwrap();
    work.commit().await.unwrap();
    let claimed = office.desk.claim_filings("one", 10).await.unwrap();
    office.desk.filed(&claimed[0], &crate::desk::Filed::Retry("plus tard".into())).await.unwrap();
    office.desk.answered_outside(FIRST, office.desk.now(), "", NOE).await.unwrap();
    assert_eq!(office.desk.claim_filings("one", 10).await.unwrap().len(), 0, "it would find nothing to take out");
    office.clock.set(at("2026-03-02T09:01:00Z"));
    let doing = async || office.filings().await.into_iter().map(|one| one.1).collect::<Vec<_>>();
    assert_eq!((doing().await, doing().await), (vec!["put"], vec!["remove"]));
}

#[tokio::test]
async fn what_we_send_is_laid_among_what_was_sent_and_is_no_reply_there() {
    let office = Office::by(with_folders()).await;
    office.write(&Letter::new("1")).await;
    let (mail, _) = office.letter().await;
    office.post().await;
    let laid = office.filings().await;
    assert!(laid.contains(&("sent", "put", mail.message_id.clone())), "{laid:?}");
    let sent = crate::intake::sent_folder(office.mailbox("contact")).unwrap();
    office.deliver(&sent.id, &mail.bytes).await;
    let tally = office.desk.receive(&sent, office.activated_at).await.unwrap();
    assert_eq!((tally.ignored, tally.replies), (1, 0));
    assert_eq!(office.case(FIRST).await.summary.state, State::Open);
}

#[tokio::test]
async fn the_best_model_is_laid_as_a_draft_once_and_taken_out_when_the_case_is_answered() {
    let office = Office::by(with_folders()).await;
    office.write(&Letter::new("1")).await;
    let drafts = |laid: Vec<(&'static str, &'static str, String)>| {
        laid.into_iter().filter(|one| one.0 == "drafts").collect::<Vec<_>>()
    };
    let laid = drafts(office.filings().await);
    let [("drafts", "put", id)] = &laid[..] else { panic!("one draft: {laid:?}") };
    assert!(office.history(FIRST).await.contains(&"drafted"));
    office.write(&Letter::new("2").subject(&format!("Re: {FIRST}"))).await;
    assert_eq!(drafts(office.filings().await), [], "once");
    office
        .desk
        .take(FIRST, &Step::Answer(Wording { model: Some("accueil-horaires".into()), ..Wording::default() }), NOE)
        .await
        .unwrap();
    assert_eq!(drafts(office.filings().await), [("drafts", "remove", id.clone())]);
}

#[tokio::test]
async fn our_draft_sent_from_a_mail_client_under_the_id_that_we_gave_it_is_the_answer() {
    let office = Office::by(with_folders()).await;
    office.write(&Letter::new("1")).await;
    let laid = office.filings().await;
    let id = &laid.iter().find(|one| one.0 == "drafts").unwrap().2;
    office.clock.set(at("2026-03-05T09:00:00Z"));
    office.sent_from_client(&Letter { id: id.clone(), ..reply("r1") }).await;
    assert_eq!(office.case(FIRST).await.summary.state, State::Answered);
}

#[tokio::test]
async fn nobody_is_kept_waiting_by_what_cannot_be_filed() {
    let office = Office::by(with_folders()).await;
    office.write(&Letter::new("1")).await;
    let mut work = office.fixture.store.begin().await.unwrap();
    work.alive("one", office.desk.now() + jiff::SignedDuration::from_mins(50)).await.unwrap();
    work.commit().await.unwrap();
    let claimed = office.desk.claim_filings("one", 10).await.unwrap();
    office.desk.filed(&claimed[0], &crate::desk::Filed::Retry("le serveur ne répond pas".into())).await.unwrap();
    assert_eq!(office.desk.claim_filings("one", 10).await.unwrap().len(), 0, "later");
    assert_eq!(office.fixture.store.filings_waiting().await.unwrap(), (1, "le serveur ne répond pas".into()));
    office.clock.set(at("2026-03-02T09:01:00Z"));
    assert_eq!(office.desk.claim_filings("one", 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_words_of_our_own_people_never_make_a_reply_a_machine_s() {
    for text in [
        "C'est prêt. Merci de ne pas répondre à ce message.\r\n",
        "Nous avons bien reçu votre demande : titre renouvelé.\r\n",
    ] {
        let office = asked().await;
        office.sent_from_client(&reply("r1").subject("RE: Accusé de réception jamais reçu").body(text)).await;
        assert_eq!(office.case(FIRST).await.summary.state, State::Answered, "{text}");
    }
}

#[tokio::test]
async fn a_copy_that_did_not_arrive_is_not_the_answer_that_did_not() {
    let office = asked().await;
    office.sent_from_client(&reply("r1").header("Cc: karim@ailleurs.example.org")).await;
    let report = |recipient: &str, id: &str| {
        let original = crate::store::Outgoing {
            id: 0,
            case_id: None,
            message_id: String::new(),
            envelope_from: String::new(),
            recipient: recipient.into(),
            bytes: b"Message-ID: <r1@usagers.example.fr>\r\n\r\n".to_vec(),
            attempts: 1,
            created_at: at("2026-03-05T09:00:00Z"),
        };
        let report = crate::desk::testing::bounce(&original);
        String::from_utf8(report).unwrap().replace("bounce@mx", &format!("{id}@mx"))
    };
    office.deliver("contact", report("karim@ailleurs.example.org", "b1")).await;
    office.receive().await;
    assert_eq!(office.case(FIRST).await.summary.state, State::Answered);
    office.deliver("contact", report(JEANNE, "b2")).await;
    office.receive().await;
    assert_eq!(office.case(FIRST).await.summary.state, State::Open);
}
