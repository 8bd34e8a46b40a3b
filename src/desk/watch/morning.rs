//! What the mail to one person says: the cases that it is about, and for whoever answers for services everything that is
//! wrong with them. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::plan::{Planner, Share, first_since, horizon};
use crate::{
    case::{Purpose, Role},
    notices::{Alarm, CaseLine, Changes, Digest, Standing},
    replies::Model,
    store::{NearlyRejected, Running, Unacknowledged},
};

/// A mailbox that polls less often than this is asked after only when it is silent for twice its pause.
const UNREAD: SignedDuration = SignedDuration::from_hours(1);

impl Planner<'_> {
    pub(super) fn digest(&self, recipient: &str, share: &Share<'_>, levels: &HashMap<i64, (Role, String)>) -> Digest {
        let config = &self.policy.config;
        let before =
            share.persons.iter().chain([&recipient]).find_map(|person| self.facts.digests.get(*person)?.before);
        let since = before.unwrap_or_else(|| first_since(self.policy, self.day));
        let until = horizon(self.policy, self.day);
        let shown = |case: &&Running| {
            share.steps.contains_key(&case.case_id)
                || (share.services.contains(case.service.as_str()) && case.due_at < until)
        };
        let cases = self.facts.running.iter().filter(shown).map(|case| {
            let several = share.services.len() > 1;
            let standing = self.standing(case.due_at);
            let level = levels.get(&case.clock_id);
            let level = level.map(|(role, step)| format!("{} : {step}", informed(*role)));
            CaseLine {
                reference: case.reference.clone(),
                link: self.page(&case.reference),
                subject: case.subject.clone(),
                kind: case.kind,
                service: if several { self.service_name(&case.service) } else { String::new() },
                agent: case.agent.clone(),
                due: self.policy.calendar.date(case.due_at),
                announced: case.announced,
                standing,
                newly_late: matches!(standing, Standing::Late(_)) && case.due_at >= since,
                level: level.unwrap_or_default(),
                warned: share.steps.get(&case.case_id).cloned().unwrap_or_default(),
            }
        });
        let figures = self.facts.figures.get(&since).map(Vec::as_slice).unwrap_or_default();
        let ours = figures.iter().filter(|figures| share.services.contains(figures.service.as_str()));
        let (opened, answered) =
            ours.fold((0, 0), |(opened, answered), figures| (opened + figures.opened, answered + figures.answered));
        Digest {
            prefecture: config.prefecture.name.clone(),
            day: self.day,
            services: share.services.iter().map(|service| self.service_name(service)).collect(),
            cases: cases.collect(),
            changes: Changes { since: before.map(|at| self.policy.calendar.date(at)), opened, answered },
            unacknowledged: self.unacknowledged(&share.services),
            nearly_rejected: self.nearly_rejected(&share.services),
            unread: self.unread(&share.services),
            outdated: self.outdated(&share.services),
        }
    }

    pub(super) fn standing(&self, due_at: Timestamp) -> Standing {
        let calendar = &self.policy.calendar;
        let due = calendar.date(due_at);
        if due < self.day {
            return Standing::Late(calendar.working_days_between(due_at, self.facts.now));
        }
        match calendar.working_day(due, 0) {
            last if last <= self.day => Standing::Today,
            last if last == calendar.next_working_day(self.day) => Standing::Tomorrow,
            _ => Standing::Later,
        }
    }

    fn unacknowledged(&self, services: &BTreeSet<&str>) -> Vec<Alarm> {
        // The one clock stands behind the other: the case is told once, at its worst.
        let mut worst = BTreeMap::<&str, &Unacknowledged>::new();
        for case in self.facts.unacknowledged.iter().filter(|case| services.contains(case.service.as_str())) {
            let known = worst.entry(&case.reference).or_insert(case);
            if case.purpose == Purpose::Acknowledgement {
                *known = case;
            }
        }
        let alarm = |(reference, case): (&&str, &&Unacknowledged)| {
            let due = crate::calendar::in_words(self.policy.calendar.date(case.due_at), "fr");
            let limit = match case.purpose {
                Purpose::Acknowledgement => ", dernière limite de la loi (R112-11-2)",
                _ => "",
            };
            let why = if case.why.is_empty() { "toujours dans la file d'envoi" } else { &case.why };
            Alarm {
                about: (*reference).to_owned(),
                link: self.page(reference),
                text: format!("dû le {due}{limit} ; {why}"),
            }
        };
        worst.iter().map(alarm).collect()
    }

    fn nearly_rejected(&self, services: &BTreeSet<&str>) -> Vec<Alarm> {
        let ours = self.facts.nearly_rejected.iter().filter(|case| services.contains(case.service.as_str()));
        let alarm = |case: &NearlyRejected| {
            let due = crate::calendar::in_words(self.policy.calendar.date(case.due_at), "fr");
            let text = if case.due_at < self.facts.now {
                format!("réputée rejetée depuis le {due}, sans réponse (L231-4)")
            } else {
                format!("réputée rejetée le {due} sans réponse (L231-4)")
            };
            Alarm { about: case.reference.clone(), link: self.page(&case.reference), text }
        };
        ours.map(alarm).collect()
    }

    fn unread(&self, services: &BTreeSet<&str>) -> Vec<Alarm> {
        let mailboxes = self.policy.config.mailboxes.iter();
        let ours = mailboxes.filter(|mailbox| services.contains(mailbox.service.as_str()));
        ours.filter_map(|mailbox| {
            let state = self.facts.mailboxes.iter().find(|state| state.id == mailbox.id)?;
            let patience = UNREAD.max(SignedDuration::from_secs(2 * i64::from(mailbox.poll_seconds)));
            let last = state.last_pass_at.unwrap_or(state.activated_at);
            if self.facts.now.duration_since(last) <= patience {
                return None;
            }
            let at = last.to_zoned(self.policy.calendar.zone().clone());
            let day = crate::calendar::in_words(at.date(), "fr");
            let since = match state.last_pass_at {
                Some(_) => format!("non relevée depuis le {day} à {} h {:02}", at.hour(), at.minute()),
                None => format!("jamais relevée depuis sa mise en service le {day}"),
            };
            let why = if state.last_error.is_empty() { String::new() } else { format!(" : {}", state.last_error) };
            Some(Alarm { about: mailbox.id.clone(), link: String::new(), text: since + &why })
        })
        .collect()
    }

    fn outdated(&self, services: &BTreeSet<&str>) -> Vec<Alarm> {
        let serves = |mailbox: &str| {
            let service = self.policy.config.mailbox(mailbox).map(|mailbox| mailbox.service.as_str());
            // A text of no mailbox in particular is everybody's.
            !services.is_empty() && service.is_none_or(|service| services.contains(service))
        };
        let outdated = self.policy.acknowledgements.outdated(self.day);
        outdated
            .filter(|text| serves(text.mailbox))
            .map(|text| Alarm {
                about: text.file,
                link: String::new(),
                text: format!("à relire depuis le {}", crate::calendar::in_words(text.valid_until, "fr")),
            })
            .chain(self.outdated_models(services))
            .collect()
    }

    /// The model answers that can no longer be sent, for the services that use them.
    fn outdated_models(&self, services: &BTreeSet<&str>) -> Vec<Alarm> {
        let uses = |model: &&Model| services.iter().any(|service| model.serves(service));
        let alarm = |model: &Model| {
            let until = model.valid_until().filter(|until| *until < self.day)?;
            let until = crate::calendar::in_words(until, "fr");
            let text = format!(
                "réponse type « {} » : plus valable depuis le {until}, elle ne peut plus partir",
                model.title()
            );
            Some(Alarm { about: model.name.clone(), link: String::new(), text })
        };
        self.policy.library.all().filter(uses).filter_map(alarm).collect()
    }
}

/// That a role was told, whoever has it.
fn informed(role: Role) -> &'static str {
    match role {
        Role::Agent => "agent prévenu",
        Role::Manager => "responsable du service prévenu",
        Role::Director => "direction prévenue",
        Role::GeneralSecretary => "secrétariat général prévenu",
        Role::QualityOfficer => "référent qualité prévenu",
    }
}
