use super::to_text;

#[test]
fn pages_as_they_are_read() {
    let cases = [
        ("<p>Bonjour,</p><p>merci<br>bien</p>", "Bonjour,\n\nmerci\nbien"),
        ("<div>un</div><div><br></div><div>deux</div>", "un\n\ndeux"),
        ("a\n  b&nbsp;&eacute;&#8217;&#146;&#x20AC;&amp;&inconnu; &", "a b é’’€&&inconnu; &"),
        ("<table><tr><td>A</td><td>B</td></tr><tr><td>C</td></tr></table>", "A B\nC"),
        ("<ul><li>un</li><li>deux</ul><ol><li>a<li>b</ol>", "- un\n- deux\n\n1. a\n2. b"),
        ("non<blockquote>cité<blockquote>deux</blockquote></blockquote>oui", "non\n\n> cité\n\n> > deux\n\noui"),
        ("<style>p{color:red}</style><script>x()</script><title>t</title>oui", "oui"),
        ("<!-- <p>non</p> --><!--[if mso]>non<![endif]-->oui<!doctype html>", "oui"),
        ("<span style='display: NONE'>non<span>non</span></span>oui", "oui"),
        ("<td><span style=\"display:none\">non</td><td>oui</td>", "oui"),
        (
            "Jeanne <jeanne@example.fr> 1 < 2 <https://example.fr>",
            "Jeanne <jeanne@example.fr> 1 < 2 <https://example.fr>",
        ),
        ("<a href=\"https://example.fr/a>b\">le site</a><img alt='logo' src=x>.", "le site."),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("un<hr>deux", "un\n________________________________\ndeux"),
        ("<p title=\"ouvert>texte", "texte"),
        ("<style>jamais fermé", "jamais fermé"),
        ("<!-- jamais fermé > texte", "texte"),
        ("<div style='display:none'>tout est caché</div>", "tout est caché"),
    ];
    for (html, text) in cases {
        assert_eq!(to_text(html), text, "{html}");
    }
}

/// Neither the stack nor the output grows beyond measure; what keeps the time linear is tested beside the scanner.
#[test]
fn hostile_markup_ends() {
    for piece in ["<div>", "<blockquote>x", "<p title=\"", "<!--", "<style>", "</", "<a '=\"", "&", "<ul><li>", "<"] {
        let html = piece.repeat(200_000 / piece.len());
        assert!(to_text(&html).len() < 20_000_000, "{piece}");
    }
}
