//! What is noted of surveys and of mystery mails.

use jiff::ToSpan;

use super::{ActError, Desk, figures::one_line};
use crate::indicators::{Month, MysteryMail, Satisfaction};

impl Desk {
    /// Notes what users answered in the survey in a month, in the place of what was noted before.
    pub async fn note_satisfaction(&self, one: &Satisfaction, by: &str) -> Result<(), ActError> {
        let refuse = |text: String| Err(ActError::Refused(text));
        let now = self.now();
        if one.satisfied > one.answers {
            return refuse(format!(
                "{} usagers satisfaits pour {} réponses : vérifiez les deux nombres",
                one.satisfied, one.answers
            ));
        }
        if one.month > Month::of(self.policy.calendar.date(now)) {
            return refuse(format!("{} est à venir", one.month.french()));
        }
        if one.month.year() < 2000 {
            return refuse(format!("{} : est-ce la bonne année ?", one.month.french()));
        }
        self.known_service(&one.service)?;
        let mut work = self.store.begin().await?;
        work.note_satisfaction(one, by, now).await?;
        Ok(work.commit().await?)
    }

    /// Notes a mystery mail with the marks that it was given.
    pub async fn note_mystery_mail(&self, mail: &MysteryMail, by: &str) -> Result<(), ActError> {
        let refuse = |text: &str| Err(ActError::Refused(text.to_owned()));
        let now = self.now();
        let today = self.policy.calendar.date(now);
        let (Some(campaign), Some(remark)) = (one_line(&mail.campaign, 80), one_line(&mail.remark, 500)) else {
            return refuse("le nom d'une campagne a 80 caractères au plus, une remarque 500");
        };
        let mail = &MysteryMail { campaign, remark, ..mail.clone() };
        if mail.campaign.trim().is_empty() {
            return refuse("nommez la campagne, par exemple « printemps 2026 »");
        }
        if mail.sent_on > today {
            return refuse("la date d'envoi est à venir");
        }
        if mail.sent_on < today.saturating_sub(10.years()) {
            return refuse("la date d'envoi a plus de dix ans : est-ce la bonne année ?");
        }
        if mail.marks.is_empty() {
            return refuse("jugez au moins un critère");
        }
        if mail.service.is_empty() {
            return refuse("choisissez le service auquel le courriel a été envoyé");
        }
        self.known_service(&mail.service)?;
        if !mail.reference.is_empty() {
            let service = self.store.service_of(&mail.reference).await?.map(|(_, service)| service);
            // Whoever reads the mails of a service must not read of the cases of another.
            if service.as_ref() != Some(&mail.service) {
                return refuse("aucune demande de ce service ne porte cette référence");
            }
        }
        let mut work = self.store.begin().await?;
        work.note_mystery_mail(mail, by, now).await?;
        Ok(work.commit().await?)
    }

    /// Takes a mystery mail out that was noted by mistake. False: there was none.
    pub async fn remove_mystery_mail(&self, id: i64) -> Result<bool, ActError> {
        let mut work = self.store.begin().await?;
        let found = work.remove_mystery_mail(id).await?;
        work.commit().await?;
        Ok(found)
    }

    /// Empty stands for the whole prefecture.
    fn known_service(&self, id: &str) -> Result<(), ActError> {
        let services = &self.policy.config.services;
        if id.is_empty() || services.iter().any(|service| service.id == id) {
            return Ok(());
        }
        let known = services.iter().map(|service| service.id.as_str()).collect::<Vec<_>>().join(", ");
        Err(ActError::Refused(format!("aucun service ne s'appelle « {id} » ; services déclarés : {known}")))
    }
}
