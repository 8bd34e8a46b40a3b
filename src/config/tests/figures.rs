//! The faults of targets, and of what is done with figures.

use super::{faults_of, least_but, read};

const LAST: &str = "url = \"sqlite:releve.db\"";

fn with(lines: &str) -> Vec<String> {
    faults_of(LAST, &format!("{LAST}\n{lines}"))
}

#[test]
fn a_target_is_a_rate_or_a_delay_as_its_figure_is() {
    let sound = "[[target]]\nindicator = \"email_on_time\"\npercent = 90\n\
                 [[target]]\nindicator = \"email_delay\"\nworking_days = 2\n[figures]\ngaps = [10, 20]\n\
                 colours = [\"#00FF00\", \"#aaaa00\", \"#ff8800\", \"#ff0000\"]\nsurvey = \"https://avis.example.fr/x\"\n";
    let config = read(&[("releve.toml", &least_but(LAST, &format!("{LAST}\n{sound}")))]).unwrap();
    let figures = config.figures;
    let values: Vec<_> = figures.targets.all.iter().map(|target| (target.indicator.key(), target.value)).collect();
    assert_eq!(values, [("email_on_time".to_owned(), 90.0), ("email_delay".to_owned(), 2.0)]);
    assert_eq!((figures.targets.gaps, figures.targets.colours[0].as_str()), ([10.0, 20.0], "#00ff00"));
    assert_eq!((figures.survey.as_str(), figures.publish_after_days), ("https://avis.example.fr/x", 10));

    let rate = with("[[target]]\nindicator = \"email_on_time\"\nworking_days = 2");
    assert_eq!(rate, ["20 : cet indicateur est un taux : donnez « percent » (et pas « working_days »)"]);
    let delay = with("[[target]]\nindicator = \"letter_delay\"\npercent = 2\nworking_days = 3");
    assert_eq!(delay, ["20 : cet indicateur est un délai : donnez « working_days » (et pas « percent »)"]);
    assert!(
        with("[[target]]\nindicator = \"email_on_tim\"\npercent = 2")[0]
            .contains("vouliez-vous dire \"email_on_time\"")
    );
    assert!(with("[[target]]\nindicator = \"received\"\npercent = 2")[0].contains("attendu"), "a number is no aim");
    let twice = "[[target]]\nindicator = \"email_delay\"\nworking_days = 3\n";
    assert!(with(&twice.repeat(2))[0].contains("l'objectif de « email_delay » est déjà donné"));
}

#[test]
fn gaps_rise_and_colours_are_four() {
    assert!(with("[figures]\ngaps = [50, 25]")[0].contains("du plus petit au plus grand"));
    assert!(with("[figures]\ngaps = [25]")[0].contains("deux écarts"));
    assert!(with("[figures]\ncolours = [\"#000000\"]")[0].contains("quatre couleurs"));
    let wrong = with("[figures]\ncolours = [\"rouge\", \"#000000\", \"#000000\", \"#00000g\"]");
    assert!(wrong.len() == 2 && wrong[0].contains("attendu : une couleur, par exemple"), "{wrong:?}");
    assert!(with("[figures]\npublish_after_days = 61")[0].contains("attendu"));
    assert!(with("[figures]\nsurvey = \"avis\"")[0].contains("une adresse web"));
}
