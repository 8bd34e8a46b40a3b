//! What the small forms of a case do: each is one act of the desk, and leads back to the case.

use jiff::{Timestamp, civil::Date};

use super::{
    page,
    routes::WORKERS,
    visit::{Answer, Failure, Visit},
};
use crate::{
    case::{Channel, Closing, Kind, Scope, Topic},
    desk::Correction,
};

fn back(visit: &Visit, word: &str) -> Answer {
    page::done(&format!("/demandes/{}", visit.about.reference), word)
}

pub(super) async fn confirm(visit: Visit) -> Answer {
    let known = visit.site.desk().store().case(&visit.about.reference).await?.ok_or(Failure::NotFound)?.summary;
    // What is confirmed is what was seen.
    let seen = [("nature", known.kind.word()), ("perimetre", known.scope.word()), ("theme", known.topic.word())];
    if seen.iter().any(|(name, word)| visit.form.has(name) && visit.form.get(name) != *word) {
        return Err(Failure::Refused(
            "un collègue a corrigé ce classement depuis que vous avez ouvert la demande : relisez-le".into(),
        ));
    }
    visit.site.desk().confirm(&visit.about.reference, visit.by()).await?;
    back(&visit, "confirme")
}

pub(super) async fn correct(visit: Visit) -> Answer {
    let form = &visit.form;
    // Only what was changed on the page: whatever else a colleague has corrected meanwhile stays.
    let changed = |name: &str| {
        let (now, shown) = (form.get(name), form.get(&format!("vu_{name}")));
        Some(now).filter(|now| !now.is_empty() && *now != shown)
    };
    let received = changed("recue_le").map(day).transpose()?;
    let correction = Correction {
        kind: changed("nature").and_then(|word| word.parse::<Kind>().ok()),
        scope: changed("perimetre").and_then(|word| word.parse::<Scope>().ok()),
        topic: changed("theme").and_then(|word| word.parse::<Topic>().ok()),
        channel: changed("canal").and_then(|word| word.parse::<Channel>().ok()),
        mailbox: changed("boite").map(str::to_owned),
        received_at: received.map(|day| instant(&visit, day)),
    };
    let after = visit.site.desk().reclassify(&visit.about.reference, &correction, visit.by()).await?;
    let may = visit.person.as_ref().is_some_and(|person| person.may_for(super::routes::READERS, &after.service));
    if may { back(&visit, "corrige") } else { page::done("/demandes", "corrige") }
}

pub(super) async fn note(visit: Visit) -> Answer {
    visit.site.desk().add_note(&visit.about.reference, visit.form.get("note"), visit.by()).await?;
    back(&visit, "note")
}

pub(super) async fn assign(visit: Visit) -> Answer {
    let to = match visit.form.get("a") {
        "" => return Err(Failure::Refused("choisissez à qui confier la demande".into())),
        "personne" => None,
        "moi" => Some(visit.by().to_owned()),
        to => Some(to.to_owned()),
    };
    visit.site.desk().assign(&visit.about.reference, to.as_deref(), visit.by()).await?;
    back(&visit, "confie")
}

pub(super) async fn close(visit: Visit) -> Answer {
    let reason = visit.form.word::<Closing>("raison");
    let reason = reason.ok_or_else(|| Failure::Refused("choisissez pourquoi il n'y a pas à répondre".into()))?;
    visit.site.desk().close(&visit.about.reference, reason, visit.form.get("note"), visit.by()).await?;
    back(&visit, "close")
}

pub(super) async fn reopen(visit: Visit) -> Answer {
    visit.site.desk().reopen(&visit.about.reference, visit.form.get("pourquoi"), visit.by()).await?;
    back(&visit, "rouverte")
}

pub(super) async fn merge(visit: Visit) -> Answer {
    let into = visit.form.get("dans");
    // Of a case that is not theirs, nobody learns that it is there.
    let found = visit.site.desk().store().service_of(into).await?;
    let theirs = |service: &str| visit.person.as_ref().is_some_and(|person| person.may_for(WORKERS, service));
    if !found.is_some_and(|(_, service)| theirs(&service)) {
        let text = format!("aucune demande de vos services ne porte la référence « {into} »");
        return Err(Failure::Refused(text));
    }
    let both = visit.form.get("meme_personne") == "1";
    visit.site.desk().merge(&visit.about.reference, into, both, visit.by()).await?;
    back(&visit, "reunie")
}

pub(super) async fn separate(visit: Visit) -> Answer {
    visit.site.desk().separate(&visit.about.reference, visit.by()).await?;
    back(&visit, "separee")
}

pub(super) async fn split(visit: Visit) -> Answer {
    let message = visit.form.get("message").parse();
    let message = message.map_err(|_| Failure::Refused("dites quel message détacher".into()))?;
    let case = visit.site.desk().split(&visit.about.reference, message, visit.by()).await?;
    page::done(&format!("/demandes/{}", case.reference), "detachee")
}

pub(super) async fn answered_outside(visit: Visit) -> Answer {
    let at = match visit.form.get("le") {
        "" => visit.site.desk().now(),
        written => instant(&visit, day(written)?),
    };
    let how = visit.form.get("comment");
    visit.site.desk().answered_outside(&visit.about.reference, at, how, visit.by()).await?;
    back(&visit, "repondue")
}

/// A day as browsers write it, or as people do.
pub(super) fn day(written: &str) -> Result<Date, Failure> {
    let turned = written.split('/').rev().collect::<Vec<_>>().join("-");
    let day = written.parse().or_else(|_| turned.parse());
    day.map_err(|_| Failure::Refused(format!("« {written} » n'est pas un jour ; écrivez-le 26/11/2026")))
}

/// The instant that is meant by a day: its noon, or now on the day of today before noon.
pub(super) fn instant(visit: &Visit, day: Date) -> Timestamp {
    let (calendar, now) = (page::calendar(&visit.site), visit.site.desk().now());
    calendar.noon(day, now)
}
