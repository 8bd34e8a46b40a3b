//! The summary of a week, for direction and quality officer: one line a service.

use jiff::civil::Date;

use super::{Document, Line, Section};
use crate::calendar::in_words;

/// What one service did in the week, and how it stands now.
#[derive(Debug, Clone, Default)]
pub struct ServiceWeek {
    /// Its name.
    pub name: String,
    /// Cases opened in the week.
    pub opened: i64,
    /// Cases answered on substance in the week.
    pub answered: i64,
    /// Of these, by the deadline of their channel and kind.
    pub in_time: i64,
    /// Holding replies in the week.
    pub held: i64,
    /// Late this morning.
    pub late: i64,
    /// Working days by which the oldest of these is late.
    pub oldest: i64,
}

/// The week of several services.
#[derive(Debug, Clone, Default)]
pub struct Weekly {
    /// Name of the prefecture.
    pub prefecture: String,
    /// Its Monday.
    pub monday: Date,
    /// The morning of the mail.
    pub day: Date,
    /// The services, those that are late first.
    pub services: Vec<ServiceWeek>,
}

impl Weekly {
    /// The mail.
    pub fn document(&self) -> Document {
        let monday = in_words(self.monday, "fr");
        let late: i64 = self.services.iter().map(|service| service.late).sum();
        let state = match late {
            0 => "Rien n'est en retard ce matin.".to_owned(),
            1 => "Une demande est en retard ce matin.".to_owned(),
            late => format!("{late} demandes sont en retard ce matin."),
        };
        let definition = "À temps : première réponse sur le fond au plus tard à l'échéance du canal et de la nature ; \
                          un message d'attente ne compte pas comme une réponse.";
        Document {
            title: format!("Bilan de la semaine du {monday}"),
            opening: vec![state],
            sections: vec![Section {
                heading: "Par service".into(),
                lines: self.services.iter().map(ServiceWeek::line).collect(),
            }],
            closing: vec![
                definition.into(),
                format!(
                    "Message automatique de releve, {}, {} : n'y répondez pas.",
                    self.prefecture,
                    in_words(self.day, "fr")
                ),
            ],
        }
    }
}

impl ServiceWeek {
    fn line(&self) -> Line {
        let plural = |count: i64| if count > 1 { "s" } else { "" };
        let (opened, answered, held, late) = (self.opened, self.answered, self.held, self.late);
        let rate = match answered {
            0 => "sans objet".to_owned(),
            _ => format!("{} sur {answered} à temps, soit {}", self.in_time, percent(self.in_time, answered)),
        };
        let mut facts = vec![
            format!("{opened} demande{} enregistrée{}", plural(opened), plural(opened)),
            format!("{answered} réponse{} : {rate}", plural(answered)),
        ];
        if held > 0 {
            facts.push(format!("{held} message{} d'attente", plural(held)));
        }
        facts.push(match late {
            0 => "rien en retard".to_owned(),
            _ => {
                let days = format!("{} jour{} ouvré{}", self.oldest, plural(self.oldest), plural(self.oldest));
                format!("{late} en retard, dont la plus ancienne depuis {days}")
            }
        });
        Line { lead: self.name.clone(), facts, ..Line::default() }
    }
}

/// With one decimal and a decimal comma: `92,9 %`. Rounded half up.
fn percent(part: i64, whole: i64) -> String {
    let tenths = (part * 2000 + whole) / (2 * whole);
    format!("{},{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_rate_has_one_decimal_and_a_comma() {
        assert_eq!(percent(13, 14), "92,9 %");
        assert_eq!(percent(0, 3), "0,0 %");
        assert_eq!(percent(7, 7), "100,0 %");
        assert_eq!(percent(1, 2000), "0,1 %", "half a tenth is rounded up");
    }
}
