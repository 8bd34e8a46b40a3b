//! The words of a case as values: what is received, what it is, what happened to it, and what may happen next. No I/O.

mod act;
mod words;

pub use act::{Act, Unfit};
pub use words::{
    Channel, Closing, Disposition, Doing, EventKind, Flag, Folder, Kind, LetterKind, NoticeKind, Purpose, Role, Scope,
    State, Told, Topic, Unknown,
};
