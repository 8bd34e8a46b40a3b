//! The texts that leave: templates are read, checked and rendered here. A text with a hole is never rendered.
//!
//! A template is a file of `templates/`: a front matter in TOML between two lines `+++`, then plain text with Handlebars
//! expressions. The HTML part of a mail is made from the rendered text, so that an operator writes one text and nothing
//! that a citizen sent can become markup. No I/O: the shell hands over `(path, content)`.
//!
//! - [`Acknowledgements`]: what leaves by itself;
//! - [`Library`]: the model answers, which of them fit a question ([`Question`]), and the letters made of them;
//! - [`lint`]: what a citizen would stumble over in a text.

mod acknowledgement;
mod glossary;
mod html;
mod letter;
mod library;
pub mod lint;
mod model;
mod readability;
mod suggest;
mod template;
mod walk;

#[cfg(test)]
mod tests;

pub use acknowledgement::{AcknowledgementFacts, Acknowledgements, Outdated, Rendered};
pub use glossary::Glossary;
pub use html::as_html;
pub use letter::{FACTS, LetterFacts, Recipient, Signature, greeting};
pub use library::{Draft, Library, Surroundings, Unsendable};
pub use model::Model;
pub use readability::kandel_moles;
pub use suggest::{Habits, Question, SHOWN, Suggestion};
pub use template::Hole;
