//! The texts that leave: templates are read, checked and rendered here. A text with a hole is never rendered.
//!
//! A template is a file of `templates/`: a front matter in TOML between two lines `+++`, then plain text with Handlebars
//! expressions. The HTML part of a mail is made from the rendered text, so that an operator writes one text and nothing
//! that a citizen sent can become markup. No I/O: the shell hands over `(path, content)`.

mod acknowledgement;
mod answer;
mod html;
mod lint;
mod template;

#[cfg(test)]
mod tests;

pub use acknowledgement::{AcknowledgementFacts, Acknowledgements, Outdated, Rendered};
pub use answer::answer_name;
pub use template::Hole;
