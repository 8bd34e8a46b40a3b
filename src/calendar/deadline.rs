//! Working-day arithmetic.

/// Unit of a delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Jours ouvrés: Monday to Friday without public holidays and local closures.
    Working,
    /// Jours calendaires.
    Calendar,
}

/// A delay: so many days of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay {
    /// How many.
    pub days: u16,
    /// Of what.
    pub unit: Unit,
}

/// A prefecture's calendar.
#[derive(Debug, Clone)]
pub struct Calendar {}

/// One day of an explanation.
#[derive(Debug, Clone)]
pub struct Day {}

/// A deadline with its explanation.
#[derive(Debug, Clone)]
pub struct Deadline {}
