//! What is written to a correspondent: an answer, a holding reply, a request for pieces, a transfer. It is kept as a draft,
//! shown as it will be read before it is sent, and can be taken back for a while after.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use serde_json::json;

use super::{
    Site, acts,
    page::{self, Choice, Chrome},
    visit::{Answer, Failure, Fields, Visit, html_as},
};
use crate::{
    calendar::in_words,
    case::{Deed, Disposition, LetterKind},
    desk::{ActError, SentOn, Step, Stepped, Wording},
    replies::{Draft, SHOWN, lint},
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

/// Something that only the agent knows.
struct Blank {
    name: String,
    what: String,
    value: String,
}

/// A model to choose.
struct Offer {
    name: String,
    title: String,
    percent: String,
    chosen: bool,
}

/// A letter as it will be read.
struct Preview {
    from: String,
    to: String,
    subject: String,
    text: String,
    attachments: Vec<String>,
    remarks: Vec<Remark>,
    readability: Option<i32>,
    sent_on: Option<SentOn>,
    /// There is no way to write to the correspondent.
    nothing: bool,
    seen: String,
    /// What else is done: label and value.
    effects: Vec<(&'static str, String)>,
}

struct Remark {
    line: usize,
    text: String,
}

#[derive(Template)]
#[template(path = "write.html")]
struct WritePage {
    chrome: Chrome,
    reference: String,
    slug: &'static str,
    verb: &'static str,
    subject_of_case: String,
    question: String,
    from: String,
    to: String,
    is_answer: bool,
    is_holding: bool,
    is_pieces: bool,
    is_transfer: bool,
    is_handover: bool,
    model: String,
    model_title: String,
    offers: Vec<Offer>,
    subject: String,
    text: String,
    until: String,
    pieces: String,
    services: Vec<Choice>,
    administration: String,
    email: String,
    already_sent: bool,
    why: String,
    blanks: Vec<Blank>,
    preview: Option<Preview>,
    error: String,
    notice: String,
    fresh: String,
    has_draft: bool,
    /// The draft with which this page goes on, by its instant.
    kept_at: i64,
    undo: u16,
    /// The last message of the correspondent that stands on the page.
    read: i64,
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
                notice = format!("Ce message n'est pas parti. {}", page::sentence(&draft.failure));
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

async fn page(
    visit: &Visit,
    kind: LetterKind,
    case: &CaseDetail,
    fields: &Fields,
    preview: Option<Preview>,
    error: String,
    (notice, fresh): (String, String),
) -> Answer {
    let (site, known) = (&visit.site, &case.summary);
    let library = &site.desk().policy().library;
    let is_answer = kind == LetterKind::Answer;
    let model = fields.get("modele").to_owned();
    let suggestions = if is_answer { site.desk().suggest(&known.reference).await? } else { Vec::new() };
    let offers: Vec<Offer> = suggestions
        .iter()
        .take(SHOWN)
        .map(|one| Offer {
            name: one.template.clone(),
            title: one.title.clone(),
            percent: format!("{:.0} %", one.score * 100.0),
            chosen: one.template == model,
        })
        .collect();
    // In the language of the correspondent too, where the model has it: what is left empty leaves that version out.
    let language = case.messages.first().map_or("fr", |message| message.language.as_str());
    let usual = library.usual(kind, &known.service).filter(|_| !is_answer).map(|model| model.name.clone());
    let versions = library.versions().filter(|model| {
        model.kind == kind
            && Some(&model.name) == usual.as_ref()
            && (model.language == "fr" || model.language == language)
    });
    let blank = |name: String, what: &String| Blank {
        value: fields.get(&format!("champ.{name}")).to_owned(),
        what: what.clone(),
        name,
    };
    let blanks = versions.flat_map(|model| model.blanks().iter().map(move |(name, what)| (model.fills(name), what)));
    let blanks: Vec<Blank> = blanks.map(|(name, what)| blank(name, what)).collect();
    // What was asked last is what is answered.
    let of_the_citizen = |message: &&crate::store::MessageRow| {
        matches!(message.disposition, Disposition::Case | Disposition::FollowUp | Disposition::Quarantined)
    };
    let question = case.messages.iter().rev().find(of_the_citizen);
    let question = question.map(|message| {
        if message.new_text.trim().is_empty() { message.text.as_str() } else { message.new_text.as_str() }
    });
    let verb = match kind {
        LetterKind::Answer => "Répondre",
        LetterKind::Holding => "Envoyer un message d'attente",
        LetterKind::Pieces => "Demander des pièces",
        LetterKind::Transfer => "Réorienter vers un autre service",
        LetterKind::Handover => "Transmettre à une autre administration",
    };
    let draft = draft_of(visit, known.id, kind).await?;
    let services = page::services(site, None, fields.get("service"));
    let page = WritePage {
        chrome: Chrome::of(visit, format!("{verb} – demande {}", known.reference), "/demandes"),
        reference: known.reference.clone(),
        slug: slug(kind),
        verb,
        subject_of_case: page::subject(&known.subject),
        question: page::clear(question.unwrap_or_default()),
        from: page::correspondent(&known.correspondent_name, &known.correspondent),
        to: known.correspondent.clone(),
        is_answer,
        is_holding: kind == LetterKind::Holding,
        is_pieces: kind == LetterKind::Pieces,
        is_transfer: kind == LetterKind::Transfer,
        is_handover: kind == LetterKind::Handover,
        model_title: library.find(kind, &model).map(|model| model.title().to_owned()).unwrap_or_default(),
        model,
        offers,
        subject: fields.get("objet").to_owned(),
        text: fields.get("texte").to_owned(),
        until: fields.get("jusqu_au").to_owned(),
        pieces: fields.get("pieces").to_owned(),
        services: services.into_iter().filter(|choice| choice.value != known.service).collect(),
        administration: fields.get("administration").to_owned(),
        email: fields.get("courriel").to_owned(),
        already_sent: fields.get("deja") == "1",
        why: fields.get("pourquoi").to_owned(),
        blanks,
        preview,
        error: if error.is_empty() { error } else { page::sentence(&error) },
        notice,
        fresh,
        has_draft: draft.is_some(),
        kept_at: draft.map(|draft| draft.saved_at.as_millisecond()).unwrap_or_default(),
        undo: page::config(site).web.undo_seconds,
        read: site.desk().last_written(known.id).await?,
    };
    let status = if page.error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_as(status, &page)
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

fn preview(site: &Site, step: &Step, stepped: &Stepped) -> Preview {
    let day = |day| in_words(day, "fr");
    let effects = match step {
        Step::Answer(_) => Vec::new(),
        Step::Hold(until, _) => vec![("Réponse annoncée pour le", day(*until))],
        Step::Ask { until, .. } => vec![("Pièces attendues jusqu'au", day(*until))],
        Step::Transfer { service, .. } => vec![("Service qui répondra", page::service_name(site, service))],
        Step::HandOver { administration, .. } => vec![("Administration qui répondra", administration.clone())],
    };
    let letter = stepped.letter.as_ref();
    let text = |of: fn(&crate::desk::Letter) -> &String| letter.map(|letter| of(letter).clone()).unwrap_or_default();
    let attachments = letter.map(|letter| letter.attachments.clone()).unwrap_or_default();
    let remarks = letter.map(|letter| letter.reading.remarks.clone()).unwrap_or_default();
    Preview {
        from: text(|letter| &letter.from),
        to: text(|letter| &letter.to),
        subject: text(|letter| &letter.subject),
        text: text(|letter| &letter.text),
        attachments,
        remarks: remarks.into_iter().map(|remark| Remark { line: remark.line, text: remark.text }).collect(),
        readability: letter.and_then(|letter| letter.reading.readability),
        sent_on: stepped.sent_on.clone(),
        nothing: letter.is_none(),
        seen: stepped.seen.clone(),
        effects,
    }
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
            return page::done(&there, "brouillon");
        }
        "effacer" => {
            desk.drop_draft(&reference, kind, visit.by()).await?;
            return page::done(&there, "efface");
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
            super::visit::to(if theirs { &there } else { "/demandes" })
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
    page::done(&format!("/demandes/{}/ecrire/{}", visit.about.reference, slug.unwrap_or("reponse")), "repris")
}

/// Throws away a draft whose case can no longer be opened.
pub(super) async fn drop_draft(visit: Visit) -> Answer {
    if !visit.site.desk().drop_own_draft(visit.number("id")?, visit.by()).await? {
        return Err(Failure::NotFound);
    }
    page::done("/demandes", "efface")
}
