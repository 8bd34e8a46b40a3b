//! A mail to read: a title, sections of lines, and what to do. One value, two writings: plain text, and HTML for any
//! screen (domain.md §4.4: language marked, headings in order, links with a text, nothing told by colour alone).

/// A mail to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The subject of the mail and the heading of the page.
    pub title: String,
    /// Paragraphs before the sections.
    pub opening: Vec<String>,
    /// What there is to tell, the most pressing first.
    pub sections: Vec<Section>,
    /// Paragraphs after the sections.
    pub closing: Vec<String>,
}

/// Lines under a heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// What it is about: a reference, a service.
    pub lead: String,
    /// The page about it; empty: none.
    pub link: String,
    /// What follows the lead.
    pub title: String,
    /// What is to be known of it, each a few words.
    pub facts: Vec<String>,
}

/// Lines of one section that are shown: beyond, nobody reads a mail.
const SHOWN: usize = 200;

impl Section {
    /// The lines that are shown, and the sentence about the others.
    fn shown(&self) -> (&[Line], Option<String>) {
        match self.lines.len().checked_sub(SHOWN) {
            None | Some(0) => (&self.lines, None),
            Some(more) => (&self.lines[..SHOWN], Some(format!("… et {more} de plus : releve cases list"))),
        }
    }
}

impl Document {
    /// As plain text.
    pub fn text(&self) -> String {
        let mut blocks = vec![self.title.clone()];
        blocks.extend(self.opening.iter().cloned());
        for section in &self.sections {
            let (lines, more) = section.shown();
            let mut block = section.heading.to_uppercase();
            for line in lines {
                block.push_str("\n\n- ");
                block.push_str(&line.lead);
                if !line.title.is_empty() {
                    block.push_str(" – ");
                    block.push_str(&line.title);
                }
                for fact in &line.facts {
                    block.push_str("\n  ");
                    block.push_str(fact);
                }
                if !line.link.is_empty() {
                    block.push_str("\n  ");
                    block.push_str(&line.link);
                }
            }
            if let Some(more) = more {
                block.push_str("\n\n");
                block.push_str(&more);
            }
            blocks.push(block);
        }
        blocks.extend(self.closing.iter().cloned());
        blocks.join("\n\n") + "\n"
    }

    /// As an HTML document.
    pub fn html(&self) -> String {
        let title = escape(&self.title);
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"fr\">\n<head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title></head>\n\
             <body style=\"font-family: sans-serif; font-size: 1rem; line-height: 1.5; max-width: 40em; margin: 0 auto; \
             padding: 0 .75em; overflow-wrap: break-word\">\n<h1 style=\"font-size: 1.25rem\">{title}</h1>\n"
        );
        let paragraphs = |paragraphs: &[String]| {
            paragraphs.iter().map(|text| format!("<p>{}</p>\n", escape(text))).collect::<String>()
        };
        html.push_str(&paragraphs(&self.opening));
        for section in &self.sections {
            let (lines, more) = section.shown();
            let heading = escape(&section.heading);
            html.push_str(&format!(
                "<h2 style=\"font-size: 1.1rem; margin: 1.5em 0 .5em\">{heading}</h2>\n\
                 <ul style=\"padding-left: 1.2em; margin: 0\">\n"
            ));
            for line in lines {
                html.push_str(&item(line));
            }
            html.push_str("</ul>\n");
            html.push_str(&paragraphs(&Vec::from_iter(more)));
        }
        html.push_str(&paragraphs(&self.closing));
        html.push_str("</body>\n</html>\n");
        html
    }
}

fn item(line: &Line) -> String {
    let lead = escape(&line.lead);
    let lead = match line.link.as_str() {
        "" => format!("<strong>{lead}</strong>"),
        link => format!("<a href=\"{}\"><strong>{lead}</strong></a>", escape(link)),
    };
    let title = if line.title.is_empty() { String::new() } else { format!(" – {}", escape(&line.title)) };
    let facts = line.facts.iter().map(|fact| format!("<br>\n{}", escape(fact))).collect::<String>();
    format!("<li style=\"margin-bottom: .75em\">{lead}{title}{facts}</li>\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
