//! Which model answers fit a question: the best three, each with why.
//!
//! As with the kind of a message, everything speaks in log-odds and is added up: what the message is taken for (topic, kind,
//! scope), the words that it shares with a model, what a rule names, and what agents chose for questions with the same
//! words. Words are looked up in one inverted index, so that a thousand models cost what ten cost.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{library::Library, model::Model};
use crate::{
    case::{Kind, LetterKind, Scope, Topic},
    triage::{Classification, axis::Axis, fold::fold},
};

/// How many are shown.
pub const SHOWN: usize = 3;

/// What each thing weighs, in log-odds: fitted on the questions of `corpus/answers.tsv`.
mod weight {
    pub(super) const TOPIC: f64 = 3.1;
    pub(super) const KIND: f64 = 3.25;
    pub(super) const SCOPE: f64 = 2.55;
    pub(super) const WORDS: f64 = 1.5;
    pub(super) const RULE: f64 = 1.25;
    pub(super) const CHOSEN: f64 = 1.4;
    pub(super) const ALIKE: f64 = 0.45;
    pub(super) const SERVICE: f64 = 3.0;
}

/// How much of a word of its text counts beside a word of its title or keywords.
const TEXT: f64 = 0.15;

/// A question that wants an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What it may be about, and how likely each is.
    pub topics: Vec<(Topic, f64)>,
    /// What it may want.
    pub kinds: Vec<(Kind, f64)>,
    /// Who may answer.
    pub scopes: Vec<(Scope, f64)>,
    /// Key of the service that answers; empty: unknown.
    pub service: String,
    /// Its words, stemmed, each once.
    pub words: Vec<String>,
    /// The models that rules name.
    pub named: Vec<String>,
}

impl Question {
    /// The question of a message that was just classified.
    pub fn of(classification: &Classification, subject: &str, text: &str, service: &str) -> Self {
        let likely = |axis: Axis| {
            let found = classification.certainty(axis);
            found.map(|one| [(one.word, one.confidence), (one.second, (1.0 - one.confidence) * SECOND)])
        };
        fn all<T: Copy>(words: &[T], likely: Option<[(usize, f64); 2]>, stated: T) -> Vec<(T, f64)> {
            match likely {
                Some(likely) => likely.iter().filter_map(|(word, p)| Some((*words.get(*word)?, *p))).collect(),
                None => vec![(stated, 1.0)],
            }
        }
        Self {
            topics: all(Topic::ALL, likely(Axis::Topic), classification.topic),
            kinds: all(Kind::ALL, likely(Axis::Kind), classification.kind),
            scopes: all(Scope::ALL, likely(Axis::Scope), classification.scope),
            service: service.to_owned(),
            words: stems(&format!("{subject}\n{text}")),
            named: classification.answers.iter().map(|(name, _)| name.clone()).collect(),
        }
    }

    /// The question of a case whose kind, scope and topic are settled.
    pub fn settled(kind: Kind, scope: Scope, topic: Topic, service: &str, subject: &str, text: &str) -> Self {
        Self {
            topics: vec![(topic, 1.0)],
            kinds: vec![(kind, 1.0)],
            scopes: vec![(scope, 1.0)],
            service: service.to_owned(),
            words: stems(&format!("{subject}\n{text}")),
            named: Vec::new(),
        }
    }

    /// What is kept of it when an agent chooses an answer: its words and what it is, as hashes. Nothing can be read in them.
    pub fn traits(&self) -> Vec<i64> {
        let surest = |words: Vec<(&'static str, f64)>| {
            words.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(word, _)| word)
        };
        let topic = surest(self.topics.iter().map(|(topic, p)| (topic.word(), *p)).collect());
        let kind = surest(self.kinds.iter().map(|(kind, p)| (kind.word(), *p)).collect());
        let what = [topic.map(|topic| format!("topic {topic}")), kind.map(|kind| format!("kind {kind}"))];
        let words = self.words.iter().take(KEPT).cloned();
        let mut traits: Vec<i64> = what.into_iter().flatten().chain(words).map(|word| hash(&word)).collect();
        traits.sort_unstable();
        traits.dedup();
        traits
    }
}

/// How much of what is not the likeliest word falls to the second.
const SECOND: f64 = 0.6;

/// Words of a question that are kept with the answer that it got.
const KEPT: usize = 120;

/// What agents chose.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Habits {
    /// By model: how often.
    chosen: HashMap<String, f64>,
    /// By trait of the question: which models, and how often each.
    by_trait: HashMap<i64, Vec<(String, f64)>>,
}

/// A model that fits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// Its name.
    pub template: String,
    /// How likely it is the right one among all, 0 to 1.
    pub score: f64,
    /// What people call it.
    pub title: String,
    /// Why, in French, the weightiest first.
    pub why: Vec<String>,
}

/// One thing that speaks for a model, or against it.
#[derive(Debug, Clone, Default)]
struct Reason {
    /// In log-odds.
    weight: f64,
    /// In French; empty: nothing to be said of it.
    text: String,
}

/// The words of all models.
#[derive(Debug, Default)]
pub struct Index {
    /// By stem: the models that have it, by their place in the library, and how much it says of each.
    postings: HashMap<String, Vec<(usize, f64)>>,
    names: Vec<String>,
}

impl Index {
    pub(super) fn of<'m>(models: impl Iterator<Item = &'m Model>) -> Self {
        let mut documents: Vec<HashMap<String, f64>> = Vec::new();
        let mut names = Vec::new();
        for model in models {
            let mut words = HashMap::<String, f64>::new();
            let mut add = |text: &str, weight: f64| {
                for stem in stems(text) {
                    let known = words.entry(stem).or_default();
                    *known = known.max(weight);
                }
            };
            add(model.source().0, TEXT);
            add(model.title(), 1.0);
            model.keywords().iter().for_each(|keyword| add(keyword, 1.0));
            documents.push(words);
            names.push(model.name.clone());
        }
        let count = documents.len() as f64;
        let mut postings = HashMap::<String, Vec<(usize, f64)>>::new();
        for (place, words) in documents.into_iter().enumerate() {
            for (word, weight) in words {
                postings.entry(word).or_default().push((place, weight));
            }
        }
        for list in postings.values_mut() {
            let rare = (1.0 + count / list.len() as f64).ln();
            list.iter_mut().for_each(|(_, weight)| *weight *= rare);
            list.sort_by_key(|(place, _)| *place);
        }
        Self { postings, names }
    }
}

impl Library {
    /// The models that fit a question best and may be sent today, at most [`SHOWN`]; `habits`: all that is known of what
    /// agents chose. None fits a message that asks for nothing.
    pub fn suggest(&self, question: &Question, habits: &[&Habits], today: Date) -> Vec<Suggestion> {
        let models: Vec<&Model> = self.all().filter(|model| model.kind == LetterKind::Answer).collect();
        let mut shared = vec![0.0; models.len()];
        let mut telling: Vec<Vec<(&str, f64)>> = vec![Vec::new(); models.len()];
        for word in &question.words {
            for (place, weight) in self.index.postings.get(word).map(Vec::as_slice).unwrap_or_default() {
                shared[*place] += weight;
                telling[*place].push((word, *weight));
            }
        }
        let alike = weigh_habits(habits, &self.index.names, &question.traits());
        let weigh = |(place, model): (usize, &&Model)| {
            let reasons = self.weigh(question, model, shared[place], &telling[place], &alike[place]);
            (reasons.iter().map(|reason| reason.weight).sum(), place, reasons)
        };
        let mut ranked: Vec<(f64, usize, Vec<Reason>)> = models.iter().enumerate().map(weigh).collect();
        let best = ranked.iter().map(|(score, ..)| *score).fold(f64::MIN, f64::max);
        let total: f64 = ranked.iter().map(|(score, ..)| (score - best).exp()).sum();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let asks = question.kinds.iter().any(|(kind, likely)| *kind != Kind::None && *likely >= 0.2);
        let suggestion = |(score, place, mut reasons): (f64, usize, Vec<Reason>)| {
            reasons.retain(|reason| reason.weight > 0.0 && !reason.text.is_empty());
            reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
            Suggestion {
                template: models[place].name.clone(),
                score: ((score - best).exp() / total * 1000.0).round() / 1000.0,
                title: models[place].title().to_owned(),
                why: reasons.into_iter().map(|reason| reason.text).collect(),
            }
        };
        ranked.retain(|(_, place, _)| models[*place].valid_until().is_none_or(|until| until >= today));
        ranked.into_iter().take(if asks { SHOWN } else { 0 }).map(suggestion).collect()
    }

    fn weigh(
        &self,
        question: &Question,
        model: &Model,
        shared: f64,
        telling: &[(&str, f64)],
        habit: &Reason,
    ) -> Vec<Reason> {
        let mut why = Vec::new();
        let mut say = |weight, text| why.push(Reason { weight, text });
        let fit = likely(&model.topics, &question.topics);
        say(weight::TOPIC * fit, about("thème", model.topics.iter().map(|topic| topic.french())));
        let fit = likely(&model.kinds, &question.kinds);
        say(weight::KIND * fit, about("nature", model.kinds.iter().map(|kind| kind.french())));
        let fit = likely(&model.scopes, &question.scopes);
        say(weight::SCOPE * fit, about("périmètre", model.scopes.iter().map(|scope| scope.french())));
        let mut telling = telling.to_vec();
        telling.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let words = telling.iter().take(4).map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        // Long questions share more words with everything.
        let shared = shared / (5.0 + question.words.len() as f64).sqrt();
        let said = if words.is_empty() { String::new() } else { format!("mots en commun : {words}…") };
        say(weight::WORDS * shared, said);
        if question.named.contains(&model.name) {
            say(weight::RULE, "une règle la désigne".into());
        }
        say(habit.weight, habit.text.clone());
        if !question.service.is_empty() && !model.serves(&question.service) {
            say(-weight::SERVICE, String::new());
        }
        why
    }
}

/// How likely it is that one of the words of a model is right; a model for everything fits everything a little.
fn likely<T: PartialEq>(of_model: &[T], of_question: &[(T, f64)]) -> f64 {
    const ANYTHING: f64 = 0.5;
    if of_model.is_empty() {
        return ANYTHING;
    }
    of_question.iter().filter(|(word, _)| of_model.contains(word)).map(|(_, likely)| likely).sum()
}

fn about<'a>(what: &str, words: impl Iterator<Item = &'a str>) -> String {
    let words = words.collect::<Vec<_>>().join(", ");
    if words.is_empty() { String::new() } else { format!("{what} : {words}") }
}

impl Habits {
    /// An agent chose a model for a question with these traits.
    pub fn learn(&mut self, model: &str, traits: &[i64]) {
        self.add(model, 0, 1.0);
        traits.iter().for_each(|one| self.add(model, *one, 1.0));
    }

    /// So many choices of a model for questions with this trait; 0: for any question.
    pub fn add(&mut self, model: &str, one: i64, times: f64) {
        if one == 0 {
            *self.chosen.entry(model.to_owned()).or_default() += times;
            return;
        }
        let models = self.by_trait.entry(one).or_default();
        match models.iter_mut().find(|(known, _)| known == model) {
            Some((_, known)) => *known += times,
            None => models.push((model.to_owned(), times)),
        }
    }
}

/// For each model, in log-odds, how much oftener than another agents chose it at all, and for such questions: traits are
/// taken for independent (naive Bayes), and say little of a model that was seldom chosen. With why.
fn weigh_habits(habits: &[&Habits], names: &[String], traits: &[i64]) -> Vec<Reason> {
    let mut chosen = HashMap::<&str, f64>::new();
    for (model, times) in habits.iter().flat_map(|habits| &habits.chosen) {
        *chosen.entry(model).or_default() += times;
    }
    let all: f64 = chosen.values().sum();
    if all == 0.0 {
        return vec![Reason::default(); names.len()];
    }
    let mut alike = HashMap::<&str, f64>::new();
    for one in traits {
        let mut models = HashMap::<&str, f64>::new();
        for (model, times) in habits.iter().filter_map(|habits| habits.by_trait.get(one)).flatten() {
            *models.entry(model).or_default() += times;
        }
        let usual = PRIOR * (models.values().sum::<f64>() + 0.1) / (all + 1.0);
        for (model, times) in models {
            *alike.entry(model).or_default() += ((times + usual) / usual).ln();
        }
    }
    let length = traits.len() as f64;
    let reason = |name: &String| {
        // A model that nobody had the occasion to choose is taken for one that was chosen this often.
        let times = chosen.get(name.as_str()).copied().unwrap_or(NEW);
        let often = ((times + 0.5) / (all + 0.5 * names.len() as f64)).ln() + (names.len() as f64).ln();
        let words = alike.get(name.as_str()).copied().unwrap_or_default() + length * (PRIOR / (times + PRIOR)).ln();
        let text = "souvent choisie pour des questions semblables".into();
        Reason { weight: weight::CHOSEN * often + weight::ALIKE * words / (1.0 + length).sqrt(), text }
    };
    names.iter().map(reason).collect()
}

/// How often a model counts as chosen before anybody has chosen it: a new one must have its chance.
const NEW: f64 = 2.0;

/// Choices of which one model needs before its own traits count for half.
const PRIOR: f64 = 5.0;

/// The stems of a text, each once, in their order: the first letters of its words, without those that everybody writes.
pub fn stems(text: &str) -> Vec<String> {
    const LETTERS: usize = 6;
    const EMPTY: &[&str] = &[
        "avec", "avez", "avoir", "bien", "bonjou", "cela", "cette", "comme", "cordia", "dans", "depuis", "deux",
        "donc", "elle", "encore", "etre", "etes", "faire", "fait", "greeti", "case", "refere", "hello", "leur", "mais",
        "madame", "meme", "merci", "messag", "monsie", "nous", "notre", "pour", "plus", "peux", "pouvez", "puis",
        "quand", "que", "quel", "quelle", "qui", "remerc", "sans", "sont", "suis", "sur", "tous", "tout", "tres",
        "une", "des", "les", "mes", "mon", "vos", "votre", "vous", "par", "pas", "est", "ses", "son", "aux", "ces",
        "car", "ait", "ont", "jai", "svp", "if", "date", "receiv", "salut", "saluta", "veuill", "agreer", "expres",
        "prefec",
    ];
    let mut seen = std::collections::HashSet::new();
    let mut stems = Vec::new();
    for word in fold(text).split(|c: char| !c.is_alphanumeric()) {
        let stem: String = word.chars().take(LETTERS).collect();
        // The plural of a short word is the word.
        let stem =
            stem.strip_suffix(['s', 'x']).filter(|stem| stem.len() >= 4 && word.len() <= LETTERS).unwrap_or(&stem);
        let number = stem.chars().all(|c| c.is_ascii_digit());
        if stem.len() >= 3 && !number && !EMPTY.contains(&stem) && seen.insert(stem.to_owned()) {
            stems.push(stem.to_owned());
        }
    }
    stems
}

/// A word as a number that does not depend on the machine (FNV-1a), never 0.
fn hash(word: &str) -> i64 {
    let hash = word
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    (hash >> 1) as i64 | 1
}
