//! The summary of a week: who gets one, and what it says. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan, civil::Date};

use super::{
    monday,
    people::overseers,
    plan::{Mail, Planner, Wave},
};
use crate::{
    case::NoticeKind,
    notices::{ServiceWeek, Standing, Weekly},
    store::NewNotice,
};

/// What is for one reader: the summaries of these persons, over these services or over all of them.
#[derive(Default)]
struct Share<'a> {
    persons: Vec<&'a str>,
    services: BTreeSet<&'a str>,
    everywhere: bool,
}

impl Planner<'_> {
    pub(super) fn weeklies_due(&self, wave: &mut Wave) {
        let config = &self.policy.config;
        let mut shares = BTreeMap::<&str, Share<'_>>::new();
        for (person, services) in overseers(config) {
            if self.facts.weeklies.get(person).is_some_and(|noticed| noticed.since) {
                continue;
            }
            let share = shares.entry(self.present(person)).or_default();
            share.persons.push(person);
            match services {
                Some(services) => share.services.extend(services),
                None => share.everywhere = true,
            }
        }
        let monday = monday(self.day);
        for (recipient, share) in shares {
            let weekly = self.weekly(monday, Some(&share.services).filter(|_| !share.everywhere));
            let empty = weekly
                .services
                .iter()
                .all(|service| (service.opened, service.answered, service.held, service.late) == (0, 0, 0, 0));
            let notice = |person: &&str| NewNotice {
                slot: format!("weekly/{monday}/{person}"),
                kind: NoticeKind::Weekly,
                recipient: (*person).to_owned(),
                at: self.facts.now,
                empty,
            };
            wave.mails.push(Mail {
                recipient: recipient.to_owned(),
                notices: share.persons.iter().map(notice).collect(),
                document: (!empty).then(|| weekly.document()),
                warnings: Vec::new(),
            });
        }
    }

    /// The summary of the week before the one that began on `monday`.
    fn weekly(&self, monday: Date, services: Option<&BTreeSet<&str>>) -> Weekly {
        let config = &self.policy.config;
        let known = config.services.iter().map(|service| service.id.as_str());
        let of_cases = self.facts.running.iter().map(|case| case.service.as_str());
        let of_figures = self.facts.last_week.iter().map(|figures| figures.service.as_str());
        let all: BTreeSet<_> = known.chain(of_cases).chain(of_figures).collect();
        let ours = all.into_iter().filter(|service| services.is_none_or(|services| services.contains(service)));
        let mut weeks: Vec<_> = ours
            .map(|service| {
                let figures = self.facts.last_week.iter().find(|figures| figures.service == service);
                let figures = figures.cloned().unwrap_or_default();
                let of_service = self.facts.running.iter().filter(|case| case.service == service);
                let late = of_service.filter_map(|case| match self.standing(case.due_at) {
                    Standing::Late(days) => Some(days),
                    _ => None,
                });
                let (late, oldest) = late.fold((0, 0), |(count, oldest), days| (count + 1, oldest.max(days)));
                ServiceWeek {
                    name: self.service_name(service),
                    opened: figures.opened,
                    answered: figures.answered,
                    in_time: figures.in_time,
                    held: figures.held,
                    late,
                    oldest,
                }
            })
            .collect();
        weeks.sort_by_key(|week| std::cmp::Reverse((week.oldest, week.late)));
        let before = monday.saturating_sub(7.days());
        Weekly { prefecture: config.prefecture.name.clone(), monday: before, day: self.day, services: weeks }
    }
}
