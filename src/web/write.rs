//! What is written to a correspondent: an answer, a holding reply, a request for pieces, a transfer. It is kept as a draft,
//! shown as it will be read before it is sent, and can be taken back for a while after.

mod form;

use std::collections::BTreeMap;

use axum::{http::header, response::IntoResponse};
use serde_json::json;

use form::{page, preview};

use super::{
    acts,
    page::{done, sentence},
    visit::{Answer, Failure, Fields, Visit, to},
};
use crate::{
    case::{Deed, LetterKind},
    desk::{ActError, Step, Wording},
    replies::{Draft, lint},
    store::{CaseDetail, Writing},
};

/// The word of a letter in addresses.
pub(super) const fn slug(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Answer => "reponse",
        LetterKind::Holding => "attente",
        LetterKind::Pieces => "pieces",
        LetterKind::Transfer => "reorientation",
        LetterKind::Handover => "transmission",
    }
}

fn kind_of(visit: &Visit) -> Result<LetterKind, Failure> {
    let found = LetterKind::ALL.iter().copied().find(|kind| slug(*kind) == visit.part("kind"));
    found.ok_or(Failure::NotFound)
}

async fn case_of(visit: &Visit) -> Result<CaseDetail, Failure> {
    visit.site.desk().store().case(&visit.about.reference).await?.ok_or(Failure::NotFound)
}

async fn draft_of(visit: &Visit, case: i64, kind: LetterKind) -> Result<Option<Writing>, Failure> {
    let writings = visit.site.desk().store().writings(case).await?;
    Ok(writings.into_iter().find(|writing| writing.kind == kind && writing.person == visit.by()))
}

/// The form, as the agent left it, or as the model begins it.
pub(super) async fn show(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    let case = case_of(&visit).await?;
    let wanted = visit.asked.get("modele").to_owned();
    let draft = draft_of(&visit, case.summary.id, kind).await?;
    let mut fresh = String::new();
    let (mut fields, mut notice) = (Fields::default(), String::new());
    match draft {
        Some(draft) if !visit.asked.has("neuf") => {
            let kept = Fields::from_json(&draft.fields);
            if !draft.failure.is_empty() {
                notice = format!("Ce message n'est pas parti. {}", sentence(&draft.failure));
            } else if !wanted.is_empty() && kept.get("modele") != wanted {
                notice = "Voici votre brouillon.".to_owned();
            }
            if !wanted.is_empty() && kept.get("modele") != wanted {
                fresh.clone_from(&wanted);
            }
            fields = kept;
        }
        _ => {
            if let Some(begun) = begun(&visit, kind, &wanted).await? {
                fields.set("modele", &wanted);
                fields.set("objet", &begun.subject);
                fields.set("texte", &begun.texts[0].1);
            }
            for (field, asked) in [("service", "service"), ("pourquoi", "pourquoi")] {
                fields.set(field, visit.asked.get(asked));
            }
        }
    }
    page(&visit, kind, &case, &fields, None, String::new(), (notice, fresh)).await
}

/// How the text of an answer begins; `None`: it is written freely.
async fn begun(visit: &Visit, kind: LetterKind, model: &str) -> Result<Option<Draft>, Failure> {
    if kind != LetterKind::Answer || model.is_empty() {
        return Ok(None);
    }
    Ok(Some(visit.site.desk().begin_answer(&visit.about.reference, model).await?))
}

/// The fields that are kept of a form.
fn kept(form: &Fields) -> Fields {
    let mut kept = form.clone();
    for passing in ["jeton", "action", "vu", "a", "lu", "garde"] {
        kept.set(passing, "");
    }
    kept
}

/// What a form asks for.
async fn step(visit: &Visit, kind: LetterKind) -> Result<Step, Failure> {
    let form = &visit.form;
    let given = |name: &str| (!form.get(name).is_empty()).then(|| form.get(name).replace("\r\n", "\n"));
    let blanks: BTreeMap<String, String> = form
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("champ.")?.to_owned(), value.trim().to_owned())))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let mut wording = Wording {
        model: given("modele"),
        blanks,
        text: given("texte"),
        subject: given("objet"),
        to: Some(form.get("a").to_owned()).filter(|to| !to.is_empty()),
        read: form.get("lu").parse().ok(),
    };
    if kind == LetterKind::Answer {
        if wording.text.is_none() {
            return Err(Failure::Refused(
                "le texte est vide : écrivez votre réponse, ou choisissez une réponse type".into(),
            ));
        }
        // A model that was left as it is keeps what else it has: its versions in other languages.
        if let Some(begun) = begun(visit, kind, wording.model.as_deref().unwrap_or_default()).await? {
            // One that still waits for the agent is told by its marks.
            let whole = begun.texts[0].1.trim();
            wording.text = wording.text.filter(|text| text.trim() != whole || whole.contains("[à compléter"));
            wording.subject = wording.subject.filter(|subject| *subject != begun.subject);
        }
    }
    let until = || match form.get("jusqu_au") {
        "" => Err(Failure::Refused("choisissez une date".into())),
        written => acts::day(written),
    };
    let why = form.get("pourquoi").to_owned();
    Ok(match kind {
        LetterKind::Answer => Step::Answer(wording),
        LetterKind::Holding => Step::Hold(until()?, wording),
        LetterKind::Pieces => {
            let pieces = form.get("pieces").lines().map(str::trim).filter(|line| !line.is_empty());
            Step::Ask { pieces: pieces.map(str::to_owned).collect(), until: until()?, wording }
        }
        LetterKind::Transfer => match form.get("service") {
            "" => return Err(Failure::Refused("choisissez le service qui répondra".into())),
            service => Step::Transfer { service: service.to_owned(), why, wording },
        },
        LetterKind::Handover => {
            let email = given("courriel").map(|email| email.to_lowercase());
            if email.is_none() && form.get("deja") != "1" {
                return Err(Failure::Refused(
                    "donnez l'adresse électronique de l'administration, ou cochez que la demande lui a déjà été transmise".into(),
                ));
            }
            let email = email.filter(|_| form.get("deja") != "1");
            Step::HandOver { administration: form.get("administration").to_owned(), email, why, wording }
        }
    })
}

/// The draft with which a form goes on.
fn known_draft(visit: &Visit) -> i64 {
    visit.form.get("garde").parse().unwrap_or_default()
}

/// Previews, sends, keeps or throws away, as the button says.
pub(super) async fn take(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    let (desk, reference) = (visit.site.desk(), visit.about.reference.clone());
    let there = format!("/demandes/{reference}");
    let fields = kept(&visit.form);
    match visit.form.get("action") {
        "brouillon" => {
            desk.keep_draft(&reference, kind, &fields.json(), known_draft(&visit), visit.by()).await?;
            return done(&there, "brouillon");
        }
        "effacer" => {
            desk.drop_draft(&reference, kind, visit.by()).await?;
            return done(&there, "efface");
        }
        _ => {}
    }
    let case = case_of(&visit).await?;
    let tried = match step(&visit, kind).await {
        Ok(step) => {
            desk.rehearse(&reference, &step, visit.by()).await.map(|stepped| (step, stepped)).map_err(Failure::from)
        }
        Err(failure) => Err(failure),
    };
    let nothing = || (String::new(), String::new());
    let (step, stepped) = match tried {
        Ok(found) => found,
        // The form comes back with everything that was typed.
        Err(Failure::Refused(text)) => return page(&visit, kind, &case, &fields, None, text, nothing()).await,
        Err(other) => return Err(other),
    };
    let preview = preview(&visit.site, &step, &stepped);
    match visit.form.get("action") {
        "modifier" => {
            let mut fields = fields;
            if let Some(letter) = &stepped.letter {
                fields.set("objet", &letter.subject);
                fields.set("texte", &letter.body);
            }
            page(&visit, kind, &case, &fields, None, String::new(), nothing()).await
        }
        "envoyer" => {
            match desk.send(&reference, &step, visit.form.get("vu"), &fields.json(), visit.by()).await {
                Ok(_) => {}
                Err(ActError::Store(error)) => return Err(error.into()),
                Err(refused) => {
                    return page(&visit, kind, &case, &fields, Some(preview), refused.to_string(), nothing()).await;
                }
            }
            visit.site.accounts().record(visit.by(), Deed::LetterSent, &reference, kind.french()).await?;
            // What was transferred at once may be no case of theirs any more.
            let still = desk.store().service_of(&reference).await?.map(|(_, service)| service);
            let theirs = visit.person.as_ref().zip(still);
            let theirs = theirs.is_some_and(|(person, service)| person.may_for(super::routes::READERS, &service));
            to(if theirs { &there } else { "/demandes" })
        }
        _ => {
            desk.keep_draft(&reference, kind, &fields.json(), known_draft(&visit), visit.by()).await?;
            page(&visit, kind, &case, &fields, Some(preview), String::new(), nothing()).await
        }
    }
}

/// Keeps a draft while it is written: a script asks.
pub(super) async fn keep(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    let fields = kept(&visit.form);
    let known = known_draft(&visit);
    let kept = visit.site.desk().keep_draft(&visit.about.reference, kind, &fields.json(), known, visit.by()).await?;
    Ok(kept.to_string().into_response())
}

/// Reads a text as a citizen would, while it is written: a script asks.
pub(super) async fn lint(visit: Visit) -> Answer {
    let text = visit.form.get("texte").to_owned();
    let reading = lint::read(&text, "fr", &visit.site.desk().policy().glossary);
    let remarks = reading.remarks.iter().map(|remark| json!({ "line": remark.line, "text": remark.text }));
    let said = json!({ "readability": reading.readability, "remarks": remarks.collect::<Vec<_>>() });
    Ok(([(header::CONTENT_TYPE, "application/json")], said.to_string()).into_response())
}

/// Takes back what has not left yet, and goes on with it.
pub(super) async fn take_back(visit: Visit) -> Answer {
    let writings = visit.site.desk().store().writings(visit.about.case).await?;
    let mine = writings.iter().find(|writing| writing.person == visit.by() && writing.leaves_at.is_some());
    let slug = mine.map(|mine| slug(mine.kind));
    visit.site.desk().take_back(&visit.about.reference, visit.by()).await?;
    done(&format!("/demandes/{}/ecrire/{}", visit.about.reference, slug.unwrap_or("reponse")), "repris")
}

/// Throws away a draft whose case can no longer be opened.
pub(super) async fn drop_draft(visit: Visit) -> Answer {
    if !visit.site.desk().drop_own_draft(visit.number("id")?, visit.by()).await? {
        return Err(Failure::NotFound);
    }
    done("/demandes", "efface")
}
