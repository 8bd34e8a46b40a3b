//! « Réponses types »: the library to browse and to search, how each model is used and until when it holds, and the changes
//! that are proposed. The file in `templates/` is the truth, and the page says which one it is.

use std::path::PathBuf;

use askama::Template;
use jiff::{ToSpan, civil::Date};
use similar::{ChangeTag, TextDiff};

use super::{
    Site,
    page::{self, Chrome},
    visit::{Answer, Failure, Visit, html},
    write,
};
use crate::{
    accounts::Person,
    case::{Access, LetterKind},
    replies::{Model, lint},
    store::ModelChange,
    triage::fold::fold,
};

/// Days before its last one from which a model is said to expire.
const SOON: i32 = 30;

struct Line {
    name: String,
    title: String,
    slug: &'static str,
    kind: &'static str,
    topics: String,
    uses: i64,
    edited: i64,
    valid_until: String,
    /// « expirée », « expire bientôt » or empty.
    validity: &'static str,
    own: bool,
}

#[derive(Template)]
#[template(path = "answers.html")]
struct AnswersPage {
    chrome: Chrome,
    words: String,
    lines: Vec<Line>,
    count: usize,
    for_case: String,
    waiting: usize,
}

fn own(model: &Model) -> bool {
    model.file().components().count() > 2
}

fn validity(until: Option<Date>, today: Date) -> &'static str {
    match until {
        Some(until) if until < today => "expirée",
        Some(until) if until <= today.saturating_add(SOON.days()) => "expire bientôt",
        _ => "",
    }
}

pub(super) async fn list(visit: Visit) -> Answer {
    let desk = visit.site.desk();
    let now = desk.now();
    let today = page::calendar(&visit.site).date(now);
    let uses =
        desk.store().model_uses(now.saturating_sub(jiff::SignedDuration::from_hours(365 * 24)).unwrap_or(now)).await?;
    let words = visit.asked.get("mots").to_owned();
    let folded = fold(&words);
    let wanted: Vec<&str> = folded.split_whitespace().collect();
    let matches = |model: &Model| {
        let all = format!("{} {} {} {}", model.name, model.title(), model.keywords().join(" "), model.source().0);
        let all = fold(&all);
        wanted.iter().all(|word| all.contains(word))
    };
    let mut lines: Vec<Line> = desk
        .policy()
        .library
        .all()
        .filter(|model| matches(model))
        .map(|model| {
            let (uses, edited) = uses.get(&model.name).copied().unwrap_or_default();
            Line {
                name: model.name.clone(),
                title: model.title().to_owned(),
                slug: write::slug(model.kind),
                kind: model.kind.french(),
                topics: model.topics.iter().map(|topic| topic.french()).collect::<Vec<_>>().join(", "),
                uses,
                edited,
                valid_until: model.valid_until().map(page::short_day).unwrap_or_default(),
                validity: validity(model.valid_until(), today),
                own: own(model),
            }
        })
        .collect();
    lines.sort_by(|one, other| (one.slug != "reponse", &one.title).cmp(&(other.slug != "reponse", &other.title)));
    let for_case: String = visit.asked.get("pour").chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
    let waiting = desk.store().model_changes(100).await?.iter().filter(|change| change.outcome.is_empty()).count();
    html(&AnswersPage {
        chrome: Chrome::of(&visit, "Réponses types", "/reponses"),
        count: lines.len(),
        words,
        lines,
        for_case,
        waiting,
    })
}

#[derive(Template)]
#[template(path = "answer.html")]
struct AnswerPage {
    chrome: Chrome,
    name: String,
    title: String,
    slug: &'static str,
    kind: &'static str,
    language: String,
    subject: String,
    text: String,
    version: u32,
    owner: String,
    approved_by: String,
    approved_on: String,
    valid_until: String,
    until: String,
    validity: &'static str,
    keywords: String,
    services: String,
    blanks: Vec<(String, String)>,
    attachments: Vec<String>,
    file: String,
    own: bool,
    languages: Vec<String>,
    remarks: Vec<String>,
    uses: i64,
    edited: i64,
    waiting: Vec<i64>,
    for_case: String,
}

fn kind_of(visit: &Visit) -> Result<LetterKind, Failure> {
    LetterKind::ALL.iter().copied().find(|kind| write::slug(*kind) == visit.part("kind")).ok_or(Failure::NotFound)
}

pub(super) async fn show(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    let desk = visit.site.desk();
    let language = match visit.asked.get("langue") {
        "" => "fr",
        language => language,
    };
    let model = desk.model(kind, visit.part("name"), language).ok_or(Failure::NotFound)?;
    let now = desk.now();
    let today = page::calendar(&visit.site).date(now);
    let uses =
        desk.store().model_uses(now.saturating_sub(jiff::SignedDuration::from_hours(365 * 24)).unwrap_or(now)).await?;
    let (uses, edited) = uses.get(&model.name).copied().unwrap_or_default();
    let changes = desk.store().model_changes(1000).await?;
    let waits = |change: &&ModelChange| {
        change.outcome.is_empty() && change.kind == kind && change.name == model.name && change.language == language
    };
    let versions = desk.policy().library.versions();
    let languages = versions.filter(|other| other.kind == kind && other.name == model.name);
    let services: Vec<String> = model.services().iter().map(|id| page::service_name(&visit.site, id)).collect();
    let reading = lint::read_model(model, &desk.policy().glossary, today);
    html(&AnswerPage {
        chrome: Chrome::of(&visit, model.title(), "/reponses"),
        name: model.name.clone(),
        title: model.title().to_owned(),
        slug: write::slug(kind),
        kind: kind.french(),
        language: language.to_owned(),
        subject: model.subject().to_owned(),
        text: model.source().0.trim().to_owned(),
        version: model.version(),
        owner: model.owner().to_owned(),
        approved_by: model.approved_by().to_owned(),
        approved_on: model.approved_on.map(page::short_day).unwrap_or_default(),
        valid_until: model.valid_until().map(page::short_day).unwrap_or_default(),
        until: model.valid_until().map(|day| day.to_string()).unwrap_or_default(),
        validity: validity(model.valid_until(), today),
        keywords: model.keywords().join(", "),
        services: services.join(", "),
        blanks: model.blanks().iter().map(|(name, what)| (name.clone(), what.clone())).collect(),
        attachments: model.attachments().to_vec(),
        file: relative(kind, &model.name, language).display().to_string(),
        own: own(model),
        languages: languages.map(|other| other.language.clone()).filter(|other| other != language).collect(),
        remarks: reading.remarks.into_iter().map(|remark| remark.text).collect(),
        uses,
        edited,
        waiting: changes.iter().filter(waits).map(|change| change.id).collect(),
        for_case: visit.asked.get("pour").chars().filter(|c| c.is_ascii_digit() || *c == '-').collect(),
    })
}

/// The place of a model in `templates/`.
fn relative(kind: LetterKind, name: &str, language: &str) -> PathBuf {
    PathBuf::from(kind.word()).join(format!("{name}.{language}.hbs"))
}

pub(super) async fn propose(visit: Visit) -> Answer {
    let form = &visit.form;
    let language = if form.get("langue").is_empty() { "fr" } else { form.get("langue") };
    let change = ModelChange {
        id: 0,
        kind: kind_of(&visit)?,
        name: visit.part("name").to_owned(),
        language: language.to_owned(),
        version: 0,
        subject: form.get("objet").to_owned(),
        valid_until: form.get("valable").to_owned(),
        text: form.get("texte").to_owned(),
        why: form.get("pourquoi").to_owned(),
        proposed_by: visit.by().to_owned(),
        proposed_at: visit.site.desk().now(),
        outcome: String::new(),
        decided_by: String::new(),
        decided_at: None,
        decided_why: String::new(),
    };
    let id = visit.site.desk().propose_model_change(change).await?;
    page::done(&format!("/changements/{id}"), "propose")
}

struct ChangeLine {
    id: i64,
    title: String,
    who: String,
    when: String,
    why: String,
    outcome: &'static str,
}

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesPage {
    chrome: Chrome,
    lines: Vec<ChangeLine>,
}

fn outcome(change: &ModelChange) -> &'static str {
    match change.outcome.as_str() {
        "approved" => "approuvé",
        "refused" => "refusé",
        _ => "à décider",
    }
}

fn title_of(site: &Site, change: &ModelChange) -> String {
    let model = site.desk().model(change.kind, &change.name, &change.language);
    model.map_or_else(|| change.name.clone(), |model| model.title().to_owned())
}

pub(super) async fn changes(visit: Visit) -> Answer {
    let changes = visit.site.desk().store().model_changes(200).await?;
    let lines = changes.iter().map(|change| ChangeLine {
        id: change.id,
        title: title_of(&visit.site, change),
        who: page::person_name(&visit.site, &change.proposed_by),
        when: page::moment(&visit.site, change.proposed_at),
        why: change.why.clone(),
        outcome: outcome(change),
    });
    html(&ChangesPage { lines: lines.collect(), chrome: Chrome::of(&visit, "Changements proposés", "/reponses") })
}

/// One line of a difference.
struct Difference {
    sign: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "change.html")]
struct ChangePage {
    chrome: Chrome,
    id: i64,
    title: String,
    slug: &'static str,
    name: String,
    file: String,
    who: String,
    when: String,
    why: String,
    subject_before: String,
    subject: String,
    until_before: String,
    until: String,
    lines: Vec<Difference>,
    outcome: &'static str,
    waits: bool,
    stale: bool,
    may_decide: bool,
    decided_by: String,
    decided_at: String,
    decided_why: String,
}

async fn found(visit: &Visit) -> Result<ModelChange, Failure> {
    visit.site.desk().store().model_change(visit.number("id")?).await?.ok_or(Failure::NotFound)
}

pub(super) async fn change(visit: Visit) -> Answer {
    let change = found(&visit).await?;
    let model = visit.site.desk().model(change.kind, &change.name, &change.language);
    let (before, subject_before) = model.map_or(("", ""), |model| (model.source().0.trim(), model.subject()));
    let until_before = model.and_then(Model::valid_until).map(page::short_day).unwrap_or_default();
    let diff = TextDiff::from_lines(before, change.text.as_str());
    let lines = diff.iter_all_changes().map(|line| Difference {
        sign: match line.tag() {
            ChangeTag::Delete => "−",
            ChangeTag::Insert => "+",
            ChangeTag::Equal => "",
        },
        text: line.value().trim_end_matches('\n').to_owned(),
    });
    let waits = change.outcome.is_empty();
    let may_decide = visit.person.as_ref().is_some_and(|person: &Person| person.may(&[Access::QualityOfficer]));
    html(&ChangePage {
        title: title_of(&visit.site, &change),
        slug: write::slug(change.kind),
        name: change.name.clone(),
        file: relative(change.kind, &change.name, &change.language).display().to_string(),
        who: page::person_name(&visit.site, &change.proposed_by),
        when: page::moment(&visit.site, change.proposed_at),
        why: change.why.clone(),
        subject_before: subject_before.to_owned(),
        subject: change.subject.clone(),
        until_before,
        until: change.valid_until.parse::<Date>().map(page::short_day).unwrap_or_default(),
        lines: lines.collect(),
        outcome: outcome(&change),
        stale: waits && model.is_none_or(|model| model.version() != change.version),
        waits,
        may_decide,
        decided_by: page::person_name(&visit.site, &change.decided_by),
        decided_at: change.decided_at.map(|at| page::moment(&visit.site, at)).unwrap_or_default(),
        decided_why: change.decided_why.clone(),
        id: change.id,
        chrome: Chrome::of(&visit, "Changement proposé", "/reponses"),
    })
}

pub(super) async fn decide(visit: Visit) -> Answer {
    let change = found(&visit).await?;
    if !change.outcome.is_empty() {
        return Err(Failure::Refused("ce changement a déjà été décidé".into()));
    }
    let desk = visit.site.desk();
    let approved = match visit.form.get("decision") {
        "approuver" => true,
        "refuser" => false,
        _ => return Err(Failure::Refused("choisissez d'approuver ou de refuser".into())),
    };
    let why = visit.form.get("pourquoi");
    if !approved && why.is_empty() {
        return Err(Failure::Refused("dites pourquoi vous refusez, en une phrase".into()));
    }
    // For the services that use the model; what all use, only who answers for all.
    let model = desk.model(change.kind, &change.name, &change.language);
    let used_by = model.map(|model| model.services().to_vec()).unwrap_or_default();
    let answers_for = visit.person.as_ref().and_then(|person| person.services(&[Access::QualityOfficer]));
    if answers_for.is_some_and(|own| used_by.is_empty() || used_by.iter().any(|service| !own.contains(service))) {
        return Err(Failure::Refused(
            "cette réponse type sert à d'autres services que les vôtres : un référent qualité de tous en décide".into(),
        ));
    }
    let by = visit.person.as_ref().map_or("", |person| person.name.as_str());
    let file = if approved { desk.changed_file(&change, by)? } else { String::new() };
    // Two who decide at the same time: one of them has decided.
    if !desk.decide_model_change(change.id, approved, visit.by(), why).await? {
        return Err(Failure::Refused("ce changement a déjà été décidé".into()));
    }
    if approved {
        let path = relative(change.kind, &change.name, &change.language);
        if let Err(refused) = visit.site.0.shell.install_template(&path, &file, change.version) {
            desk.undecide_model_change(change.id).await?;
            return Err(Failure::Refused(refused));
        }
    }
    page::done(&format!("/changements/{}", change.id), "decide")
}
