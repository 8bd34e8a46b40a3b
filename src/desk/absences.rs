//! Who is away and who stands in, as people tell it. What follows from it is read anew whenever somebody is told
//! something: an absence begins and ends by itself.

use super::{ActError, Desk};
use crate::store::Absence;

impl Desk {
    /// Writes an absence down (addresses in any case). Both must be people whom the configuration names: a mail about
    /// citizens goes to nobody else. Returns its number.
    pub async fn note_absence(&self, absence: Absence) -> Result<i64, ActError> {
        let absence =
            Absence { person: absence.person.to_lowercase(), substitute: absence.substitute.to_lowercase(), ..absence };
        let refuse = |text: String| Err(ActError::Refused(text));
        for person in [&absence.person, &absence.substitute] {
            if !self.policy.config.people().contains(person.as_str()) {
                return refuse(format!(
                    "« {person} » n'est ni agent, ni responsable, ni directeur, ni secrétaire général, ni référent \
                     qualité dans la configuration"
                ));
            }
        }
        if absence.person == absence.substitute {
            return refuse("personne ne se remplace soi-même : nommez quelqu'un d'autre".into());
        }
        if absence.last_day < absence.first_day {
            let (first, last) = (absence.first_day, absence.last_day);
            return refuse(format!("le dernier jour ({last}) est avant le premier ({first})"));
        }
        let mut work = self.store.begin().await?;
        let others = work.absences(absence.first_day).await?;
        let overlaps = |other: &&Absence| other.person == absence.person && other.first_day <= absence.last_day;
        if let Some(other) = others.iter().find(overlaps) {
            return refuse(format!(
                "« {} » est déjà absent du {} au {} (absence {}) ; retirez-la d'abord (ligne de commande : releve absences remove {})",
                other.person, other.first_day, other.last_day, other.id, other.id
            ));
        }
        let number = work.add_absence(&absence, self.now()).await?;
        work.commit().await?;
        Ok(number)
    }

    /// Takes an absence back: from now on everything goes to the person again.
    pub async fn remove_absence(&self, number: i64) -> Result<(), ActError> {
        let mut work = self.store.begin().await?;
        if !work.remove_absence(number, self.now()).await? {
            let text = format!(
                "aucune absence ne porte le numéro {number} (ligne de commande : releve absences list les montre)"
            );
            return Err(ActError::Refused(text));
        }
        Ok(work.commit().await?)
    }
}
