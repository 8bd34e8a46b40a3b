//! Any sequence of acts, messages and looks of the watch: what is true of a case is true after each of them.

use std::collections::BTreeSet;

use jiff::{SignedDuration, ToSpan};
use proptest::prelude::*;

use crate::{
    case::{Channel, Closing, Disposition, Kind, LetterKind, Purpose, State},
    desk::{
        Correction, Outcome, Step, Wording,
        testing::{Letter, Office, bounce, with_folders},
    },
    store::CaseDetail,
};

const FIRST: &str = "2026-000001";

/// What may happen.
#[derive(Debug, Clone, Copy)]
enum Happens {
    Assign(bool),
    Hold(i8),
    Transfer(bool),
    HandOver,
    Answer(i8),
    Close,
    Reopen,
    Kind(bool),
    Channel(bool),
    Received(i8),
    Mailbox(bool),
    Writes,
    /// Writes thanks, and nothing else.
    Thanks,
    Sent,
    Hours(u8),
    /// An answer, a holding reply, a request for pieces by our own mail.
    AnswerByMail,
    HoldByMail(i8),
    Ask(i8),
    HandOverByMail,
    Note,
    /// Another case is there, and the first one is answered in it or the other way round.
    Merge(bool),
    Separate,
    Split,
    /// What left last comes back.
    Bounces,
    /// A reply is found in the folder of what was sent.
    FromClient(i8),
}

const ZERO: &str = "2026-000002";

fn happens() -> impl Strategy<Value = Happens> {
    let act = prop_oneof![
        any::<bool>().prop_map(Happens::Assign),
        (-2..20_i8).prop_map(Happens::Hold),
        any::<bool>().prop_map(Happens::Transfer),
        Just(Happens::HandOver),
        (-3..2_i8).prop_map(Happens::Answer),
        Just(Happens::Close),
        Just(Happens::Reopen),
    ];
    let correction = prop_oneof![
        any::<bool>().prop_map(Happens::Kind),
        any::<bool>().prop_map(Happens::Channel),
        (-20..2_i8).prop_map(Happens::Received),
        any::<bool>().prop_map(Happens::Mailbox),
    ];
    let mail = prop_oneof![
        3 => Just(Happens::Writes),
        1 => Just(Happens::Thanks),
        3 => Just(Happens::Sent),
        2 => Just(Happens::Bounces),
        1 => (-3..2_i8).prop_map(Happens::FromClient),
    ];
    let letter = prop_oneof![
        2 => Just(Happens::AnswerByMail),
        1 => (-2..20_i8).prop_map(Happens::HoldByMail),
        1 => (-2..20_i8).prop_map(Happens::Ask),
        1 => Just(Happens::HandOverByMail),
        1 => Just(Happens::Note),
        1 => any::<bool>().prop_map(Happens::Merge),
        1 => Just(Happens::Separate),
        1 => Just(Happens::Split),
    ];
    let time = (1..200_u8).prop_map(Happens::Hours);
    prop_oneof![6 => act, 3 => correction, 5 => letter, 4 => mail, 8 => time]
}

/// Lets it happen; whether the desk refused it.
async fn happen(office: &Office, number: usize, what: Happens) -> bool {
    let (desk, now) = (&office.desk, office.desk.now());
    let days = |days: i8| now + SignedDuration::from_hours(24 * i64::from(days));
    let correct = async |correction: Correction| desk.reclassify(FIRST, &correction, "test").await;
    let outcome = match what {
        Happens::Assign(noe) => desk.assign(FIRST, noe.then_some("noe@prefecture.example.fr"), "test").await,
        Happens::Hold(after) => {
            let until = desk.policy().calendar.date(now).saturating_add(i64::from(after).days());
            desk.held_outside(FIRST, until, now, "test").await
        }
        Happens::Transfer(back) => desk.transfer(FIRST, if back { "accueil" } else { "sejour" }, "", "test").await,
        Happens::HandOver => desk.handed_over_outside(FIRST, "mairie", now, "", "test").await,
        Happens::Answer(ago) => desk.answered_outside(FIRST, days(ago), "", "test").await,
        Happens::Close => desk.close(FIRST, Closing::Withdrawn, "", "test").await,
        Happens::Reopen => desk.reopen(FIRST, "", "test").await,
        Happens::Kind(complaint) => {
            let kind = Some(if complaint { Kind::Complaint } else { Kind::Suggestion });
            correct(Correction { kind, ..Correction::default() }).await
        }
        Happens::Channel(letter) => {
            let channel = Some(if letter { Channel::Letter } else { Channel::Email });
            correct(Correction { channel, ..Correction::default() }).await
        }
        Happens::Received(ago) => correct(Correction { received_at: Some(days(ago)), ..Correction::default() }).await,
        Happens::Mailbox(contact) => {
            let mailbox = Some(if contact { "contact" } else { "etrangers" }.to_owned());
            correct(Correction { mailbox, ..Correction::default() }).await
        }
        Happens::Writes => {
            let id = format!("more-{number}");
            office.write(&Letter::new(&id).subject(&format!("Re: {FIRST}"))).await;
            return false;
        }
        Happens::Thanks => {
            let letter = Letter::new(&format!("thanks-{number}")).subject(&format!("Re: {FIRST}"));
            office.write(&letter.body("Merci beaucoup pour votre réponse, bonne journée.\r\n")).await;
            return false;
        }
        Happens::Sent => {
            office.post().await;
            return false;
        }
        Happens::Bounces => {
            for mail in office.leaving().await.iter().filter(|mail| mail.case_id.is_some()) {
                desk.delivered(mail, &Outcome::Sent { answer: "250 ok".into() }).await.unwrap();
                let bounce = String::from_utf8(bounce(mail)).unwrap();
                office
                    .deliver("contact", bounce.replace("bounce@mx", &format!("bounce-{number}-{}@mx", mail.id)))
                    .await;
            }
            office.receive().await;
            return false;
        }
        Happens::FromClient(ago) => {
            let date = days(ago).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
            let reply = Letter::new(&format!("client-{number}")).written_by_us("jeanne@usagers.example.fr", &date);
            office.sent_from_client(&reply.answering(&["1@usagers.example.fr"])).await;
            return false;
        }
        Happens::AnswerByMail => {
            let wording = Wording { model: Some("accueil-horaires".into()), ..Wording::default() };
            desk.take(FIRST, &Step::Answer(wording), "noe@prefecture.example.fr").await.map(|stepped| stepped.case)
        }
        Happens::HoldByMail(after) => {
            let until = desk.policy().calendar.date(now).saturating_add(i64::from(after).days());
            let raison = ("raison".to_owned(), "Nous attendons un avis.".to_owned());
            let wording = Wording { blanks: [raison].into(), ..Wording::default() };
            desk.take(FIRST, &Step::Hold(until, wording), "noe@prefecture.example.fr").await.map(|stepped| stepped.case)
        }
        Happens::Ask(after) => {
            let until = desk.policy().calendar.date(now).saturating_add(i64::from(after).days());
            let step = Step::Ask { pieces: vec!["un justificatif".into()], until, wording: Wording::default() };
            desk.take(FIRST, &step, "noe@prefecture.example.fr").await.map(|stepped| stepped.case)
        }
        Happens::HandOverByMail => {
            let (administration, email) = ("mairie".into(), Some("mairie@commune.example.fr".into()));
            let step = Step::HandOver { administration, email, why: String::new(), wording: Wording::default() };
            desk.take(FIRST, &step, "noe@prefecture.example.fr").await.map(|stepped| stepped.case)
        }
        Happens::Note => desk.add_note(FIRST, "A appelé.", "test").await,
        Happens::Merge(first) => {
            if office.fixture.store.case(ZERO).await.unwrap().is_none() {
                let other = Letter::new("other").from("Paul <paul@usagers.example.fr>");
                office.write(&other).await;
            }
            let (one, into) = if first { (FIRST, ZERO) } else { (ZERO, FIRST) };
            desk.merge(one, into, true, "test").await
        }
        Happens::Separate => desk.separate(FIRST, "test").await,
        Happens::Split => {
            let messages = office.case(FIRST).await.messages;
            let follow_up = messages.iter().rev().find(|message| message.disposition == Disposition::FollowUp);
            desk.split(FIRST, follow_up.map_or(0, |message| message.id), "test").await
        }
        Happens::Hours(hours) => {
            office.clock.set(now + SignedDuration::from_hours(i64::from(hours)));
            office.watch().await;
            return false;
        }
    };
    outcome.is_err()
}

/// What is true of a case at any time.
fn sound(case: &CaseDetail) {
    let CaseDetail { summary, clocks, warnings, .. } = case;
    let driving: Vec<_> = clocks.iter().filter(|clock| clock.drives).collect();
    assert_eq!(
        driving.len(),
        usize::from(summary.state.is_running()),
        "one clock drives a case that runs, and no other"
    );
    if let [driving] = driving[..] {
        assert_eq!(summary.due_at, driving.due_at, "the day that is shown is the day that is watched");
        assert!(driving.ended_at.is_none());
        assert_eq!(driving.purpose == Purpose::Announced, summary.state == State::Held);
        assert_eq!(driving.purpose == Purpose::Pieces, summary.state == State::Asked);
    }
    assert_eq!(summary.ended_at.is_none(), summary.state.is_running());
    for purpose in Purpose::ALL {
        let running = clocks.iter().filter(|clock| clock.purpose == *purpose && clock.ended_at.is_none()).count();
        assert!(running <= usize::from(summary.state.is_running()), "{running} clocks of {purpose} run");
    }
    let answers = clocks.iter().filter(|clock| clock.purpose == Purpose::Answer && clock.ended_at.is_none()).count();
    assert_eq!(answers, usize::from(summary.state.is_running()), "the answer is counted as long as it is owed");
    assert!(summary.holds <= 2);
    if let Some(answered) = summary.answered_at {
        assert!(summary.first_reply_at.is_some_and(|reply| reply <= answered), "no answer before the first reply");
    }
    let steps: BTreeSet<_> = warnings.iter().map(|one| (one.clock_id, &one.step, one.role, &one.meant_for)).collect();
    assert_eq!(steps.len(), warnings.len(), "each step once");
}

/// Whether it comes from outside, and may concern another case than the first.
fn from_outside(what: Happens) -> bool {
    use Happens::{Bounces, FromClient, Hours, Sent, Thanks, Writes};
    matches!(what, Hours(_) | Sent | Writes | Thanks | Bounces | FromClient(_))
}

async fn hold(all: Vec<Happens>) {
    let office = Office::by(with_folders()).await;
    office.write(&Letter::new("1")).await;
    sound(&office.case(FIRST).await);
    let mut answers = 0;
    for (number, what) in all.into_iter().enumerate() {
        let before = office.case(FIRST).await;
        let refused = happen(&office, number, what).await;
        let after = office.case(FIRST).await;
        sound(&after);
        if let Some(other) = office.fixture.store.case(ZERO).await.unwrap() {
            sound(&other);
        }
        answers += usize::from(matches!(what, Happens::AnswerByMail) && !refused);
        let written = after.replies.iter().filter(|reply| reply.letter.kind == LetterKind::Answer).count();
        assert_eq!(written, answers, "an answer is written when an agent sends it, and never again");
        assert!(after.events.len() >= before.events.len(), "no event is lost");
        for (one, other) in before.events.iter().zip(&after.events) {
            assert_eq!((one.at, &one.detail), (other.at, &other.detail), "no event is changed");
        }
        if refused {
            assert_eq!(before.events.len(), after.events.len(), "{what:?} was refused and left a trace");
            assert_eq!(format!("{:?}", before.clocks), format!("{:?}", after.clocks), "{what:?} was refused");
        } else if !from_outside(what) {
            assert!(after.events.len() > before.events.len(), "{what:?} left no event");
        }
    }
    let letters = office.fixture.count("reply").await;
    assert_eq!(
        office.fixture.number("SELECT COUNT(*) FROM outbox WHERE purpose = 'reply'").await,
        letters,
        "one mail a letter"
    );
    let drafts = "SELECT COUNT(*) - COUNT(DISTINCT case_id) FROM filing WHERE folder = 'drafts' AND doing = 'put'";
    assert_eq!(office.fixture.number(drafts).await, 0, "one draft a case");
    let twice = "SELECT COUNT(*) - COUNT(DISTINCT slot) FROM notice";
    assert_eq!(office.fixture.number(twice).await, 0);
    let mails = "SELECT COUNT(*) - COUNT(DISTINCT notice_id) FROM outbox WHERE purpose = 'notice'";
    assert_eq!(office.fixture.number(mails).await, 0, "one mail a notice");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_a_case_stays_sound(all in prop::collection::vec(happens(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(hold(all));
    }
}
