//! Every model that ships: sound, free of remarks, and as a citizen reads it.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::{CONFIG, config};
use crate::{
    app,
    case::LetterKind,
    replies::{Glossary, LetterFacts, Library, Model, Recipient, Signature, Unsendable, lint},
};

const TODAY: jiff::civil::Date = date(2026, 11, 25);

/// The letter that a model makes for an invented person, with its blanks filled in. `facts`: whether this prefecture has
/// said what is true here.
fn letter(library: &Library, model: &Model, language: &str, facts: bool) -> String {
    let config = config(CONFIG);
    let fill = |blank: &String| (blank.clone(), format!("[{}]", blank.to_uppercase()));
    let all = library.versions().filter(|version| (version.kind, &version.name) == (model.kind, &model.name));
    let blanks = all.flat_map(|version| {
        version
            .blanks()
            .keys()
            .map(|name| if version.language == "fr" { name.clone() } else { format!("{name}.{}", version.language) })
    });
    let known = crate::replies::FACTS.iter().map(|(name, what)| (*name, *what));
    let facts = LetterFacts {
        prefecture: &config.prefecture,
        service: &config.services[0],
        reference: "2026-000123",
        name: "Camille Durand",
        received: date(2026, 11, 20),
        due: Some(date(2026, 11, 27)),
        announced: Some(date(2026, 12, 15)),
        recipient: Recipient {
            name: "Bureau des titres".into(),
            email: "titres@prefecture.example.fr".into(),
            phone: "05 36 49 00 20".into(),
        },
        pieces: vec!["la copie du titre de séjour".into(), "un justificatif de domicile".into()],
        facts: if facts { known.collect() } else { BTreeMap::new() },
        blanks: blanks.map(|blank| fill(&blank)).collect(),
    };
    let draft = library.render(model.kind, &model.name, language, &facts, TODAY).unwrap();
    let agent = crate::config::Agent {
        email: "noe@prefecture.example.fr".into(),
        first_name: "Noé".into(),
        last_name: "Perrin".into(),
        capacity: "Chargé d'accueil".into(),
        phone: String::new(),
        anonymous: None,
    };
    let signature = Signature::of(Some(&agent), &config.services[0], &config.prefecture);
    let rendered = draft.signed(&signature);
    format!("Objet : {}\n\n{}", rendered.subject, rendered.text)
}

#[test]
fn at_least_forty_ship_for_citizens_and_each_purpose_has_one() {
    let library = app::shipped_library();
    let answers = library.all().filter(|model| model.kind == LetterKind::Answer).count();
    assert!(answers >= 40, "{answers}");
    for kind in LetterKind::ALL {
        assert!(library.usual(*kind, "relation").is_some(), "{kind}");
    }
    assert!(library.versions().filter(|model| model.language == "en").count() >= 10);
}

#[test]
fn none_calls_for_a_remark() {
    let library = app::shipped_library();
    let glossary = Glossary::with(&[]);
    let remarks = library.versions().flat_map(|model| {
        let reading = lint::read_model(model, &glossary, TODAY);
        let file = model.file().display().to_string();
        reading.remarks.into_iter().map(move |remark| format!("{file}:{} : {}", remark.line, remark.text))
    });
    assert_eq!(remarks.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn each_as_a_citizen_reads_it() {
    let library = app::shipped_library();
    for model in library.all() {
        for (about, facts) in [("", false), ("-avec-faits", true)] {
            let names = model.names();
            if facts && !names.iter().any(|name| name.starts_with("fact.")) {
                continue;
            }
            let text = letter(&library, model, "en", facts);
            insta::assert_snapshot!(format!("{}-{}{about}", model.kind, model.name), text);
        }
    }
}

#[test]
fn one_whose_last_day_is_over_cannot_be_sent() {
    let library = app::shipped_library();
    let model = library.find(LetterKind::Answer, "anef-blocage").unwrap();
    let until = model.valid_until().unwrap();
    let config = config(CONFIG);
    let facts = LetterFacts {
        prefecture: &config.prefecture,
        service: &config.services[0],
        reference: "2026-000123",
        name: "",
        received: TODAY,
        due: Some(TODAY),
        announced: None,
        recipient: Recipient::default(),
        pieces: Vec::new(),
        facts: BTreeMap::new(),
        blanks: BTreeMap::new(),
    };
    assert!(library.render(model.kind, &model.name, "fr", &facts, until).is_ok(), "its last day still counts");
    let after = library.render(model.kind, &model.name, "fr", &facts, until.tomorrow().unwrap());
    assert!(matches!(after, Err(Unsendable::Expired { .. })), "{after:?}");
    let unknown = library.render(model.kind, "nulle-part", "fr", &facts, TODAY);
    assert!(matches!(unknown, Err(Unsendable::Unknown { .. })), "{unknown:?}");
    let blank = library.render(model.kind, "titre-sejour-suivi", "fr", &facts, TODAY);
    assert!(matches!(blank, Err(Unsendable::Blank { .. })), "{blank:?}");
    let stray = LetterFacts { blanks: BTreeMap::from([("couleur".into(), "bleu".into())]), ..facts.clone() };
    let stray = library.render(model.kind, &model.name, "fr", &stray, TODAY);
    assert_eq!(stray, Err(Unsendable::NoSuchBlank("couleur".into())));
    let hole = library.render(
        LetterKind::Holding,
        "attente",
        "fr",
        &LetterFacts { blanks: BTreeMap::from([("raison".into(), "x".into())]), ..facts },
        TODAY,
    );
    assert!(matches!(hole, Err(Unsendable::Hole(_))), "{hole:?}");
}
