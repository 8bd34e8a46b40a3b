//! What users say in the survey, and mystery mails with their grid.

use std::collections::BTreeMap;

use askama::Template;

use super::{
    super::{
        acts,
        page::{self, Choice, Chrome},
        visit::{Answer, Failure, Visit, html},
    },
    Looked, decides,
};
use crate::indicators::{Criterion, Grid, Month, MysteryMail, Satisfaction, campaigns, grid, satisfaction};

struct Mail {
    id: i64,
    campaign: String,
    sent_on: String,
    service: String,
    reference: String,
    marks: Vec<(&'static str, &'static str)>,
    remark: String,
}

#[derive(Template)]
#[template(path = "listening.html")]
struct ListeningPage {
    chrome: Chrome,
    year: i16,
    period: String,
    survey: String,
    offered: Option<u64>,
    summary: String,
    satisfaction: Vec<(String, String, u64, u64)>,
    results: Vec<Grid>,
    mails: Vec<Mail>,
    criteria: Vec<(&'static str, &'static str)>,
    services: Vec<Choice>,
    decides: bool,
    today: String,
    this_month: String,
}

pub(in crate::web) async fn show(visit: Visit) -> Answer {
    let looked = Looked::at(&visit)?;
    let (site, desk) = (&visit.site, visit.site.desk());
    let calendar = page::calendar(site);
    let noted = desk.store().satisfaction(looked.from, looked.to).await?;
    let noted: Vec<_> = noted.into_iter().filter(|one| looked.seen.has_noted(&one.service)).collect();
    let mails = desk.store().mystery_mails(looked.from, looked.to).await?;
    let mails: Vec<_> = mails.into_iter().filter(|mail| looked.seen.has_noted(&mail.service)).collect();
    let start = |month: Month| calendar.instant(month.first_day(), jiff::civil::Time::midnight());
    // Nobody counts the letters of another service.
    let offered = match looked.seen.is_whole() {
        true => Some(desk.store().surveyed(start(looked.from), start(looked.to.later(1))).await?),
        false => None,
    };
    let name = |service: &str| {
        if service.is_empty() { "toute la préfecture".into() } else { page::service_name(site, service) }
    };
    let today = calendar.date(desk.now());
    html(&ListeningPage {
        chrome: Chrome::of(&visit, "Satisfaction et courriels mystères", "/indicateurs"),
        year: looked.year,
        period: looked.words(),
        survey: page::config(site).figures.survey.clone(),
        offered,
        summary: satisfaction(&noted),
        satisfaction: noted
            .iter()
            .map(|one| (one.month.french(), name(&one.service), one.answers, one.satisfied))
            .collect(),
        results: campaigns(&mails).iter().map(grid).collect(),
        mails: mails
            .into_iter()
            .map(|mail| Mail {
                id: mail.id,
                sent_on: page::short_day(mail.sent_on),
                service: name(&mail.service),
                marks: Criterion::ALL
                    .iter()
                    .map(|one| {
                        (
                            one.french(),
                            mail.marks.get(one).map_or("sans objet", |kept| if *kept { "oui" } else { "non" }),
                        )
                    })
                    .collect(),
                campaign: mail.campaign,
                reference: mail.reference,
                remark: mail.remark,
            })
            .collect(),
        criteria: Criterion::ALL.iter().map(|one| (one.word(), one.french())).collect(),
        services: page::services(site, looked.seen.visible.as_deref(), ""),
        decides: decides(&visit),
        today: today.to_string(),
        this_month: Month::of(today).later(-1).to_string(),
    })
}

const HERE: &str = "/indicateurs/ecoute";

pub(in crate::web) async fn note_satisfaction(visit: Visit) -> Answer {
    if !decides(&visit) {
        return Err(Failure::Forbidden);
    }
    let form = &visit.form;
    let number = |name: &str| {
        let number = form.get(name).parse::<u32>().map(u64::from);
        number.map_err(|_| Failure::Refused("donnez deux nombres entiers".into()))
    };
    let month = form.get("mois").parse::<Month>().map_err(|error| Failure::Refused(error.to_string()))?;
    let one = Satisfaction {
        month,
        service: form.get("service").to_owned(),
        answers: number("reponses")?,
        satisfied: number("satisfaits")?,
    };
    visit.site.desk().note_satisfaction(&one, visit.by()).await?;
    page::done(&format!("{HERE}?annee={}", month.year()), "ecoute")
}

pub(in crate::web) async fn add_mystery(visit: Visit) -> Answer {
    if !decides(&visit) {
        return Err(Failure::Forbidden);
    }
    let form = &visit.form;
    let line = |name: &str| form.get(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let mark = |criterion: &Criterion| match form.get(criterion.word()) {
        "oui" => Some((*criterion, true)),
        "non" => Some((*criterion, false)),
        _ => None,
    };
    let mail = MysteryMail {
        id: 0,
        campaign: line("campagne"),
        sent_on: acts::day(form.get("envoye"))?,
        service: form.get("service").to_owned(),
        reference: form.get("reference").to_owned(),
        marks: Criterion::ALL.iter().filter_map(mark).collect::<BTreeMap<_, _>>(),
        remark: line("remarque"),
    };
    visit.site.desk().note_mystery_mail(&mail, visit.by()).await?;
    page::done(&format!("{HERE}?annee={}", mail.sent_on.year()), "ecoute")
}

pub(in crate::web) async fn remove_mystery(visit: Visit) -> Answer {
    if !decides(&visit) {
        return Err(Failure::Forbidden);
    }
    if !visit.site.desk().remove_mystery_mail(visit.number("id")?).await? {
        return Err(Failure::NotFound);
    }
    page::done(HERE, "ecoute")
}
