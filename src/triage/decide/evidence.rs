//! Why a message was classified so: the rules that hold, and the passages on which the model leaned.

use std::ops::Range;

use serde::Serialize;

use super::Certainty;
use crate::{
    case::Kind,
    mail::Message,
    triage::{
        axis::Axis,
        features::{Features, Token},
        model::{Known, Model},
        rules::Hit,
        view::{Place, View},
    },
};

/// Passages of the model for one word at most.
const PASSAGES: usize = 2;

/// Words of a passage at most.
const LENGTH: usize = 8;

/// A passage that speaks for a word by less than this, in log-odds, is not told.
const TELLING: f32 = 0.15;

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// `rule:<name>`, or `model:<version>`.
    pub source: String,
    /// The reason in words.
    pub detail: String,
    /// How much it speaks for what was said, in log-odds.
    pub weight: f64,
    /// Where it stands: `subject`, `text` (the new text), or `sender`, `mailbox`, `attachments`.
    pub place: &'static str,
    /// From which byte (UTF-8) of the subject or the new text; elsewhere 0.
    pub start: usize,
    /// To which byte, that one not included; 0 where there is no passage.
    pub end: usize,
}

/// The evidence for what was said, the heaviest first.
#[expect(clippy::too_many_arguments, reason = "everything that the decision was made of")]
pub(super) fn gather(
    model: &Model,
    message: &Message,
    view: &View,
    hits: &[Hit<'_>],
    features: &Features,
    known: &[Known],
    said: &[Certainty],
    kind: Kind,
) -> Vec<Evidence> {
    let asked = said.iter().filter(|answer| !(kind == Kind::None && answer.axis == Axis::Scope));
    let asked: Vec<&Certainty> = asked.collect();
    let mut evidence: Vec<Evidence> = hits.iter().filter_map(|hit| of_rule(hit, view, &asked)).collect();
    for answer in asked.iter().filter(|answer| matches!(answer.axis, Axis::Kind | Axis::Scope | Axis::Topic)) {
        let passages = passages(model, features, known, answer);
        evidence
            .extend(passages.into_iter().map(|(words, weight)| of_model(model, message, view, words, weight, answer)));
    }
    evidence.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    evidence
}

/// A rule that speaks for something that was said, or names a service.
fn of_rule(hit: &Hit<'_>, view: &View, asked: &[&Certainty]) -> Option<Evidence> {
    let speaks = asked.iter().any(|answer| {
        let column = answer.axis.columns().start + answer.word;
        hit.rule.says(column..column + 1)
    });
    if !speaks && hit.rule.service.is_none() {
        return None;
    }
    let passage = view.origin(hit.place, hit.passage.clone()).unwrap_or(0..0);
    Some(Evidence {
        source: format!("rule:{}", hit.rule.name),
        detail: hit.rule.reason.clone(),
        weight: f64::from(hit.rule.weight),
        place: hit.place.word(),
        start: passage.start,
        end: passage.end,
    })
}

fn of_model(
    model: &Model,
    message: &Message,
    view: &View,
    words: &[Token],
    weight: f32,
    answer: &Certainty,
) -> Evidence {
    let place = words[0].place;
    let folded = words[0].passage.start as usize..words[words.len() - 1].passage.end as usize;
    let passage = view.origin(place, folded).unwrap_or(0..0);
    let source = if place == Place::Subject { &message.subject } else { &message.new_text };
    let shown = source.get(passage.clone()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    Evidence {
        source: format!("model:{}", model.card.version),
        detail: format!("« {shown} » fait penser à : {}.", answer.axis.french(answer.word)),
        weight: (f64::from(weight) * 100.0).round() / 100.0,
        place: place.word(),
        start: passage.start,
        end: passage.end,
    }
}

/// The passages of subject and text that speak most for a word against the next best.
fn passages<'f>(model: &Model, features: &'f Features, known: &[Known], answer: &Certainty) -> Vec<(&'f [Token], f32)> {
    let column = answer.axis.columns().start;
    let mut by_word = vec![0.0_f32; features.tokens.len()];
    for feature in known {
        let (first, count) = feature.words;
        let share = model.speaks(feature, column + answer.word, column + answer.second) / count.max(1) as f32;
        by_word.iter_mut().skip(first as usize).take(count as usize).for_each(|weight| *weight += share);
    }
    let mut found = Vec::new();
    while found.len() < PASSAGES {
        let Some((words, weight)) = heaviest(&features.tokens, &by_word) else { break };
        by_word[words.clone()].fill(0.0);
        found.push((&features.tokens[words], weight));
    }
    found
}

/// The words side by side in subject or text that together weigh most, if that is enough to be told.
fn heaviest(tokens: &[Token], weights: &[f32]) -> Option<(Range<usize>, f32)> {
    let mut best: Option<(Range<usize>, f32)> = None;
    for start in 0..tokens.len() {
        if !matches!(tokens[start].place, Place::Subject | Place::Text) {
            continue;
        }
        let mut sum = 0.0;
        for end in start..tokens.len().min(start + LENGTH) {
            if tokens[end].place != tokens[start].place {
                break;
            }
            sum += weights[end];
            if sum > best.as_ref().map_or(TELLING, |(_, most)| *most) {
                best = Some((start..end + 1, sum));
            }
        }
    }
    best
}
