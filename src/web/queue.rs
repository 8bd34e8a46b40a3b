//! « File d'attente »: what needs somebody, the most urgent first. The filters stand in the address: a view is kept by
//! keeping its address.

use askama::Template;

use super::{
    page::{self, Choice, Chrome, Urgency, choices},
    routes::{READERS, WORKERS},
    visit::{Answer, Failure, Fields, Visit, html},
};
use crate::{
    case::{Deed, Kind, State, Topic},
    desk::ActError,
    store::{COUNTED, CaseSummary, QueueFigures, QueueFilter, ViewFigures, Wanted},
    triage::fold::fold,
};

/// Cases on one page.
pub(super) const ROWS: i64 = 50;

/// Words that are looked for at most.
const WORDS: usize = 10;

/// One line.
struct Line {
    reference: String,
    subject: String,
    from: String,
    due: String,
    late_by: String,
    urgency: Option<Urgency>,
    kind: &'static str,
    topic: &'static str,
    state: &'static str,
    service: String,
    agent: String,
    to_confirm: bool,
    came_back: bool,
    received: String,
}

/// Lines of one urgency.
struct Group {
    heading: &'static str,
    urgency: Option<Urgency>,
    lines: Vec<Line>,
}

/// A view that many want.
struct View {
    name: &'static str,
    address: String,
    count: Option<i64>,
    here: bool,
}

/// A draft of the reader.
struct Draft {
    id: i64,
    reference: String,
    /// Its case can no longer be opened, or answered: the text is all that is left of it.
    stranded: bool,
    text: String,
    slug: &'static str,
    kind: &'static str,
    failure: String,
    leaving: bool,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage {
    chrome: Chrome,
    groups: Vec<Group>,
    figures: QueueFigures,
    all: String,
    running: bool,
    usual_states: &'static str,
    views: Vec<View>,
    drafts: Vec<Draft>,
    words: String,
    services: Vec<Choice>,
    mailboxes: Vec<Choice>,
    kinds: Vec<Choice>,
    topics: Vec<Choice>,
    states: Vec<Choice>,
    agents: Vec<Choice>,
    dues: Vec<Choice>,
    to_confirm: bool,
    filtered: bool,
    assignees: Vec<Choice>,
    assigns: bool,
    here: String,
    first: i64,
    last: i64,
    before: Option<String>,
    after: Option<String>,
}

const DUE: [(&str, &str); 4] = [
    ("retard", "en retard"),
    ("jour", "aujourd'hui"),
    ("demain", "d'ici le prochain jour ouvré"),
    ("semaine", "d'ici la fin de la semaine"),
];

fn filter(visit: &Visit, ends: [jiff::Timestamp; 4]) -> QueueFilter {
    let asked = &visit.asked;
    let visible = visit.person.as_ref().and_then(|person| person.services(READERS));
    let words = asked.get("mots");
    let is_reference = words.len() == "2026-000001".len()
        && words.bytes().enumerate().all(|(place, b)| if place == 4 { b == b'-' } else { b.is_ascii_digit() });
    // Of this year its number is enough.
    let year = page::calendar(&visit.site).date(visit.site.desk().now()).year();
    let number = words.len() == 6 && words.bytes().all(|b| b.is_ascii_digit());
    let (words, is_reference) = if number { (&*format!("{year}-{words}"), true) } else { (words, is_reference) };
    let folded = fold(words);
    let searched = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let before = DUE.iter().position(|(word, _)| *word == asked.get("echeance"));
    let wanted = match asked.get("etat") {
        // Only what runs is late.
        _ if before.is_some() => Wanted::Running,
        "tous" => Wanted::Any,
        "terminees" => Wanted::Ended,
        state => match state.parse::<State>() {
            Ok(state) => Wanted::In(state),
            // Whoever looks for something looks for it wherever it stands.
            Err(_) if !words.is_empty() => Wanted::Any,
            Err(_) => Wanted::Running,
        },
    };
    let agent = match asked.get("agent") {
        "" => None,
        "personne" => Some(String::new()),
        "moi" => Some(visit.by().to_owned()),
        agent => Some(agent.to_lowercase()),
    };
    QueueFilter {
        visible,
        service: asked.get("service").to_owned(),
        mailbox: asked.get("boite").to_owned(),
        kind: asked.word::<Kind>("nature"),
        topic: asked.word::<Topic>("theme"),
        agent,
        wanted,
        to_confirm: asked.get("a_confirmer") == "1",
        due_before: before.map(|place| ends[place]),
        reference: if is_reference { words.to_owned() } else { String::new() },
        words: if is_reference { Vec::new() } else { searched.take(WORDS).map(str::to_owned).collect() },
    }
}

pub(super) async fn show(visit: Visit) -> Answer {
    let (site, store) = (&visit.site, visit.site.desk().store());
    let now = site.desk().now();
    let ends = Urgency::ends(page::calendar(site), now);
    let filter = filter(&visit, ends);
    let number: i64 = visit.asked.get("page").parse().unwrap_or(1).clamp(1, 1_000_000);
    let skip = (number - 1) * ROWS;
    let of_views = store.view_figures(filter.visible.as_deref(), visit.by(), ends).await?;
    let whole = visit.asked.iter().all(|(name, value)| name == "page" || name == "fait" || value.trim().is_empty());
    let figures = if whole { of_views.all } else { store.queue_figures(&filter, ends).await? };
    let cases = store.queue(&filter, skip, ROWS).await?;
    if !visit.asked.get("mots").is_empty() {
        // That somebody searched is recorded, not for what: it may be a citizen's name.
        site.accounts().record(visit.by(), Deed::Searched, "", "").await?;
    }
    let running = filter.wanted == Wanted::Running;
    let count = cases.len() as i64;
    let lines = cases.iter().map(|case| line(&visit, case, now, ends));
    let groups = grouped(lines.collect(), running);
    let page_of = |number: i64| {
        let mut fields = visit.asked.clone();
        fields.set("page", &number.to_string());
        format!("/demandes?{}", fields.encoded())
    };
    let person = visit.person.as_ref().ok_or(Failure::Forbidden)?;
    let visible = person.services(READERS);
    let asked = &visit.asked;
    let mailboxes = page::config(site).mailboxes.iter();
    let seen = mailboxes.filter(|mailbox| visible.as_ref().is_none_or(|seen| seen.contains(&mailbox.service)));
    let choice = |value: &str, name: &str, chosen: &str| Choice {
        value: value.to_owned(),
        name: name.to_owned(),
        chosen: value == chosen,
    };
    let mut states =
        vec![choice("tous", "toutes", asked.get("etat")), choice("terminees", "terminées", asked.get("etat"))];
    states.extend(choices!(State, asked.get("etat")));
    let mut agents = vec![choice("moi", "moi", asked.get("agent")), choice("personne", "personne", asked.get("agent"))];
    agents.extend(page::colleagues(&visit, READERS, asked.get("agent")));
    let mut drafts = Vec::new();
    for writing in store.writings_of(visit.by()).await? {
        let case = store.case(&writing.reference).await?.map(|case| case.summary);
        let theirs = case.filter(|case| case.state.is_running() && person.may_for(WORKERS, &case.service));
        drafts.push(draft(&writing, theirs.is_none()));
    }
    let title = "File d'attente";
    html(&QueuePage {
        groups,
        figures,
        all: if figures.all > COUNTED && !running { format!("plus de {COUNTED}") } else { figures.all.to_string() },
        running,
        usual_states: if asked.get("mots").is_empty() {
            "à traiter, en attente"
        } else {
            "toutes, pour une recherche"
        },
        views: views(asked, &of_views),
        drafts,
        words: asked.get("mots").to_owned(),
        services: page::services(site, visible.as_deref(), asked.get("service")),
        mailboxes: seen.map(|mailbox| choice(&mailbox.id, &mailbox.address, asked.get("boite"))).collect(),
        kinds: choices!(Kind, asked.get("nature")),
        topics: choices!(Topic, asked.get("theme")),
        states,
        agents,
        dues: DUE.iter().map(|(value, name)| choice(value, name, asked.get("echeance"))).collect(),
        to_confirm: filter.to_confirm,
        filtered: ["service", "boite", "nature", "theme", "etat", "agent", "echeance", "a_confirmer"]
            .iter()
            .any(|name| !asked.get(name).is_empty()),
        assignees: page::colleagues(&visit, WORKERS, ""),
        assigns: person.may(WORKERS),
        here: format!("/demandes?{}", asked.encoded()),
        first: if count == 0 { 0 } else { skip + 1 },
        last: skip + count,
        before: (number > 1).then(|| page_of(number - 1)),
        after: (skip + count < figures.all).then(|| page_of(number + 1)),
        chrome: Chrome::of(&visit, title, "/demandes"),
    })
}

/// The views that many want, with how many cases each has.
fn views(asked: &Fields, figures: &ViewFigures) -> Vec<View> {
    let here = asked.encoded();
    let view = |name, asked: &'static str, count| View {
        name,
        address: if asked.is_empty() { "/demandes".to_owned() } else { format!("/demandes?{asked}") },
        count,
        here: here == asked,
    };
    vec![
        view("Toutes", "", Some(figures.all.all)),
        view("À moi", "agent=moi", Some(figures.mine)),
        view("À personne", "agent=personne", Some(figures.nobodys)),
        view("À confirmer", "a_confirmer=1", Some(figures.to_confirm)),
        view("En retard", "echeance=retard", Some(figures.all.late)),
        view("Terminées", "etat=terminees", None),
    ]
}

fn draft(writing: &crate::store::Writing, stranded: bool) -> Draft {
    Draft {
        id: writing.id,
        stranded,
        text: Fields::from_json(&writing.fields).get("texte").to_owned(),
        reference: writing.reference.clone(),
        slug: super::write::slug(writing.kind),
        kind: writing.kind.french(),
        failure: page::without_commands(&writing.failure),
        leaving: writing.leaves_at.is_some(),
    }
}

fn line(visit: &Visit, case: &CaseSummary, now: jiff::Timestamp, ends: [jiff::Timestamp; 4]) -> Line {
    let site = &visit.site;
    let running = case.state.is_running();
    let urgency = running.then(|| Urgency::of(case.due_at, ends));
    let late_by = match urgency {
        Some(Urgency::Late) => match page::calendar(site).working_days_between(case.due_at, now) {
            0 => "depuis moins d'un jour ouvré".to_owned(),
            1 => "depuis 1 jour ouvré".to_owned(),
            days => format!("depuis {days} jours ouvrés"),
        },
        _ => String::new(),
    };
    Line {
        reference: case.reference.clone(),
        subject: page::subject(&case.subject),
        from: page::correspondent(&case.correspondent_name, &case.correspondent),
        due: page::short_day(page::calendar(site).date(case.due_at)),
        late_by,
        urgency,
        kind: case.kind.french(),
        topic: case.topic.french(),
        state: case.state.french(),
        service: page::service_name(site, &case.service),
        agent: if case.agent.is_empty() { String::new() } else { page::person_name(site, &case.agent) },
        to_confirm: case.to_confirm,
        came_back: case.came_back,
        received: page::short_day(page::calendar(site).date(case.received_at)),
    }
}

/// Running cases stand under a heading of their urgency; others under none.
fn grouped(lines: Vec<Line>, running: bool) -> Vec<Group> {
    if !running {
        return vec![Group { heading: "Demandes", urgency: None, lines }];
    }
    let mut groups: Vec<Group> = Vec::new();
    for line in lines {
        match groups.last_mut() {
            Some(group) if group.urgency == line.urgency => group.lines.push(line),
            _ => groups.push(Group {
                heading: line.urgency.map_or("Demandes", Urgency::word),
                urgency: line.urgency,
                lines: vec![line],
            }),
        }
    }
    groups
}

#[derive(Template)]
#[template(path = "assigned.html")]
struct AssignedPage {
    chrome: Chrome,
    to: String,
    done: Vec<String>,
    refused: Vec<(String, String)>,
    back: String,
}

/// Gives several cases to somebody. Each stands for itself: one that cannot be given does not hold up the others.
pub(super) async fn assign(visit: Visit) -> Answer {
    let to = visit.form.get("a").to_lowercase();
    let references: Vec<&str> = visit.form.all("demande").collect();
    if references.is_empty() {
        return Err(Failure::Refused("cochez au moins une demande".into()));
    }
    let person = visit.person.as_ref().ok_or(Failure::Forbidden)?;
    let wanted = Some(to.as_str()).filter(|to| *to != "personne");
    if to.is_empty() {
        return Err(Failure::Refused("choisissez à qui confier les demandes".into()));
    }
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for reference in references.iter().take(ROWS as usize) {
        // The table asks for a right to some service; here it must be the one of each case.
        let service = visit.site.desk().store().service_of(reference).await?;
        if !service.is_some_and(|(_, service)| person.may_for(WORKERS, &service)) {
            refused.push(((*reference).to_owned(), "Cette demande n'est pas de vos services.".to_owned()));
            continue;
        }
        match visit.site.desk().assign(reference, wanted, visit.by()).await {
            Ok(_) => {
                let to = wanted.unwrap_or("personne");
                visit.site.accounts().record(visit.by(), Deed::CasesAssigned, reference, to).await?;
                done.push((*reference).to_owned());
            }
            Err(ActError::Store(error)) => return Err(error.into()),
            Err(refusal) => refused.push(((*reference).to_owned(), page::sentence(&refusal.to_string()))),
        }
    }
    let back = page::own_way(visit.form.get("retour")).to_owned();
    if refused.is_empty() {
        return page::done(if back == "/" { "/demandes" } else { without_done(&back) }, "confie");
    }
    let to = wanted.map_or_else(|| "personne".to_owned(), |to| page::person_name(&visit.site, to));
    html(&AssignedPage { chrome: Chrome::of(&visit, "Demandes confiées", "/demandes"), to, done, refused, back })
}

/// An address without what was said to be done before.
fn without_done(address: &str) -> &str {
    address.split("&fait=").next().unwrap_or(address).split("?fait=").next().unwrap_or(address)
}
