//! `text/plain; format=flowed` (RFC 3676): lines that a sender's machine broke are joined again.

/// Joins flowed lines; `delete_space` is the `delsp` parameter.
pub(super) fn unwrap(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // Quote depth of the paragraph that waits for its next line.
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        // Space-stuffing is taken off, but not where it keeps a `>` from being a quotation mark.
        let content = content.strip_prefix(' ').filter(|bare| depth > 0 || !bare.starts_with('>')).unwrap_or(content);
        let is_delimiter = content == "-- ";
        match open {
            Some(paragraph) if paragraph == depth && !is_delimiter => {}
            Some(_) => {
                out.push('\n');
                begin(&mut out, depth);
            }
            None => begin(&mut out, depth),
        }
        if content.ends_with(' ') && !is_delimiter {
            out.push_str(if delete_space { &content[..content.len() - 1] } else { content });
            open = Some(depth);
        } else {
            out.push_str(content);
            out.push('\n');
            open = None;
        }
    }
    out
}

fn begin(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n('>', depth));
    if depth > 0 {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::unwrap;

    #[test]
    fn paragraphs_are_joined_and_the_rest_is_left() {
        assert_eq!(
            unwrap("Bonjour, je \nvoudrais \nsavoir.\n\nMerci\n", false),
            "Bonjour, je voudrais savoir.\n\nMerci\n"
        );
        assert_eq!(unwrap("Donau\u{ad} \ndampf\n", true), "Donau\u{ad}dampf\n");
        assert_eq!(unwrap(">> a \n>> b\n> c \nd\n", false), ">> a b\n> c \nd\n");
        assert_eq!(unwrap(" >pas une citation\n", false), " >pas une citation\n");
    }

    #[test]
    fn the_signature_delimiter_is_no_flowed_line() {
        assert_eq!(unwrap("a \n-- \nJeanne\n", false), "a \n-- \nJeanne\n");
    }
}
