//! How often each word was said for each, and the figures that follow.

use serde_json::{Map, Value, json};

/// One axis: what was true down, what was said across.
#[derive(Debug, Clone)]
pub struct Confusion {
    words: &'static [&'static str],
    counts: Vec<Vec<usize>>,
}

impl Confusion {
    /// Nothing counted yet.
    pub fn new(words: &'static [&'static str]) -> Self {
        Self { words, counts: vec![vec![0; words.len()]; words.len()] }
    }

    /// Counts one message.
    pub fn count(&mut self, truth: usize, said: usize) {
        self.counts[truth][said] += 1;
    }

    /// How many were counted.
    pub fn total(&self) -> usize {
        self.counts.iter().flatten().sum()
    }

    /// Share of right words; 0 of nothing.
    pub fn accuracy(&self) -> f64 {
        let right: usize = (0..self.words.len()).map(|word| self.counts[word][word]).sum();
        ratio(right, self.total())
    }

    /// Mean F1 of the words that are true of at least one message.
    pub fn macro_f1(&self) -> f64 {
        let true_somewhere: Vec<usize> = (0..self.words.len()).filter(|word| self.support(*word) > 0).collect();
        true_somewhere.iter().map(|word| self.f1(*word)).sum::<f64>() / true_somewhere.len().max(1) as f64
    }

    /// Share of right ones among those said to be `word`.
    pub fn precision(&self, word: usize) -> f64 {
        ratio(self.counts[word][word], self.counts.iter().map(|row| row[word]).sum())
    }

    /// Share of those that are `word` of which it was said.
    pub fn recall(&self, word: usize) -> f64 {
        ratio(self.counts[word][word], self.support(word))
    }

    fn f1(&self, word: usize) -> f64 {
        let (precision, recall) = (self.precision(word), self.recall(word));
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }

    /// How many are `word`.
    pub fn support(&self, word: usize) -> usize {
        self.counts[word].iter().sum()
    }

    /// The words that are true of, or were said of, any message.
    pub fn seen(&self) -> impl Iterator<Item = (usize, &'static str)> + '_ {
        let said = |word: usize| self.counts.iter().any(|row| row[word] > 0);
        self.words.iter().copied().enumerate().filter(move |(word, _)| self.support(*word) > 0 || said(*word))
    }

    /// `accuracy, macro_f1, per_class` (`precision, recall, f1, support` by word), `confusion` (true word, said word: count).
    pub fn json(&self) -> Value {
        let (mut per_class, mut confusion) = (Map::new(), Map::new());
        for (truth, word) in self.seen() {
            let figures = json!({
                "precision": self.precision(truth),
                "recall": self.recall(truth),
                "f1": self.f1(truth),
                "support": self.support(truth),
            });
            per_class.insert(word.to_owned(), figures);
            let said = self.seen().filter(|(said, _)| self.counts[truth][*said] > 0);
            let row: Map<String, Value> =
                said.map(|(said, word)| (word.to_owned(), self.counts[truth][said].into())).collect();
            confusion.insert(word.to_owned(), row.into());
        }
        json!({
            "accuracy": self.accuracy(),
            "macro_f1": self.macro_f1(),
            "per_class": per_class,
            "confusion": confusion,
        })
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of four « a » three are said « a » and one « b »; of two « b » one is said « a »; « c » never occurs.
    fn counted() -> Confusion {
        let mut confusion = Confusion::new(&["a", "b", "c"]);
        for (truth, said) in [(0, 0), (0, 0), (0, 0), (0, 1), (1, 0), (1, 1)] {
            confusion.count(truth, said);
        }
        confusion
    }

    #[test]
    fn the_figures_follow_from_the_counts() {
        let confusion = counted();
        assert_eq!(confusion.total(), 6);
        assert_eq!(confusion.accuracy(), 4.0 / 6.0);
        assert_eq!((confusion.precision(0), confusion.recall(0)), (0.75, 0.75));
        assert_eq!((confusion.precision(1), confusion.recall(1)), (0.5, 0.5));
        assert_eq!(confusion.macro_f1(), (0.75 + 0.5) / 2.0);
    }

    #[test]
    fn what_never_occurs_is_not_told() {
        let told = counted().json();
        assert_eq!(told["per_class"]["a"], json!({"precision": 0.75, "recall": 0.75, "f1": 0.75, "support": 4}));
        assert_eq!(told["confusion"], json!({"a": {"a": 3, "b": 1}, "b": {"a": 1, "b": 1}}));
    }

    #[test]
    fn nothing_counted_is_nothing() {
        let none = Confusion::new(&["a"]);
        assert_eq!((none.accuracy(), none.macro_f1()), (0.0, 0.0));
    }
}
