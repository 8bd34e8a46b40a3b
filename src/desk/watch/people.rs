//! Who is told: the persons of a role, whoever stands above where a role is empty, and the substitute of one who is away.
//! Pure.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::{case::Role, config::Config, store::Absence};

/// The persons in a role for a case, or in the next role above that has any; empty: there is nobody at all.
///
/// A case that was given to nobody is its manager's.
pub(super) fn persons<'a>(config: &'a Config, role: Role, service: &str, agent: &'a str) -> Vec<&'a str> {
    let service = config.service(service);
    let of = |role: &Role| -> Vec<&'a str> {
        match role {
            // Who is no longer of the service has its cases no longer.
            Role::Agent => {
                let serves = |agent: &&str| service.is_some_and(|service| service.staff().any(|known| known == *agent));
                Vec::from_iter(Some(agent).filter(serves))
            }
            Role::Manager => service.map(|service| texts(&service.managers)).unwrap_or_default(),
            Role::Director => service.map(|service| texts(&service.directors)).unwrap_or_default(),
            Role::GeneralSecretary => texts(&config.prefecture.general_secretary),
            Role::QualityOfficer => texts(&config.prefecture.quality_officers),
        }
    };
    let mut from_role_up = Role::ALL.iter().skip_while(|known| **known != role);
    from_role_up.by_ref().map(of).find(|persons| !persons.is_empty()).unwrap_or_default()
}

/// Direction and quality officers, each with the services that are theirs; `None`: all of them.
pub(super) fn overseers(config: &Config) -> Vec<(&str, Option<BTreeSet<&str>>)> {
    let everywhere: BTreeSet<_> =
        config.prefecture.general_secretary.iter().chain(&config.prefecture.quality_officers).collect();
    let directors: BTreeSet<_> = config.services.iter().flat_map(|service| &service.directors).collect();
    let directs = |person: &String| {
        let services = config.services.iter().filter(|service| service.directors.contains(person));
        services.map(|service| service.id.as_str()).collect::<BTreeSet<_>>()
    };
    let some = directors.iter().filter(|person| !everywhere.contains(*person));
    let some = some.map(|person| (person.as_str(), Some(directs(person))));
    everywhere.iter().map(|person| (person.as_str(), None)).chain(some).collect()
}

/// Who gets on this day what is meant for a person: the person, or the substitute of the substitute … of one who is
/// away. When all of them are away, or stand in for each other in a circle, the person gets it nevertheless: a mail that
/// is read late is better than one that nobody gets.
pub(super) fn present<'a>(person: &'a str, day: Date, absences: &'a [Absence]) -> &'a str {
    let away = |person: &str| {
        absences
            .iter()
            .find(|absence| absence.person == person && (absence.first_day..=absence.last_day).contains(&day))
    };
    let mut seen = vec![person];
    let mut current = person;
    while let Some(absence) = away(current) {
        current = &absence.substitute;
        if seen.contains(&current) {
            return person;
        }
        seen.push(current);
    }
    current
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn absence(person: &str, first: i8, last: i8, substitute: &str) -> Absence {
        Absence {
            id: 0,
            person: person.into(),
            first_day: date(2026, 3, first),
            last_day: date(2026, 3, last),
            substitute: substitute.into(),
            entered_by: String::new(),
        }
    }

    #[test]
    fn an_absence_redirects_from_its_first_day_to_its_last_and_ends_by_itself() {
        let absences = [absence("a", 3, 5, "b")];
        let told = |day| present("a", date(2026, 3, day), &absences);
        assert_eq!([2, 3, 5, 6].map(told), ["a", "b", "b", "a"]);
        assert_eq!(present("c", date(2026, 3, 4), &absences), "c");
    }

    #[test]
    fn a_substitute_may_be_away_too() {
        let absences = [absence("a", 1, 9, "b"), absence("b", 4, 5, "c")];
        let told = |day| present("a", date(2026, 3, day), &absences);
        assert_eq!([3, 4, 6].map(told), ["b", "c", "b"]);
    }

    #[test]
    fn when_everybody_is_away_the_person_gets_it() {
        let circle = [absence("a", 1, 9, "b"), absence("b", 1, 9, "c"), absence("c", 1, 9, "b")];
        assert_eq!(present("a", date(2026, 3, 4), &circle), "a");
        assert_eq!(present("a", date(2026, 3, 4), &[absence("a", 1, 9, "a")]), "a");
    }
}
