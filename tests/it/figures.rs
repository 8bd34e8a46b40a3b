//! The figures in a real browser, as a quality officer reads them: two years that were taken over from a tracking sheet.

use std::fs;

use toml::{Table, Value};

use crate::support::browser::{Browser, Setup};
use crate::support::pages::Pages;

/// The sheet of 2024 and 2025: a few lines a month, some late, some never answered.
fn sheet() -> String {
    let mut sheet = "Reçu le;Canal;Nature;Thème;Usager;Objet;Répondu le\n".to_owned();
    for number in 0..240 {
        let (year, month, day) = (2024 + number / 120, number / 10 % 12 + 1, number % 10 * 2 + 1);
        let channel = ["courriel", "courrier", "guichet", "courriel"][number % 4];
        let kind = ["information", "information", "réclamation", "information", "suggestion"][number % 5];
        let topic = ["titre de séjour", "permis", "carte grise"][number % 3];
        let answered = match number % 7 {
            6 => String::new(),
            delay => format!("{:02}/{month:02}/{year}", day + delay + 1),
        };
        let line =
            format!("{day:02}/{month:02}/{year};{channel};{kind};{topic};Usager {number};Question {number};{answered}");
        sheet.push_str(&line);
        sheet.push('\n');
    }
    sheet
}

async fn taken_over(setup: Setup) -> (Pages, Browser) {
    let target = |indicator: &str, key: &str, value: i64| {
        let mut table = Table::new();
        table.insert("indicator".into(), indicator.into());
        table.insert(key.into(), value.into());
        Value::Table(table)
    };
    let targets = vec![
        target("email_on_time", "percent", 90),
        target("letter_on_time", "percent", 50),
        target("email_delay", "working_days", 1),
    ];
    let pages = Pages::with(0, |prefecture| prefecture.list("target", targets)).await;
    let home = tempfile::tempdir().expect("a temporary folder");
    let file = home.path().join("suivi.csv");
    fs::write(&file, sheet()).expect("the sheet can be written");
    let file = file.display().to_string();
    let taken = pages.prefecture.ask(&["import", &file, "--close-before", "2026-01-01"]).await;
    assert!(taken.status.success(), "{} {}", taken.stdout, taken.stderr);
    let browser = pages.come_in(&pages.quality, &["--role", "quality_officer"], setup).await;
    (pages, browser)
}

#[tokio::test]
async fn a_quality_officer_goes_from_a_figure_to_its_cases_and_publishes_a_month() {
    let (_pages, browser) = taken_over(Setup::default()).await;
    browser.choose("Indicateurs").await;
    browser.go("/indicateurs?annee=2025").await;
    browser.says("L'essentiel").await;
    // Drawn as it says, and not a word of it outside its frame.
    let drawn = browser
        .ask(
            "return [...document.querySelectorAll('svg.chart')].map(chart => {
                const frame = chart.getBoundingClientRect();
                const inside = box => box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
                const texts = [...chart.querySelectorAll('text')];
                return [frame.width > 300, texts.length > 10, texts.every(text => inside(text.getBoundingClientRect())),
                        chart.querySelectorAll('polyline, rect').length > 0];
            })",
        )
        .await;
    assert_eq!(
        drawn,
        serde_json::json!([
            [true, true, true, true],
            [true, true, true, true],
            [true, true, true, true],
            [true, true, true, true]
        ])
    );
    let number = "#email_on_time ~ .scroll tbody tr:nth-child(2) td:nth-of-type(13) a";
    let text = browser.ask(&format!("return document.querySelector('{number}').textContent")).await;
    browser.press(number).await;
    browser.says(&format!("{} lignes", text.as_str().expect("a number"))).await;
    browser.choose("les échecs").await;
    browser.says("hors délai ou sans réponse").await;
    browser.press("tbody th a").await;
    browser.says("reprise d'une feuille de suivi").await;
    browser.go("/indicateurs/publications").await;
    browser.choose("Publier décembre 2025").await;
    browser.says("Le mois est publié").await;
    browser.says("Toujours comme il a été publié").await;
    browser.close().await;
}

/// Every page of the figures, in its states; pictures are kept.
async fn every_page_of_the_figures_is_well_made(narrow: bool) {
    let name = |page: &str| if narrow { format!("etroit-{page}") } else { page.to_owned() };
    let (pages, browser) = taken_over(Setup { narrow, ..Setup::default() }).await;
    let by = pages.quality.clone();
    let published = pages.prefecture.ask(&["report", "--publish", "2025-11", "--by", &by]).await;
    assert!(published.status.success(), "{}", published.stderr);
    // What was published is otherwise today.
    let statement = "UPDATE cases SET kind = 'complaint' WHERE kind = 'information' AND received_at > 1762000000000";
    pages.prefecture.database.change(statement).await;
    for (address, page) in [
        ("/indicateurs?annee=2025", "indicateurs"),
        ("/indicateurs?annee=2025&trimestre=2", "indicateurs-trimestre"),
        ("/indicateurs?annee=2019", "indicateurs-vides"),
        ("/indicateurs/preuve?figure=all_on_time&du=2025-01&au=2025-12&part=den", "preuve"),
        ("/indicateurs/preuve?figure=received&du=2019-01&au=2019-12", "preuve-vide"),
        ("/indicateurs/publications", "publications"),
        ("/indicateurs/ecoute?annee=2025", "ecoute-vide"),
        ("/indicateurs/papier/affiche?annee=2025&trimestre=2", "affiche"),
        ("/indicateurs/papier/bilan?annee=2025", "bilan"),
    ] {
        browser.go(address).await;
        browser.ask("document.querySelectorAll('details').forEach(one => one.open = true)").await;
        browser.is_well_made(&name(page)).await;
    }
    if !narrow {
        browser.go("/indicateurs/papier/affiche?annee=2025&trimestre=2").await;
        assert_eq!(browser.printed("affiche").await, 1, "it hangs in the hall on one sheet");
        browser.go("/indicateurs/papier/bilan?annee=2025").await;
        assert!(browser.printed("bilan").await > 5);
    }
    browser.go("/indicateurs/ecoute?annee=2025").await;
    browser.fill("#mois", "2025-03").await;
    browser.fill("#reponses", "42").await;
    browser.fill("#satisfaits", "37").await;
    browser.choose("Enregistrer les avis").await;
    browser.says("42 réponses au questionnaire").await;
    browser.fill("#campagne", "printemps 2025").await;
    browser.set_date("#envoye", "2025-03-03").await;
    browser.select("#m_service", "etrangers").await;
    browser.press("input[name=acknowledged][value=oui]").await;
    browser.press("input[name=in_time][value=non]").await;
    browser.press("form[action='/indicateurs/mystere'] button").await;
    browser.says("printemps 2025 : 1 courriel").await;
    browser.is_well_made(&name("ecoute")).await;
    browser.close().await;
}

#[tokio::test]
async fn every_page_of_the_figures_is_well_made_on_a_desk() {
    every_page_of_the_figures_is_well_made(false).await;
}

#[tokio::test]
async fn every_page_of_the_figures_is_well_made_on_a_telephone() {
    every_page_of_the_figures_is_well_made(true).await;
}
