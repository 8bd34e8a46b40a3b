//! The HTML of a stranger as it may be shown: its words, headings, lists and tables, and nothing that acts, loads, looks like
//! our own page, or leads anywhere. Links keep their words, with the address beside them where it says something else.

use std::{collections::HashSet, sync::LazyLock};

use ammonia::Builder;
use regex::{Captures, Regex};

use super::html::tag::{Markup, markup};

/// Octets of markup that are worked on.
const LONGEST: usize = 1 << 20;

/// Elements that are worked on: the tree is built in time that grows with the square of its depth
/// (servo/html5ever#788), and a stranger may close what was never opened to hide how deep it is.
const ELEMENTS: usize = 6_000;

/// Characters of an address that are shown.
const ADDRESS: usize = 120;

/// HTML that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeHtml {
    /// A fragment: no scripts, styles, forms, pictures, links, ids or classes.
    pub html: String,
    /// How many elements wanted to load something from another machine.
    pub blocked: usize,
}

/// What may be shown of `html`; `None`: it is too large to be worked on, and its text has to do.
pub fn safe_html(html: &str) -> Option<SafeHtml> {
    let begins = |pair: &[u8]| pair[0] == b'<' && pair[1].is_ascii_alphabetic();
    let elements = html.as_bytes().windows(2).filter(|pair| begins(pair)).count();
    if html.len() > LONGEST || elements > ELEMENTS {
        return None;
    }
    let loads = |piece: Markup<'_>| matches!(piece, Markup::Open(tag) if tag.loads_from_elsewhere());
    let blocked = markup(html).filter_map(|piece| loads(piece).then_some(())).count() + in_style_sheets(html);
    Some(SafeHtml { html: without_links(&ALLOWED.clean(html).to_string()), blocked })
}

/// What is allowed; everything else goes, and its words stay.
static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    let tags = "p div br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr td th b strong i em u s \
                sub sup small blockquote pre code q span a center abbr cite address";
    builder.tags(tags.split_ascii_whitespace().collect());
    // What stands in these is no text of the message.
    let gone =
        "script style title template noscript noembed noframes iframe object embed svg math select textarea head";
    builder.clean_content_tags(gone.split_ascii_whitespace().collect());
    builder.generic_attributes(HashSet::from(["dir"]));
    builder.add_tag_attributes("a", ["href"]);
    builder.url_schemes(HashSet::from(["http", "https", "mailto", "tel"]));
    builder.link_rel(None);
    builder
});

/// Of clean HTML, where every attribute stands in quotes and no link within another: the words of each link, and after them
/// where it would have led. A click leads nowhere.
fn without_links(clean: &str) -> String {
    static LINK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(?s)<a((?: [a-z]+="[^"]*")*)>(.*?)</a>"#).expect("a pattern"));
    static HREF: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#" href="([^"]*)""#).expect("a pattern"));
    let told = LINK.replace_all(clean, |link: &Captures<'_>| {
        let words = &link[2];
        let address = HREF.captures(&link[1]).map(|found| found[1].to_owned()).unwrap_or_default();
        let address = address.strip_prefix("mailto:").or(address.strip_prefix("tel:")).unwrap_or(&address);
        if address.is_empty() || words.trim() == address {
            return words.to_owned();
        }
        format!("{words} [{}]", shortened(address))
    });
    // What was not matched is no link that leads anywhere.
    static OPENING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"</?a(?: [a-z]+="[^"]*")*>"#).expect("a pattern"));
    OPENING.replace_all(&told, "").into_owned()
}

/// The beginning of an escaped address, not cut within an entity.
fn shortened(address: &str) -> String {
    if address.chars().count() <= ADDRESS {
        return address.to_owned();
    }
    let cut: String = address.chars().take(ADDRESS).collect();
    let whole = cut.rfind('&').filter(|at| !cut[*at..].contains(';')).map_or(cut.as_str(), |at| &cut[..at]);
    format!("{whole}…")
}

/// Addresses in style sheets, which the pieces leave out.
fn in_style_sheets(html: &str) -> usize {
    static REMOTE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(?i)(@import|url\()\s*["']?\s*(https?:)?//"#).expect("a pattern"));
    static SHEET: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?is)<style\b.*?(</style|$)").expect("a pattern"));
    SHEET.find_iter(html).map(|sheet| REMOTE.find_iter(sheet.as_str()).count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> String {
        safe_html(html).unwrap().html
    }

    #[test]
    fn words_headings_lists_and_tables_stay() {
        let html = "<h2>Objet</h2><p>Bonjour <b>Madame</b></p><ul><li>un</li></ul><table><tbody><tr><td>2</td></tr></tbody></table>";
        assert_eq!(shown(html), html);
    }

    #[test]
    fn what_acts_loads_or_leads_away_is_gone() {
        for (html, left) in [
            ("<script>a()</script>x", "x"),
            ("<p onclick=a() class=b id=c style='color:red'>x</p>", "<p>x</p>"),
            ("<img src=http://e.example/1 onerror=a()>x", "x"),
            ("<a href='https://e.example/a?b&amp;c'>ici</a>", "ici [https://e.example/a?b&amp;c]"),
            ("<a href='https://e.example/'>https://e.example/</a>", "https://e.example/"),
            ("<a href='java\nscript:a()'>ici</a>", "ici"),
            (
                "<a href=\"https://e.example/&quot;><b onmouseover=a()>\">ici</a>",
                "ici [https://e.example/&quot;&gt;&lt;b onmouseover=a()&gt;]",
            ),
            ("<form action=http://e.example><input autofocus onfocus=a()>x</form>", "x"),
            ("<svg><style><img src=x onerror=a()></style></svg>x", "x"),
            ("<math><mtext><table><mglyph><style><img src=x onerror=a()>", ""),
        ] {
            assert_eq!(shown(html), left, "{html}");
        }
    }

    #[test]
    fn what_would_have_been_loaded_is_counted() {
        let count = |html| safe_html(html).unwrap().blocked;
        assert_eq!(count("<img src='https://e.example/1'><img src='cid:1'><p>x"), 1);
        assert_eq!(count("<style>@import '//e.example/a'; p { background: url(https://e.example/b) }</style>"), 2);
        assert_eq!(count("<p>https://e.example/</p>"), 0);
    }

    #[test]
    fn what_is_too_much_is_left_to_its_text() {
        assert_eq!(safe_html(&"<div></x>".repeat(ELEMENTS + 1)), None);
        assert_eq!(safe_html(&" ".repeat(LONGEST + 1)), None);
    }
}
