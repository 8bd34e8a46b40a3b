//! « Tableau de bord »: how each service stands, what each agent has in hand, who is away and who stands in.

use askama::Template;

use super::{
    acts,
    page::{self, Choice, Chrome, Urgency},
    routes::MANAGERS,
    visit::{Answer, Failure, Visit, html},
};
use crate::{
    case::Access,
    store::{Absence, Load},
};

struct Row {
    agent: String,
    address: String,
    load: Load,
    away: String,
    /// How much of the largest load, in tenths.
    share: i64,
}

struct Section {
    name: String,
    id: String,
    total: Load,
    rows: Vec<Row>,
}

struct Away {
    id: i64,
    who: String,
    from: String,
    to: String,
    substitute: String,
    may_remove: bool,
}

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    chrome: Chrome,
    total: Load,
    sections: Vec<Section>,
    absences: Vec<Away>,
    staff: Vec<Choice>,
    may_note: bool,
    today: String,
}

fn add(total: &mut Load, load: &Load) {
    total.running += load.running;
    total.late += load.late;
    total.today += load.today;
    total.tomorrow += load.tomorrow;
    total.held += load.held;
    total.to_confirm += load.to_confirm;
}

/// The people of the services whose manager the reader is.
fn people(visit: &Visit) -> Vec<Choice> {
    page::colleagues(visit, &[Access::Manager], "")
}

pub(super) async fn show(visit: Visit) -> Answer {
    let site = &visit.site;
    let person = visit.person.as_ref().ok_or(Failure::Forbidden)?;
    let now = site.desk().now();
    let [now_, today, tomorrow, _] = Urgency::ends(page::calendar(site), now);
    let visible = person.services(MANAGERS);
    let loads = site.desk().store().loads(visible.as_deref(), [now_, today, tomorrow]).await?;
    let this_day = page::calendar(site).date(now);
    let absences = site.desk().store().absences(this_day).await?;
    let away = |address: &str| {
        let now_away = |absence: &&Absence| absence.person == address && absence.first_day <= this_day;
        absences.iter().find(now_away).map_or_else(String::new, |absence| {
            let until = page::short_day(absence.last_day);
            format!("absence jusqu'au {until}, remplaçant : {}", page::person_name(site, &absence.substitute))
        })
    };
    let largest = loads.iter().map(|load| load.running).max().unwrap_or_default().max(1);
    let mut total = Load::default();
    let mut sections: Vec<Section> = Vec::new();
    for service in page::config(site).services.iter().filter(|service| person.may_for(MANAGERS, &service.id)) {
        let mut section =
            Section { name: service.name.clone(), id: service.id.clone(), total: Load::default(), rows: Vec::new() };
        // Whoever has nothing in hand stands there too: that is worth knowing when work is shared out.
        let mut agents: Vec<String> = service.staff().map(str::to_owned).collect();
        let theirs: Vec<&Load> = loads.iter().filter(|load| load.service == service.id).collect();
        agents.extend(theirs.iter().map(|load| load.agent.clone()));
        agents.sort();
        agents.dedup();
        for agent in agents {
            let load = theirs.iter().find(|load| load.agent == agent).map(|load| (*load).clone()).unwrap_or_default();
            if agent.is_empty() && load.running == 0 {
                continue;
            }
            add(&mut section.total, &load);
            let name = if agent.is_empty() { "À personne".to_owned() } else { page::person_name(site, &agent) };
            let share = load.running * 10 / largest;
            section.rows.push(Row { agent: name, away: away(&agent), address: agent, load, share });
        }
        add(&mut total, &section.total);
        sections.push(section);
    }
    let staff = people(&visit);
    let seen = |absence: &&Absence| {
        page::config(site)
            .services
            .iter()
            .any(|service| person.may_for(MANAGERS, &service.id) && service.staff().any(|one| one == absence.person))
    };
    let away_rows = absences.iter().filter(seen).map(|absence| Away {
        id: absence.id,
        who: page::person_name(site, &absence.person),
        from: page::short_day(absence.first_day),
        to: page::short_day(absence.last_day),
        substitute: page::person_name(site, &absence.substitute),
        may_remove: staff.iter().any(|choice| choice.value == absence.person),
    });
    html(&DashboardPage {
        chrome: Chrome::of(&visit, "Tableau de bord", "/tableau-de-bord"),
        total,
        sections,
        absences: away_rows.collect(),
        may_note: !staff.is_empty(),
        staff,
        today: this_day.to_string(),
    })
}

pub(super) async fn add_absence(visit: Visit) -> Answer {
    let form = &visit.form;
    let person = form.get("qui").to_lowercase();
    let substitute = form.get("remplacant").to_lowercase();
    // Whoever stands in reads what the absent would: nobody of another service.
    let theirs = people(&visit);
    if [&person, &substitute].iter().any(|one| !theirs.iter().any(|choice| choice.value == **one)) {
        return Err(Failure::Refused("choisissez deux personnes de vos services".into()));
    }
    let absence = Absence {
        id: 0,
        person,
        first_day: acts::day(form.get("du"))?,
        last_day: acts::day(form.get("au"))?,
        substitute,
        entered_by: visit.by().to_owned(),
    };
    visit.site.desk().note_absence(absence).await?;
    page::done("/tableau-de-bord", "absence")
}

pub(super) async fn remove_absence(visit: Visit) -> Answer {
    let id = visit.number("id")?;
    let now = visit.site.desk().now();
    let absences = visit.site.desk().store().absences(page::calendar(&visit.site).date(now)).await?;
    let theirs = people(&visit);
    let found = absences.iter().find(|absence| absence.id == id);
    if !found.is_some_and(|absence| theirs.iter().any(|choice| choice.value == absence.person)) {
        return Err(Failure::NotFound);
    }
    visit.site.desk().remove_absence(id).await?;
    page::done("/tableau-de-bord", "absence")
}
