//! From what scores say to how often they are right.

/// Two numbers that turn the log-odds of the best word into the odds that it is right (Platt), learned on messages that
/// the model had not seen.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Calibration {
    /// How far the scores are to be believed.
    pub slope: f64,
    /// What to add.
    pub offset: f64,
    /// Under this confidence the word is to be confirmed.
    pub threshold: f64,
}

/// How strongly the two numbers are held, in messages.
const HELD: f64 = 4.0;

impl Default for Calibration {
    fn default() -> Self {
        Self { slope: 1.0, offset: 0.0, threshold: 0.5 }
    }
}

impl Calibration {
    /// How likely it is, 0 to 1, that the best word is right. `probability`: what the scores say.
    pub fn confidence(&self, probability: f64) -> f64 {
        1.0 / (1.0 + (-(self.slope * log_odds(probability) + self.offset)).exp())
    }

    /// Whether these are numbers that learning can give.
    pub fn is_sound(&self) -> bool {
        self.slope.is_finite() && self.slope > 0.0 && self.offset.is_finite() && (0.0..=1.0).contains(&self.threshold)
    }

    /// Whether this is enough to say it without asking an agent to confirm.
    pub fn is_sure(&self, confidence: f64) -> bool {
        confidence >= self.threshold
    }

    /// Learns from pairs of what the scores said and whether it was right. `wrong`: the share of wrong words that may be
    /// kept above the threshold.
    pub fn learn(pairs: &[(f64, bool)], wrong: f64) -> Self {
        let mut found = Self::default();
        // Newton's method on the two numbers, held towards where it starts: nearly all may be right, and teach nothing.
        for _ in 0..30 {
            let (mut by_slope, mut by_offset) = (HELD * (found.slope - 1.0), HELD * found.offset);
            let (mut ss, mut so, mut oo) = (HELD, 0.0, HELD);
            for (probability, right) in pairs {
                let odds = log_odds(*probability);
                let confidence = found.confidence(*probability);
                let miss = confidence - f64::from(u8::from(*right));
                let bend = confidence * (1.0 - confidence);
                by_slope += miss * odds;
                by_offset += miss;
                ss += bend * odds * odds;
                so += bend * odds;
                oo += bend;
            }
            let determinant = ss * oo - so * so;
            found.slope -= ((oo * by_slope - so * by_offset) / determinant).clamp(-1.0, 1.0);
            found.offset -= ((ss * by_offset - so * by_slope) / determinant).clamp(-1.0, 1.0);
        }
        // Scores that say more must never be believed less.
        found.slope = found.slope.max(0.05);
        found.threshold = found.threshold_for(pairs, wrong);
        found
    }

    /// The lowest confidence above which no more than `wrong` of the words are wrong.
    fn threshold_for(&self, pairs: &[(f64, bool)], wrong: f64) -> f64 {
        let mut ranked: Vec<(f64, bool)> =
            pairs.iter().map(|(probability, right)| (self.confidence(*probability), *right)).collect();
        ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
        let (mut kept, mut missed, mut threshold) = (0, 0, 1.0);
        // Those of one confidence are kept together or not at all.
        for equals in ranked.chunk_by(|one, other| one.0 == other.0) {
            kept += equals.len();
            missed += equals.iter().filter(|(_, right)| !right).count();
            if missed as f64 <= wrong * kept as f64 {
                threshold = equals[0].0;
            }
        }
        threshold
    }
}

fn log_odds(probability: f64) -> f64 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores that say nine in ten and are right eight times in ten, and six in ten where they say six.
    fn boasting() -> Vec<(f64, bool)> {
        let nine = (0..1000).map(|index| (0.9, index % 10 < 8));
        nine.chain((0..1000).map(|index| (0.6, index % 10 < 6))).collect()
    }

    #[test]
    fn a_boast_is_believed_as_far_as_it_was_true() {
        let found = Calibration::learn(&boasting(), 0.25);
        assert!((found.confidence(0.9) - 0.8).abs() < 0.01, "{found:?}");
        assert!((found.confidence(0.6) - 0.6).abs() < 0.01, "{found:?}");
    }

    #[test]
    fn under_the_threshold_too_many_are_wrong() {
        let found = Calibration::learn(&boasting(), 0.25);
        assert!(found.confidence(0.9) >= found.threshold && found.confidence(0.6) < found.threshold, "{found:?}");
    }

    #[test]
    fn without_anything_to_learn_from_the_scores_are_believed() {
        let found = Calibration::learn(&[], 0.03);
        assert!((found.confidence(0.7) - 0.7).abs() < 1e-9, "{found:?}");
        assert_eq!(found.threshold, 1.0);
    }
}
