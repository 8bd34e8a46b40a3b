//! What is asked of citizens and tried as one: the survey to which answers lead, and mystery mails (domain.md §1.5). Their
//! results stand next to the figures; nothing is computed of one out of the other.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::month::Month;

/// What a mystery mail is judged by (domain.md §1.5, the grid of fifteen mails).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// An acknowledgement came, and was clear.
    Acknowledged,
    /// The answer was clear and exact.
    Clear,
    /// It was courteous.
    Courteous,
    /// Its signature was complete (CRPA L111-2).
    Signed,
    /// It came in time.
    InTime,
    /// The user was told when it was transferred.
    TransferTold,
    /// Nobody had to ask again.
    NoReminder,
}

impl Criterion {
    /// All of them, in the order of the grid.
    pub const ALL: &'static [Self] = &[
        Self::Acknowledged,
        Self::Clear,
        Self::Courteous,
        Self::Signed,
        Self::InTime,
        Self::TransferTold,
        Self::NoReminder,
    ];

    /// The name of its field in a form.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Clear => "clear",
            Self::Courteous => "courteous",
            Self::Signed => "signed",
            Self::InTime => "in_time",
            Self::TransferTold => "transfer_told",
            Self::NoReminder => "no_reminder",
        }
    }

    /// As people read it.
    pub const fn french(self) -> &'static str {
        match self {
            Self::Acknowledged => "accusé de réception présent et clair",
            Self::Clear => "réponse lisible et exacte",
            Self::Courteous => "courtoisie",
            Self::Signed => "signature complète",
            Self::InTime => "réponse dans le délai",
            Self::TransferTold => "réorientation annoncée",
            Self::NoReminder => "aucune relance nécessaire",
        }
    }
}

/// A mystery mail, and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MysteryMail {
    /// Its row; 0 before it has one.
    pub id: i64,
    /// Name of the campaign.
    pub campaign: String,
    /// When it was sent.
    pub sent_on: Date,
    /// Key of the service to which it was sent.
    pub service: String,
    /// The case it became, or empty.
    pub reference: String,
    /// Whether each criterion was kept; one that is not there had no object.
    pub marks: BTreeMap<Criterion, bool>,
    /// What else is to be said.
    pub remark: String,
}

/// What a campaign came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Campaign {
    /// Its name.
    pub name: String,
    /// How many mails.
    pub mails: u64,
    /// Of each criterion: kept, and judged.
    pub marks: BTreeMap<Criterion, (u64, u64)>,
}

/// What users answered in the survey in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Satisfaction {
    /// The month.
    pub month: Month,
    /// Key of the service; empty: the whole prefecture.
    pub service: String,
    /// How many answered.
    pub answers: u64,
    /// Of these, how many are satisfied.
    pub satisfied: u64,
}

/// What each campaign came to, in the order in which they began.
pub fn campaigns(mails: &[MysteryMail]) -> Vec<Campaign> {
    let mut all: Vec<Campaign> = Vec::new();
    for mail in mails {
        let place = all.iter().position(|known| known.name == mail.campaign).unwrap_or_else(|| {
            all.push(Campaign { name: mail.campaign.clone(), ..Campaign::default() });
            all.len() - 1
        });
        all[place].mails += 1;
        for (criterion, kept) in &mail.marks {
            let (good, judged) = all[place].marks.entry(*criterion).or_default();
            (*good, *judged) = (*good + u64::from(*kept), *judged + 1);
        }
    }
    all
}

#[cfg(test)]
#[test]
fn a_campaign_counts_what_was_judged() {
    let mail = |campaign: &str, marks: &[(Criterion, bool)]| MysteryMail {
        id: 0,
        campaign: campaign.into(),
        sent_on: jiff::civil::date(2026, 3, 2),
        service: "accueil".into(),
        reference: String::new(),
        marks: marks.iter().copied().collect(),
        remark: String::new(),
    };
    let found = campaigns(&[
        mail("printemps", &[(Criterion::InTime, true), (Criterion::Signed, false)]),
        mail("automne", &[]),
        mail("printemps", &[(Criterion::InTime, false)]),
    ]);
    assert_eq!(
        (found[0].mails, found[0].marks[&Criterion::InTime], found[0].marks[&Criterion::Signed]),
        (2, (1, 2), (0, 1))
    );
    assert_eq!((found[1].name.as_str(), found[1].marks.len()), ("automne", 0));
}
