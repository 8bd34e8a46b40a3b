//! Plain text to the HTML part of a mail: paragraphs, lists and links, everything else escaped. The pages of the law on
//! accessibility apply to mails too (domain.md §4.4): the language is marked, links are their own text, no image, no colour.

/// A French text as an HTML document.
pub fn as_html(title: &str, text: &str) -> String {
    document(title, "fr", &[Section { language: "fr", text }])
}

/// One text in one language.
pub(super) struct Section<'a> {
    pub language: &'a str,
    pub text: &'a str,
}

/// An HTML document of the sections; `language` is that of the document as a whole.
pub(super) fn document(title: &str, language: &str, sections: &[Section<'_>]) -> String {
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title></head>\n\
         <body style=\"font-family: sans-serif; max-width: 40em; line-height: 1.5\">\n",
        escape(title)
    );
    for (index, section) in sections.iter().enumerate() {
        if index > 0 {
            html.push_str("<hr>\n");
        }
        html.push_str(&format!("<div lang=\"{}\">\n", section.language));
        for block in section.text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
            html.push_str(&paragraph(block));
        }
        html.push_str("</div>\n");
    }
    html.push_str("</body>\n</html>\n");
    html
}

/// A block of lines: the lines that begin with `- ` are a list, the others a paragraph.
fn paragraph(block: &str) -> String {
    let mut html = String::new();
    let lines = block.lines().collect::<Vec<_>>();
    for run in lines.chunk_by(|a, b| a.starts_with("- ") == b.starts_with("- ")) {
        if run[0].starts_with("- ") {
            let items = run.iter().map(|line| format!("<li>{}</li>\n", inline(&line[2..])));
            html.push_str(&format!("<ul>\n{}</ul>\n", items.collect::<String>()));
        } else {
            let text = run.iter().map(|line| inline(line)).collect::<Vec<_>>().join("<br>\n");
            html.push_str(&format!("<p>{text}</p>\n"));
        }
    }
    html
}

/// Escapes a line; a bare `https://` address becomes a link.
fn inline(line: &str) -> String {
    line.split_inclusive([' ', '\u{a0}', '\u{202f}'])
        .map(|word| {
            let address = word.trim_end();
            let address = address.trim_end_matches(['.', ',', ';', ':', ')', '»']);
            if address.starts_with("https://") && address.len() > "https://".len() {
                let rest = &word[address.len()..];
                format!("<a href=\"{0}\">{0}</a>{1}", escape(address), escape(rest))
            } else {
                escape(word)
            }
        })
        .collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_stays_text() {
        let html = document("a<b", "fr", &[Section { language: "fr", text: "<script>\"x\" & y" }]);
        assert!(html.contains("<p>&lt;script&gt;&quot;x&quot; &amp; y</p>"), "{html}");
        assert!(html.contains("<title>a&lt;b</title>"), "{html}");
    }

    #[test]
    fn paragraphs_lists_and_links() {
        let html = paragraph("Voir :\n- un https://example.fr/a?b=1&c=2.\n- deux");
        assert_eq!(
            html,
            "<p>Voir :</p>\n<ul>\n<li>un <a href=\"https://example.fr/a?b=1&amp;c=2\">https://example.fr/a?b=1&amp;c=2</a>.</li>\n<li>deux</li>\n</ul>\n"
        );
    }

    #[test]
    fn each_language_is_marked() {
        let sections = [Section { language: "fr", text: "Bonjour" }, Section { language: "en", text: "Hello" }];
        let html = document("t", "fr", &sections);
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">"), "{html}");
        assert!(html.contains("<div lang=\"en\">\n<p>Hello</p>"), "{html}");
    }
}
