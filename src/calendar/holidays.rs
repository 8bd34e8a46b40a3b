//! Public holidays, computed for any year.
