//! One decision: what the rules say and what the model says, added up; each word with how likely it is, and why.

mod evidence;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    axis::{Axis, Scores, best, probability},
    features::Features,
    model::Model,
    rules::{Hit, Rules, sum},
    view::View,
};
use crate::{
    case::{Flag, Kind, Scope, Topic},
    mail::Message,
};
pub use evidence::Evidence;

/// Rules and model together.
#[derive(Debug, Default)]
pub struct Classifier {
    /// The rules of the quality officer.
    pub rules: Rules,
    /// The learned model.
    pub model: Model,
}

/// How sure one word is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Certainty {
    /// Which question.
    pub axis: Axis,
    /// The word, in the order of [`Axis::words`].
    pub word: usize,
    /// How likely it is that the word is right, 0 to 1: of those that say 0.9, nine in ten are.
    pub confidence: f64,
    /// The next best word.
    pub second: usize,
    /// Whether that is enough; else an agent is to confirm it, between `word` and `second`.
    pub sure: bool,
}

/// What a message is.
#[derive(Debug, Clone, PartialEq)]
pub struct Classification {
    /// What the sender wants.
    pub kind: Kind,
    /// Who may answer; [`Scope::None`] exactly where the kind is [`Kind::None`].
    pub scope: Scope,
    /// What it is about.
    pub topic: Topic,
    /// What else it carries.
    pub flags: Vec<Flag>,
    /// Key of the service that a rule names.
    pub service: Option<String>,
    /// Model answers that rules name, the best first, each with how likely it fits, 0 to 1. Those that say where to go are
    /// proposed only where another administration is to answer.
    pub answers: Vec<(String, f64)>,
    /// How sure each word is: kind, scope, topic, then the flags that are present.
    pub certainty: Vec<Certainty>,
    /// Why, the heaviest first.
    pub evidence: Vec<Evidence>,
}

impl Classification {
    /// Of what no one has looked into: the usual words, without any confidence.
    pub fn unknown() -> Self {
        Self::stated(Kind::Information, Scope::General, 0.0)
    }

    /// Of what a machine wrote: nothing is wanted.
    pub fn of_machine() -> Self {
        Self::stated(Kind::None, Scope::None, 1.0)
    }

    fn stated(kind: Kind, scope: Scope, confidence: f64) -> Self {
        let word = |axis: Axis, word: &str| Certainty {
            axis,
            word: axis.find(word).unwrap_or(axis.usual()),
            confidence,
            second: axis.usual(),
            sure: confidence > 0.0,
        };
        let topic = Topic::Other;
        let certainty =
            vec![word(Axis::Kind, kind.corpus()), word(Axis::Scope, scope.word()), word(Axis::Topic, topic.word())];
        Self {
            kind,
            scope,
            topic,
            flags: Vec::new(),
            service: None,
            answers: Vec::new(),
            certainty,
            evidence: Vec::new(),
        }
    }

    /// How sure the answer to a question is.
    pub fn certainty(&self, axis: Axis) -> Option<&Certainty> {
        self.certainty.iter().find(|certainty| certainty.axis == axis)
    }

    /// How likely it is that the kind is right, 0 to 1.
    pub fn confidence(&self) -> f64 {
        self.certainty(Axis::Kind).map_or(0.0, |certainty| certainty.confidence)
    }

    /// Whether an agent has to say what it is: its kind, its scope or its topic is not sure.
    pub fn is_to_be_confirmed(&self) -> bool {
        let asked = [Axis::Kind, Axis::Scope, Axis::Topic];
        // Of what asks nothing, nobody has to say to whom.
        let matters = |axis: &Axis| self.kind != Kind::None || *axis == Axis::Kind;
        asked.iter().filter(|axis| matters(axis)).filter_map(|axis| self.certainty(*axis)).any(|one| !one.sure)
    }

    /// Whether the kind is to be confirmed.
    pub fn abstains(&self) -> bool {
        self.certainty(Axis::Kind).is_none_or(|certainty| !certainty.sure)
    }
}

/// `axis`, `word`, `confidence`, `second`, `sure`; the words in the spelling of the corpus.
impl Serialize for Certainty {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let words = self.axis.words();
        let mut fields = serializer.serialize_struct("Certainty", 5)?;
        fields.serialize_field("axis", self.axis.key())?;
        fields.serialize_field("word", words[self.word])?;
        fields.serialize_field("confidence", &((self.confidence * 1000.0).round() / 1000.0))?;
        fields.serialize_field("second", words[self.second])?;
        fields.serialize_field("sure", &self.sure)?;
        fields.end()
    }
}

impl Classifier {
    /// Classifies one message of a person that came into a mailbox, as far as that is known, by its subject and its new
    /// text; quoted history decides nothing.
    pub fn classify(&self, message: &Message, mailbox: Option<&str>) -> Classification {
        let view = View::of(message, mailbox);
        let hits = self.rules.look(&view);
        let features = Features::of(&view);
        let known = self.model.known(features.list.iter().copied());
        let (said, learned) = (sum(&hits), self.model.scores(&known));
        let scores: Scores = std::array::from_fn(|column| said[column] + learned[column]);

        let mut certainty: Vec<Certainty> = Axis::ALL.iter().map(|axis| self.certainty(*axis, &scores)).collect();
        certainty.retain(|answer| !matches!(answer.axis, Axis::Flag(_)) || answer.word == PRESENT);
        let word = |axis: Axis| certainty.iter().find(|answer| answer.axis == axis).map_or(0, |answer| answer.word);
        let kind = Kind::ALL[word(Axis::Kind)];
        let scope = match kind {
            Kind::None => Scope::None,
            _ => Scope::ALL[word(Axis::Scope)],
        };
        let topic = Topic::ALL[word(Axis::Topic)];
        let flags = certainty.iter().filter_map(|answer| match answer.axis {
            Axis::Flag(flag) => Some(flag),
            _ => None,
        });
        let flags = flags.collect();
        if kind == Kind::None {
            // Nothing is asked of it: the scope follows from the kind and is as sure.
            let sure = certainty.iter().find(|answer| answer.axis == Axis::Kind).copied();
            for answer in certainty.iter_mut().filter(|answer| answer.axis == Axis::Scope) {
                (answer.confidence, answer.sure) = sure.map_or((0.0, false), |kind| (kind.confidence, kind.sure));
            }
        }
        let evidence = evidence::gather(&self.model, message, &view, &hits, &features, &known, &certainty, kind);
        let answers = answers_of(&hits, &certainty, kind);
        Classification { kind, scope, topic, flags, service: service(&hits), answers, certainty, evidence }
    }

    fn certainty(&self, axis: Axis, scores: &Scores) -> Certainty {
        let columns = axis.columns();
        let word = best(scores, columns.clone());
        let mut others = *scores;
        others[columns.start + word] = f32::MIN;
        let calibration = self.model.card.calibration(axis);
        let confidence = calibration.confidence(probability(scores, columns.clone(), word));
        Certainty { axis, word, confidence, second: best(&others, columns), sure: calibration.is_sure(confidence) }
    }
}

/// The word for every axis, in the order of [`Axis::ALL`], without asking how sure or why.
pub fn answers(rules: &Rules, model: &Model, view: &View) -> [usize; Axis::ALL.len()] {
    let (said, learned) = (sum(&rules.look(view)), model.scores(&model.known(Features::of(view).list)));
    let scores: Scores = std::array::from_fn(|column| said[column] + learned[column]);
    std::array::from_fn(|number| best(&scores, Axis::ALL[number].columns()))
}

/// The word of a flag that is there.
const PRESENT: usize = 1;

/// The model answers that rules name which speak for what was said; a rule that says nothing else speaks for itself.
fn answers_of(hits: &[Hit<'_>], certainty: &[Certainty], kind: Kind) -> Vec<(String, f64)> {
    let mut answers: Vec<(String, f64)> = Vec::new();
    let mut named: Vec<&Hit<'_>> = hits.iter().filter(|hit| hit.rule.answer.is_some() && kind != Kind::None).collect();
    named.sort_by(|one, other| other.rule.weight.total_cmp(&one.rule.weight));
    for hit in named {
        let speaks = |answer: &&Certainty| {
            let column = answer.axis.columns().start + answer.word;
            hit.rule.says(column..column + 1)
        };
        let score = match certainty.iter().find(speaks) {
            Some(answer) => answer.confidence,
            None if hit.rule.says_nothing() => certainty.first().map_or(0.0, |kind| kind.confidence),
            None => continue,
        };
        if let Some(name) = hit.rule.answer.as_ref().filter(|name| answers.iter().all(|(known, _)| known != *name)) {
            answers.push((name.clone(), score));
        }
    }
    answers
}

/// The service that the heaviest rule names; of equals, the first.
fn service(hits: &[Hit<'_>]) -> Option<String> {
    let named = hits.iter().filter_map(|hit| Some((hit.rule.weight, hit.rule.service.as_ref()?)));
    let heaviest = named.reduce(|best, next| if next.0 > best.0 { next } else { best });
    heaviest.map(|(_, service)| service.clone())
}

#[cfg(test)]
mod tests;
