//! The words of a case as values: what is received, what it is, what happened to it, and what may happen next. No I/O.

mod act;
mod office;
mod words;

pub use act::{Act, Unfit};
pub use office::{Access, Deed, Doing, Folder, LetterKind, NoticeKind, Role, Told};
pub use words::{Channel, Closing, Disposition, Ending, EventKind, Flag, Kind, Purpose, Scope, State, Topic, Unknown};
