//! The files in which figures leave.

use std::io::{Cursor, Read as _};

use crate::{
    desk::{
        Format, Step, Wording,
        testing::{Letter, Office},
    },
    indicators::{Campaign, Criterion, Matter, Month, Satisfaction, Seen, Setting, Targets, workbook},
    sheets::tests::office::is_the_same_in_libreoffice,
    store::testing::at,
};

fn year() -> (Month, Month) {
    ("2026-01".parse().unwrap(), "2026-12".parse().unwrap())
}

/// Some cases of every sort, in two months.
async fn busy() -> Office {
    let office = Office::open().await;
    for number in 0..9 {
        let from = format!("Personne Numéro <u{number}@usagers.example.fr>");
        office.write(&Letter::new(&number.to_string()).from(&from)).await;
    }
    office.post().await;
    let answer = |text: &str| {
        Step::Answer(Wording { text: Some(format!("Bonjour,\n\n{text}\n\nCordialement,")), ..Wording::default() })
    };
    office
        .desk
        .take("2026-000001", &answer("Bonjour Personne Numéro, de 9 h à 12 h."), "noe@prefecture.example.fr")
        .await
        .unwrap();
    office.clock.set(at("2026-03-05T10:00:00Z"));
    office.desk.take("2026-000002", &answer("De 9 h à 16 h."), "noe@prefecture.example.fr").await.unwrap();
    office.desk.close("2026-000003", crate::case::Closing::Thanks, "", "noe").await.unwrap();
    office.clock.set(at("2026-03-20T10:00:00Z"));
    office.desk.take("2026-000004", &answer("De 10 h à 16 h."), "noe@prefecture.example.fr").await.unwrap();
    office.desk.merge("2026-000006", "2026-000005", true, "noe").await.unwrap();
    office.clock.set(at("2026-04-02T10:00:00Z"));
    office.desk.publish("2026-03".parse().unwrap(), "", "qualite@prefecture.example.fr").await.unwrap();
    office
}

#[tokio::test]
async fn libreoffice_shows_every_cell_of_the_workbook() {
    let office = busy().await;
    let seen = Seen::default();
    let report = office.desk.report(year(), &seen).await.unwrap();
    let facts = office.desk.behind(year(), &seen).await.unwrap();
    let names = crate::desk::names(&office.desk.policy().config);
    let setting = Setting {
        prefecture: &office.desk.policy().config.prefecture.name,
        names: &names,
        now: office.desk.now(),
        zone: office.desk.policy().calendar.zone(),
    };
    let report_before = office.desk.report_before(year(), &seen).await.unwrap();
    let matter = Matter {
        report: &report,
        before: &report_before,
        targets: &Targets::default(),
        setting: &setting,
        satisfaction: &[Satisfaction {
            month: "2026-03".parse().unwrap(),
            service: String::new(),
            answers: 42,
            satisfied: 37,
        }],
        campaigns: &[Campaign {
            name: "=printemps; 2026".into(),
            mails: 1,
            marks: [(Criterion::InTime, (1, 1))].into(),
        }],
        style: None,
    };
    let workbook = workbook(&matter, &facts);
    let promises = workbook.sheets.iter().find(|sheet| sheet.name == "Engagements").unwrap();
    assert_eq!(promises.rows.len(), 9, "one line a promise: days, and no text that looks like one");
    is_the_same_in_libreoffice(
        &workbook,
        &[
            "Tableau mensuel",
            "Volumes",
            "Engagements",
            "Autres faits",
            "Satisfaction et mystère",
            "Publications",
            "Définitions",
        ],
    );
}

#[tokio::test]
async fn the_pack_for_the_auditor_holds_the_evidence_and_no_name() {
    let office = busy().await;
    let bytes = office.desk.output(Format::Audit(3), year(), &Seen::default(), None).await.unwrap();
    assert_eq!(
        bytes,
        office.desk.output(Format::Audit(3), year(), &Seen::default(), None).await.unwrap(),
        "the same lot"
    );
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names.iter().filter(|name| name.starts_with("echantillon/")).count(), 3, "{names:?}");
    let mut read = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let cases = read("engagements.csv");
    assert!(cases.contains("2026-000004") && cases.contains("20/03/2026") && cases.contains("hors délai"), "{cases}");
    assert!(read("chiffres.json").contains("\"email_on_time\"") && read("definitions.csv").contains("email_on_time"));
    // Every case that counts: its letters and its dates, and nobody by name.
    let bytes = office.desk.output(Format::Audit(500), year(), &Seen::default(), None).await.unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut whole = String::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let name = file.name().unwrap().into_owned();
        if name.ends_with(".txt") || name.ends_with(".csv") {
            file.read_to_string(&mut whole).unwrap();
        }
    }
    assert!(whole.contains("Accusé de réception, 02/03/2026") && whole.contains("De 10 h à 16 h."), "{whole}");
    assert!(whole.contains("Bonjour [usager] [usager], de 9 h à 12 h."), "{whole}");
    assert!(!whole.contains("usagers.example.fr") && !whole.contains("Personne Numéro"), "{whole}");
}

#[tokio::test]
async fn papers_are_whole_pages_that_carry_their_style() {
    let office = busy().await;
    let quarter = ("2026-01".parse().unwrap(), "2026-03".parse().unwrap());
    let page = async |format, period| {
        String::from_utf8(office.desk.output(format, period, &Seen::default(), None).await.unwrap()).unwrap()
    };
    let poster = page(Format::Poster, quarter).await;
    // Of nine: one closed in time, one merged; two of the other seven answered in time.
    for words in ["1er trimestre 2026", "28,57\u{a0}%", "2 sur 7", "Sans objet", "chiffres provisoires", "<style>"] {
        assert!(poster.contains(words), "{words}: {poster}");
    }
    let bilan = page(Format::Html, year()).await;
    for words in ["<svg", "DÉCEMBRE", "Population", "28,57 %", "Aucune campagne"] {
        assert!(bilan.contains(words), "{words}");
    }
    for page in [poster, bilan] {
        assert!(!page.contains("http"), "nothing is loaded from elsewhere, and no style but its own: {page}");
    }
}
