//! The figures of the label: against a recomputation in another language, as they are published, and what is behind them.

mod independent;
