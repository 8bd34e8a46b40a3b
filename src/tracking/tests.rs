//! Columns by the names that people give them, cells as they are written, and one reason for each line that is refused.

use std::collections::BTreeMap;

use super::*;
use crate::{config::Service, sheets};

fn services() -> Vec<Service> {
    ["accueil", "sejour"]
        .map(|id| Service {
            id: id.into(),
            name: if id == "sejour" { "Bureau du séjour".into() } else { "Accueil général".into() },
            email: format!("{id}@prefecture.example.fr"),
            phone: String::new(),
            address: String::new(),
            agents: Vec::new(),
            managers: Vec::new(),
            directors: Vec::new(),
            topics: Vec::new(),
            scopes: Vec::new(),
            flags: Vec::new(),
        })
        .to_vec()
}

fn with(text: &str, named: &[(Column, &str)], service: Option<&str>) -> Result<Sheet, String> {
    let calendar = Calendar::new("16".parse().unwrap(), []);
    let named: BTreeMap<_, _> = named.iter().map(|(column, name)| (*column, (*name).to_owned())).collect();
    let around = Around {
        calendar: &calendar,
        services: &services(),
        now: "2026-03-02T09:00:00Z".parse().unwrap(),
        service,
        channel: None,
        named: &named,
    };
    read(&sheets::read(text.as_bytes(), "f.csv").unwrap(), None, &around)
}

fn refused(line: &str) -> String {
    let sheet = with(&format!("Reçu le;Canal;Service;Nature;Répondu le\n{line}\n"), &[], None).unwrap();
    assert_eq!(sheet.lines, [], "{line}");
    sheet.refused.into_iter().map(|one| format!("{} {}", one.number, one.why)).collect()
}

#[test]
fn the_columns_of_the_interface_and_those_of_a_prefecture_are_the_same() {
    let english = "received_at,channel,service,kind,topic,sender,subject,answered_at\n\
                   2022-02-01T10:00:00+01:00,email,accueil,reclamation,sejour,a@example.org,Attente,2022-02-03\n";
    let french = "Suivi 2022;;;;;;;\n\n« Reçu le » ;Canal;Bureau;Type de demande;Thème;Usager (nom);Objet;Date de réponse *;Agent\n\
                  01/02/2022 10h00;Courriel;Accueil général;Réclamation;titre de séjour;a@example.org;Attente;3 février 2022;Noé\n";
    let french = french.replace("« Reçu le » ", "Reçu le");
    let (one, other) = (with(english, &[], None).unwrap(), with(&french, &[], None).unwrap());
    assert_eq!((one.refused.len(), other.refused.len()), (0, 0), "{other:?}");
    let plain = |line: &Line| Line { number: 0, ..line.clone() };
    assert_eq!(plain(&one.lines[0]), plain(&other.lines[0]));
    assert_eq!((other.mapping.header_line, other.lines[0].number), (3, 4));
    assert_eq!(other.mapping.ignored, ["Agent"]);
}

#[test]
fn the_surest_name_wins_and_the_operator_may_name_any() {
    let text = "Date;Date de réception;Mode;Arrivée au bureau\n01/01/2022;02/02/2022;mail;03/02/2022\n";
    let day = |sheet: &Sheet| sheet.lines[0].received_at.to_string();
    assert_eq!(day(&with(text, &[], Some("accueil")).unwrap()), "2022-02-02T11:00:00Z");
    let named = with(text, &[(Column::ReceivedAt, "arrivée au bureau")], Some("accueil")).unwrap();
    assert_eq!(day(&named), "2022-02-03T11:00:00Z");
    let error = with("a;b\n1;2\n", &[], None).unwrap_err();
    assert!(error.contains("« a », « b »") && error.contains("--column"), "{error}");
    assert_eq!("arrivee".parse::<Column>().unwrap_err().split(';').count(), 2);
}

#[test]
fn days_and_moments_are_read_as_people_write_them() {
    for (written, expected) in [
        ("2022-02-03", "2022-02-03T11:00:00Z"),
        ("2022-02-03T14:30:00+01:00", "2022-02-03T13:30:00Z"),
        ("2022-02-03 14:30:05", "2022-02-03T13:30:05Z"),
        ("2022-02-03T14:30", "2022-02-03T13:30:00Z"),
        ("03/02/2022", "2022-02-03T11:00:00Z"),
        ("3/2/22", "2022-02-03T11:00:00Z"),
        ("03.02.2022 à 14h30", "2022-02-03T13:30:00Z"),
        ("03-02-2022 14h", "2022-02-03T13:00:00Z"),
        ("jeudi 3 février 2022", "2022-02-03T11:00:00Z"),
        ("1er août 2022 9:05", "2022-08-01T07:05:00Z"),
        ("03/02/2022 00:00", "2022-02-03T11:00:00Z"),
        ("lundi 7 octobre 2024", "2024-10-07T10:00:00Z"),
    ] {
        let sheet = with(&format!("Reçu le;Canal\n{written};mail\n"), &[], Some("accueil")).unwrap();
        assert_eq!(
            sheet.lines.first().map(|line| line.received_at.to_string()).as_deref(),
            Some(expected),
            "{written}: {sheet:?}"
        );
    }
    for wrong in ["31/02/2022", "2022-13-01", "hier", "44595", "03/02/022", "03/02/2022 25:00", "-3/2/2022", "03/02"] {
        assert!(refused(&format!("{wrong};mail;accueil;;")).contains("n'est pas une date"), "{wrong}");
    }
}

#[test]
fn every_refused_line_says_why() {
    assert_eq!(refused(";mail;accueil;;"), "2 la date de réception est vide");
    assert!(refused("03/03/2027;mail;accueil;;").contains("dans l'avenir"));
    assert!(refused("03/03/1922;mail;accueil;;").contains("est-ce la bonne année"));
    assert!(refused("03/02/2022;mail;accueil;;02/02/2022").contains("avant la réception"));
    assert!(refused("03/02/2022;mail;accueil;;02/02/2027").contains("dans l'avenir"));
    assert!(refused("03/02/2022;;accueil;;").contains("le canal est vide"));
    assert!(refused("03/02/2022;pigeon;accueil;;").contains("courriel, formulaire, courrier"));
    assert!(refused("03/02/2022;mail;;;").contains("services déclarés : accueil, sejour"));
    assert!(refused("03/02/2022;mail;voirie;;").contains("« voirie »"));
    assert!(refused("03/02/2022;mail;accueil;poème;").contains("« poème »"));
}

#[test]
fn lines_that_say_the_same_are_told_apart_and_blank_ones_are_none() {
    let text = "Reçu le;Canal;Objet;Thème\n03/02/2022;mail;x;licorne\n;;;\n03/02/2022;mail;x;licorne\n03/02/2022;courrier;x;\n";
    let sheet = with(text, &[], Some("accueil")).unwrap();
    let found: Vec<_> = sheet.lines.iter().map(|line| (line.number, line.occurrence)).collect();
    assert_eq!(found, [(2, 1), (4, 2), (5, 1)]);
    assert_eq!(
        sheet.remarks.into_iter().collect::<Vec<_>>(),
        [("thème « licorne » inconnu : pris pour « autre sujet »".into(), 2)]
    );
}

#[test]
fn a_person_is_a_name_an_address_or_both() {
    for (sender, address, expected) in [
        ("Jeanne Martin <Jeanne@Example.org>", "", ("Jeanne Martin", "jeanne@example.org")),
        ("jeanne@example.org", "", ("", "jeanne@example.org")),
        ("Mme Diallo", "d@example.org", ("Mme Diallo", "d@example.org")),
        ("Mme Diallo (d@example.org)", "12 rue des Sternes", ("Mme Diallo", "d@example.org")),
        ("Mme Diallo", "12 rue des Sternes", ("Mme Diallo", "")),
        ("Mme Diallo", "Awa Diallo <D@example.org>", ("Mme Diallo", "d@example.org")),
        ("", "mailto:d@example.org", ("", "d@example.org")),
    ] {
        let (name, found) = super::values::person(sender, address);
        assert_eq!((name.as_str(), found.as_str()), expected, "{sender} {address}");
    }
}

#[test]
fn a_day_alone_may_be_today_before_its_noon() {
    // The test stands at ten in Paris.
    let sheet = with("Reçu le;Canal;Répondu le\n02/03/2026;mail;02/03/2026\n", &[], Some("accueil")).unwrap();
    let line = &sheet.lines[0];
    let now = Some("2026-03-02T09:00:00Z".to_owned());
    assert_eq!((Some(line.received_at.to_string()), line.answered_at.map(|at| at.to_string())), (now.clone(), now));
    assert!(line.identity.starts_with("2026-03-02T11:00"), "and is the same line in the evening");
    assert!(refused("02/03/2026 11:00;mail;accueil;;").contains("dans l'avenir"));
}

#[test]
fn a_sheet_that_was_sorted_anew_or_written_by_another_program_is_the_same() {
    let identities = |text: &str| {
        let sheet = with(text, &[], Some("accueil")).unwrap();
        let mut all: Vec<_> =
            sheet.lines.into_iter().map(|line| (line.identity, line.occurrence, line.answered_at)).collect();
        all.sort();
        all
    };
    let one = "Reçu le;Canal;Usager;Répondu le\n03/02/2022 09:12:44;mail;LÉA;04/02/2022\n03/02/2022 09:12;mail;Léa;\n";
    let other = "Reçu le;Canal;Usager;Répondu le\n03/02/2022 09:12;mail;Lea;\n03/02/2022 09:12;mail;Léa;04/02/2022\n";
    assert_eq!(identities(one), identities(other));
    let elsewhere = with(one, &[], Some("sejour")).unwrap();
    assert_ne!(elsewhere.lines[0].identity, with(one, &[], Some("accueil")).unwrap().lines[0].identity);
}

#[test]
fn the_line_that_names_the_most_columns_is_the_header() {
    let text =
        "Suivi;;;\nService :;accueil;Date :;26/11/2026\n\nReçu le;Canal;Objet;Service\n03/02/2022;mail;x;accueil\n";
    let sheet = with(text, &[], None).unwrap();
    assert_eq!((sheet.mapping.header_line, sheet.lines.len(), sheet.refused.len()), (4, 1, 0));
}

#[test]
fn other_sheets_of_the_same_columns_are_told() {
    let table = |name: &str| sheets::Table {
        name: name.into(),
        rows: sheets::read("Reçu le;Canal\n03/02/2022;mail\n".as_bytes(), "f.csv").unwrap().remove(0).rows,
    };
    let calendar = Calendar::new("16".parse().unwrap(), []);
    let around = Around {
        calendar: &calendar,
        services: &services(),
        now: "2026-03-02T09:00:00Z".parse().unwrap(),
        service: Some("accueil"),
        channel: None,
        named: &BTreeMap::new(),
    };
    let tables = [table("Janvier"), table("Février")];
    assert_eq!(read(&tables, None, &around).unwrap().others, ["Février"]);
    let one = read(&tables, Some("Février"), &around).unwrap();
    assert_eq!((one.mapping.sheet.as_str(), one.others.len()), ("Février", 0));
    assert!(read(&tables, Some("Mars"), &around).unwrap_err().contains("« Janvier », « Février »"));
}
