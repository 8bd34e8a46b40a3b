//! The page on which a letter is written: what was typed, what the model begins with, the question beside it, and the letter
//! as it will be read.

use askama::Template;
use axum::http::StatusCode;

use super::{draft_of, slug};
use crate::{
    calendar::in_words,
    case::{Disposition, LetterKind},
    desk::{SentOn, Step, Stepped},
    replies::SHOWN,
    store::CaseDetail,
    web::{
        Site,
        page::{self, Choice, Chrome},
        visit::{Answer, Fields, Visit, html_as},
    },
};

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
pub(super) struct Preview {
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
    pub(super) seen: String,
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

/// The page, with everything that was typed.
pub(super) async fn page(
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

pub(super) fn preview(site: &Site, step: &Step, stepped: &Stepped) -> Preview {
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
