//! Markup told from text. Every octet is looked at a bounded number of times, however the tags are broken.

/// A piece of a page.
pub(in crate::mail) enum Markup<'a> {
    /// Text with its entities.
    Text(&'a str),
    /// `<name …>`.
    Open(Tag<'a>),
    /// `</name>`.
    Close(&'a str),
}

/// An opening tag.
pub(in crate::mail) struct Tag<'a> {
    pub(in crate::mail) name: &'a str,
    attributes: &'a str,
}

impl Tag<'_> {
    /// Whether the element never has content.
    pub(in crate::mail) fn is_void(&self) -> bool {
        const VOID: [&str; 9] = ["br", "hr", "img", "input", "meta", "link", "col", "area", "wbr"];
        self.attributes.ends_with('/') || VOID.iter().any(|name| name.eq_ignore_ascii_case(self.name))
    }

    /// Whether a browser would fetch something from another machine for it.
    pub(in crate::mail) fn loads_from_elsewhere(&self) -> bool {
        let compact: String = self.attributes.chars().filter(|c| !c.is_whitespace()).take(2_000).collect();
        let compact = compact.to_ascii_lowercase();
        let fetched = ["src=", "srcset=", "background=", "poster=", "url(", "data="];
        let fetches = self.name.eq_ignore_ascii_case("link") || fetched.iter().any(|word| compact.contains(word));
        fetches && compact.contains("//")
    }

    /// Whether a browser or Outlook would not show the element.
    pub(super) fn is_hidden(&self) -> bool {
        if self.attributes.len() < 6 {
            return false;
        }
        let compact: String = self.attributes.chars().filter(|c| !c.is_whitespace()).take(2_000).collect();
        let compact = compact.to_ascii_lowercase();
        compact.contains("display:none") || compact.contains("mso-hide:all") || compact == "hidden"
    }
}

/// The pieces of `html` in order; comments, declarations, scripts and style sheets are left out.
pub(in crate::mail) fn markup(html: &str) -> impl Iterator<Item = Markup<'_>> {
    Pieces { html, at: 0, unclosed: Vec::new() }
}

struct Pieces<'a> {
    html: &'a str,
    at: usize,
    /// What was looked for to the end in vain: it need not be looked for again.
    unclosed: Vec<&'static str>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Markup<'a>;

    fn next(&mut self) -> Option<Markup<'a>> {
        loop {
            let rest = self.html.get(self.at..).filter(|rest| !rest.is_empty())?;
            if !rest.starts_with('<') {
                let end = rest.find('<').unwrap_or(rest.len());
                self.at += end;
                return Some(Markup::Text(&rest[..end]));
            }
            let after = rest.as_bytes().get(1).copied().unwrap_or_default();
            match after {
                b'!' | b'?' => self.skip_declaration(rest),
                b'/' => match name(&rest[2..]) {
                    Some(name) => {
                        self.at += rest.find('>').map_or(rest.len(), |end| end + 1);
                        return Some(Markup::Close(name));
                    }
                    None => return Some(self.literal(rest)),
                },
                _ => match self.tag(rest) {
                    Some(tag) if self.skip_raw(tag.name) => {}
                    Some(tag) => return Some(Markup::Open(tag)),
                    None => return Some(self.literal(rest)),
                },
            }
        }
    }
}

impl<'a> Pieces<'a> {
    /// A `<` that begins no tag.
    fn literal(&mut self, rest: &'a str) -> Markup<'a> {
        self.at += 1;
        Markup::Text(&rest[..1])
    }

    fn skip_declaration(&mut self, rest: &str) {
        let comment = rest.strip_prefix("<!--");
        let end = comment.and_then(|comment| self.find(comment, "-->")).map(|end| 4 + end + 3);
        self.at += end.or_else(|| rest.find('>').map(|end| end + 1)).unwrap_or(rest.len());
    }

    /// `rest.find(needle)`, asked only once when the answer is no.
    fn find(&mut self, rest: &str, needle: &'static str) -> Option<usize> {
        if self.unclosed.contains(&needle) {
            return None;
        }
        let found = rest.find(needle);
        if found.is_none() {
            self.unclosed.push(needle);
        }
        found
    }

    fn tag(&mut self, rest: &'a str) -> Option<Tag<'a>> {
        let name = name(&rest[1..])?;
        self.find(rest, ">")?;
        let start = 1 + name.len();
        let octets = rest.as_bytes();
        let mut at = start;
        let mut before = 0;
        while let Some(&octet) = octets.get(at) {
            match octet {
                b'>' => break,
                b'"' | b'\'' if before == b'=' => {
                    let needle = if octet == b'"' { "\"" } else { "'" };
                    if let Some(end) = self.find(&rest[at + 1..], needle) {
                        at += end + 1;
                    }
                }
                _ => {}
            }
            if !octet.is_ascii_whitespace() {
                before = octet;
            }
            at += 1;
        }
        let end = at.min(rest.len());
        self.at += (end + 1).min(rest.len());
        Some(Tag { name, attributes: rest[start..end].trim() })
    }

    /// Passes over the content of elements that hold no text for people.
    fn skip_raw(&mut self, name: &str) -> bool {
        const RAW: [&str; 4] = ["style", "script", "title", "template"];
        let Some(raw) = RAW.into_iter().find(|raw| raw.eq_ignore_ascii_case(name)) else { return false };
        if self.unclosed.contains(&raw) {
            return true;
        }
        let rest = &self.html[self.at..];
        let closing = rest
            .match_indices("</")
            .find(|(at, _)| rest.get(at + 2..at + 2 + raw.len()).is_some_and(|found| found.eq_ignore_ascii_case(raw)));
        match closing {
            Some((at, _)) => self.at += at + rest[at..].find('>').map_or(rest.len() - at, |end| end + 1),
            None => self.unclosed.push(raw),
        }
        true
    }
}

/// The element name that `text` begins with, when what follows it may follow a name.
fn name(text: &str) -> Option<&str> {
    let length = text.bytes().take_while(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b':' | b'-')).count();
    let name = &text[..length];
    let follows = text.as_bytes().get(length).copied().unwrap_or(b'>');
    let ends = follows.is_ascii_whitespace() || matches!(follows, b'>' | b'/');
    (ends && name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.ends_with(':')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::Pieces;

    /// What keeps broken markup linear: a search that failed is not made again.
    #[test]
    fn what_is_not_there_is_looked_for_once() {
        let html = "<!-- <!-- <p title=\"a <style> <style>";
        let mut pieces = Pieces { html, at: 0, unclosed: Vec::new() };
        assert_eq!(pieces.find(html, "-->"), None);
        assert_eq!(pieces.find("-->", "-->"), None);
        assert_eq!(pieces.find(html, "<p"), Some(10));
        assert!(!pieces.skip_raw("p") && pieces.skip_raw("STYLE") && pieces.skip_raw("style"));
        assert_eq!(pieces.unclosed, ["-->", "style"]);
    }
}
