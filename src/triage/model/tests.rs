//! Weights, shares and the file.

use super::*;
use crate::triage::axis::Axis;

fn feature(hash: u32, group: Group) -> Feature {
    Feature { hash, group, tokens: (0, 1) }
}

/// Feature 7 speaks for complaints, feature 9 against.
fn model() -> Model {
    let complaint = Axis::Kind.columns().start + 1;
    let mut scores = [[0.0; COLUMNS]; 2];
    (scores[0][complaint], scores[1][complaint]) = (4.0, -2.0);
    let calibration = Axis::ALL.iter().map(|axis| (axis.key().to_owned(), Default::default())).collect();
    let card = Card { version: "essai".into(), calibration, ..Card::default() };
    Model::new(card, [0.5; COLUMNS], &[(7, scores[0]), (9, scores[1])])
}

#[test]
fn a_feature_counts_once_and_shares_with_its_group() {
    let model = model();
    let known = model.known([feature(7, Group::Text), feature(7, Group::Text), feature(8, Group::Text)]);
    assert_eq!(known.len(), 1);
    let complaint = Axis::Kind.columns().start + 1;
    assert!((model.scores(&known)[complaint] - (0.5 + COUNTS[0] / (1.0 + FEW).sqrt() * 4.0)).abs() < 0.05);
    let both = model.known([feature(7, Group::Text), feature(9, Group::Text)]);
    let expected = 0.5 + COUNTS[0] / (2.0 + FEW).sqrt() * 2.0;
    assert!((model.scores(&both)[complaint] - expected).abs() < 0.05);
    assert!(model.speaks(&both[0], complaint, complaint - 1) > 0.0);
    assert!(model.speaks(&both[1], complaint, complaint - 1) < 0.0);
}

#[test]
fn a_model_comes_back_from_its_file_as_it_was() {
    let model = model();
    let bytes = model.to_bytes();
    let back = Model::from_bytes(&bytes).unwrap();
    assert_eq!(back.card, model.card);
    assert_eq!(back.to_bytes(), bytes);
    let known = model.known([feature(7, Group::Text), feature(9, Group::Ends)]);
    assert_eq!(back.scores(&back.known([feature(7, Group::Text), feature(9, Group::Ends)])), model.scores(&known));
}

#[test]
fn a_file_that_was_cut_changed_or_is_something_else_is_refused() {
    let bytes = model().to_bytes();
    let told = |bytes: &[u8]| Model::from_bytes(bytes).unwrap_err().to_string();
    assert!(told(&bytes[..bytes.len() - 1]).contains("abîmé"));
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(told(&changed).contains("abîmé"));
    for features in ["18446744073709551615", "9223372036854775808", "3"] {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        let head =
            String::from_utf8_lossy(&bytes[..end]).replace("\"features\":2", &format!("\"features\":{features}"));
        assert!(told(&[head.as_bytes(), &bytes[end..]].concat()).contains("abîmé"), "{features}");
    }
    assert!(!told(b"\"des mots d'un usager\"\n").contains("usager"));
    assert!(told(b"").contains("pas un modèle"));
    assert!(told(b"{}\n").contains("pas un modèle"));
    let foreign = String::from_utf8_lossy(&bytes).replacen("\"format\":1", "\"format\":9", 1);
    assert!(told(foreign.as_bytes()).contains("autre version"));
    let mut foolish = model();
    foolish.bias[0] = f32::NAN;
    assert!(told(&foolish.to_bytes()).contains("abîmé"));
    let mut sure = model();
    sure.card.calibration.remove("kind");
    assert!(told(&sure.to_bytes()).contains("abîmé"));
}
