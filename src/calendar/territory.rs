//! Départements and overseas territories: code, French name and time zone (domain.md §3.4), as one table.
//!
//! Which holidays each keeps is the other table, in `holidays.rs`. Nothing here knows a rule of counting.
//!
//! The time zones come from the IANA database compiled into the program, never from that of the machine: the same
//! deadline on every server, and no file read. A territory of several zones lives in that of its seat: Tahiti for
//! Polynésie française, La Réunion for the TAAF.

use std::{fmt, str::FromStr, sync::LazyLock};

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// A département or overseas territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Territory {
    code: &'static str,
    name: &'static str,
    zone: &'static str,
}

/// No territory has this code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("département inconnu : « {0} » (codes possibles : 01 à 95, 2A, 2B, 971 à 978, 984, 986, 987, 988)")]
pub struct UnknownTerritory(pub String);

impl Territory {
    /// Every territory: metropolitan départements by number (Corsica between 19 and 21), then overseas.
    pub const ALL: &'static [Self] = TERRITORIES;

    /// The code of the Code officiel géographique: `01`, `2A`, `971`.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// The French name: `Charente`, `La Réunion`.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The time zone in which the days of this territory begin and end.
    pub fn zone(self) -> TimeZone {
        static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
        ZONES.get(self.zone).expect("the table names zones of the compiled-in database only")
    }
}

impl FromStr for Territory {
    type Err = UnknownTerritory;

    /// Reads a code as people write it: `1` for `01`, `2a` for `2A`, and the former Corsican `20` for `2A` (the two
    /// Corsican départements have the same calendar).
    fn from_str(text: &str) -> Result<Self, UnknownTerritory> {
        let code = match format!("{:0>2}", text.trim().to_ascii_uppercase()) {
            corsica if corsica == "20" => "2A".to_owned(),
            code => code,
        };
        Self::ALL
            .iter()
            .copied()
            .find(|territory| territory.code == code)
            .ok_or_else(|| UnknownTerritory(text.to_owned()))
    }
}

impl fmt::Display for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

const PARIS: &str = "Europe/Paris";

const fn at(code: &'static str, name: &'static str, zone: &'static str) -> Territory {
    Territory { code, name, zone }
}

/// Separate from the associated constant so that the code above can be read first.
const TERRITORIES: &[Territory] = &[
    at("01", "Ain", PARIS),
    at("02", "Aisne", PARIS),
    at("03", "Allier", PARIS),
    at("04", "Alpes-de-Haute-Provence", PARIS),
    at("05", "Hautes-Alpes", PARIS),
    at("06", "Alpes-Maritimes", PARIS),
    at("07", "Ardèche", PARIS),
    at("08", "Ardennes", PARIS),
    at("09", "Ariège", PARIS),
    at("10", "Aube", PARIS),
    at("11", "Aude", PARIS),
    at("12", "Aveyron", PARIS),
    at("13", "Bouches-du-Rhône", PARIS),
    at("14", "Calvados", PARIS),
    at("15", "Cantal", PARIS),
    at("16", "Charente", PARIS),
    at("17", "Charente-Maritime", PARIS),
    at("18", "Cher", PARIS),
    at("19", "Corrèze", PARIS),
    at("2A", "Corse-du-Sud", PARIS),
    at("2B", "Haute-Corse", PARIS),
    at("21", "Côte-d'Or", PARIS),
    at("22", "Côtes-d'Armor", PARIS),
    at("23", "Creuse", PARIS),
    at("24", "Dordogne", PARIS),
    at("25", "Doubs", PARIS),
    at("26", "Drôme", PARIS),
    at("27", "Eure", PARIS),
    at("28", "Eure-et-Loir", PARIS),
    at("29", "Finistère", PARIS),
    at("30", "Gard", PARIS),
    at("31", "Haute-Garonne", PARIS),
    at("32", "Gers", PARIS),
    at("33", "Gironde", PARIS),
    at("34", "Hérault", PARIS),
    at("35", "Ille-et-Vilaine", PARIS),
    at("36", "Indre", PARIS),
    at("37", "Indre-et-Loire", PARIS),
    at("38", "Isère", PARIS),
    at("39", "Jura", PARIS),
    at("40", "Landes", PARIS),
    at("41", "Loir-et-Cher", PARIS),
    at("42", "Loire", PARIS),
    at("43", "Haute-Loire", PARIS),
    at("44", "Loire-Atlantique", PARIS),
    at("45", "Loiret", PARIS),
    at("46", "Lot", PARIS),
    at("47", "Lot-et-Garonne", PARIS),
    at("48", "Lozère", PARIS),
    at("49", "Maine-et-Loire", PARIS),
    at("50", "Manche", PARIS),
    at("51", "Marne", PARIS),
    at("52", "Haute-Marne", PARIS),
    at("53", "Mayenne", PARIS),
    at("54", "Meurthe-et-Moselle", PARIS),
    at("55", "Meuse", PARIS),
    at("56", "Morbihan", PARIS),
    at("57", "Moselle", PARIS),
    at("58", "Nièvre", PARIS),
    at("59", "Nord", PARIS),
    at("60", "Oise", PARIS),
    at("61", "Orne", PARIS),
    at("62", "Pas-de-Calais", PARIS),
    at("63", "Puy-de-Dôme", PARIS),
    at("64", "Pyrénées-Atlantiques", PARIS),
    at("65", "Hautes-Pyrénées", PARIS),
    at("66", "Pyrénées-Orientales", PARIS),
    at("67", "Bas-Rhin", PARIS),
    at("68", "Haut-Rhin", PARIS),
    at("69", "Rhône", PARIS),
    at("70", "Haute-Saône", PARIS),
    at("71", "Saône-et-Loire", PARIS),
    at("72", "Sarthe", PARIS),
    at("73", "Savoie", PARIS),
    at("74", "Haute-Savoie", PARIS),
    at("75", "Paris", PARIS),
    at("76", "Seine-Maritime", PARIS),
    at("77", "Seine-et-Marne", PARIS),
    at("78", "Yvelines", PARIS),
    at("79", "Deux-Sèvres", PARIS),
    at("80", "Somme", PARIS),
    at("81", "Tarn", PARIS),
    at("82", "Tarn-et-Garonne", PARIS),
    at("83", "Var", PARIS),
    at("84", "Vaucluse", PARIS),
    at("85", "Vendée", PARIS),
    at("86", "Vienne", PARIS),
    at("87", "Haute-Vienne", PARIS),
    at("88", "Vosges", PARIS),
    at("89", "Yonne", PARIS),
    at("90", "Territoire de Belfort", PARIS),
    at("91", "Essonne", PARIS),
    at("92", "Hauts-de-Seine", PARIS),
    at("93", "Seine-Saint-Denis", PARIS),
    at("94", "Val-de-Marne", PARIS),
    at("95", "Val-d'Oise", PARIS),
    at("971", "Guadeloupe", "America/Guadeloupe"),
    at("972", "Martinique", "America/Martinique"),
    at("973", "Guyane", "America/Cayenne"),
    at("974", "La Réunion", "Indian/Reunion"),
    at("975", "Saint-Pierre-et-Miquelon", "America/Miquelon"),
    at("976", "Mayotte", "Indian/Mayotte"),
    at("977", "Saint-Barthélemy", "America/St_Barthelemy"),
    at("978", "Saint-Martin", "America/Marigot"),
    at("984", "Terres australes et antarctiques françaises", "Indian/Reunion"),
    at("986", "Wallis-et-Futuna", "Pacific/Wallis"),
    at("987", "Polynésie française", "Pacific/Tahiti"),
    at("988", "Nouvelle-Calédonie", "Pacific/Noumea"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<&'static str, UnknownTerritory> {
        text.parse::<Territory>().map(Territory::code)
    }

    #[test]
    fn every_territory_reads_back_as_itself_and_has_a_zone() {
        assert_eq!(Territory::ALL.len(), 96 + 12);
        for territory in Territory::ALL {
            assert_eq!(territory.code().parse(), Ok(*territory));
            assert_eq!(territory.zone().iana_name(), Some(territory.zone));
        }
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        assert_eq!(read("1"), Ok("01"));
        assert_eq!(read(" 2a "), Ok("2A"));
        assert_eq!(read("20"), Ok("2A"));
        assert_eq!(read("978"), Ok("978"));
        for unknown in ["", "0", "00", "96", "99", "970", "985", "Paris", "02A"] {
            assert_eq!(read(unknown), Err(UnknownTerritory(unknown.to_owned())));
        }
    }

    #[test]
    fn winter_and_summer_are_those_of_the_table_of_domain_md() {
        let offsets = [
            ("16", 1, 2),
            ("971", -4, -4),
            ("972", -4, -4),
            ("973", -3, -3),
            ("974", 4, 4),
            ("975", -3, -2),
            ("976", 3, 3),
            ("977", -4, -4),
            ("978", -4, -4),
            ("984", 4, 4),
            ("986", 12, 12),
            ("987", -10, -10),
            ("988", 11, 11),
        ];
        for (code, winter, summer) in offsets {
            let zone = code.parse::<Territory>().unwrap().zone();
            let hours = |instant: &str| zone.to_offset(instant.parse().unwrap()).seconds() / 3600;
            assert_eq!((hours("2026-01-15T12:00:00Z"), hours("2026-07-15T12:00:00Z")), (winter, summer), "{code}");
        }
    }
}
