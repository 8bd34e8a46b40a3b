//! A sheet as CSV for French spreadsheet programs.

use super::workbook::{Cell, Line, Sheet, clean};

/// One sheet as CSV: UTF-8 with a byte order mark, `;` between fields, CRLF at the end of lines, a line of notes each,
/// an empty line, the header, the rows.
///
/// `12,5`, `92,86 %` and `26/11/2026` are a number, a rate and a day to a French LibreOffice (7.4, tested here) where
/// « Détecter les nombres spéciaux » is ticked in its dialogue, else only `12,5` is; Excel, which nobody here could try,
/// always looks for them. The blank before `%` is a plain one, as people type it: LibreOffice takes any. There are no
/// separators of thousands: `1 234` with the narrow blank of French typography is a text to LibreOffice. What a CSV
/// cannot say is that something is text: `0612` loses its zero, and `1/2` becomes a day. Whoever needs the difference
/// takes XLSX or ODS.
///
/// A text that begins with a sign of a formula (`=`, `+`, `-`, `@`, their full-width forms, tab, line end) gets an
/// apostrophe in front: programs would run it. Numbers below zero do not need it. Control characters are dropped.
pub fn csv(sheet: &Sheet) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    for line in sheet.lines() {
        let fields = match line {
            Line::Note(note) => vec![words(note)],
            Line::Blank => Vec::new(),
            Line::Header(header) => header.iter().map(|name| words(name)).collect(),
            Line::Row(row) => row.iter().map(field).collect(),
        };
        out.push_str(&fields.join(";"));
        out.push_str("\r\n");
    }
    out.into_bytes()
}

/// A value as a field.
fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => words(text),
        other => other.shown(),
    }
}

/// A text as a field: harmless, and in quotes where it needs them.
fn words(text: &str) -> String {
    let text = clean(text);
    let acts = text.starts_with(['=', '+', '-', '@', '\t', '\n', '＝', '＋', '－', '＠']);
    let apostrophe = if acts { "'" } else { "" };
    let edges = text.starts_with(' ') || text.ends_with(' ');
    if edges || text.contains([';', '"', '\n', '\t', ',']) {
        format!("\"{apostrophe}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{apostrophe}{text}")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn written(sheet: &Sheet) -> String {
        let octets = csv(sheet);
        String::from_utf8(octets).unwrap().strip_prefix('\u{feff}').unwrap().to_owned()
    }

    #[test]
    fn notes_then_an_empty_line_then_the_table() {
        let sheet = Sheet {
            notes: vec!["Du 01/10/2026 au 31/10/2026".into(), "Source : relève".into()],
            header: ["Service", "Reçus", "Taux", "Délai", "Au"].map(str::to_owned).to_vec(),
            rows: vec![
                vec![
                    "Séjour".into(),
                    Cell::Whole(-14),
                    Cell::Percent { num: 13, den: 14 },
                    Cell::Decimal(-3.25, 1),
                    Cell::Date(date(2026, 11, 26)),
                ],
                vec!["Armes".into(), Cell::Empty],
            ],
            ..Sheet::default()
        };
        assert_eq!(
            written(&sheet),
            "Du 01/10/2026 au 31/10/2026\r\nSource : relève\r\n\r\nService;Reçus;Taux;Délai;Au\r\n\
             Séjour;-14;92,86 %;-3,3;26/11/2026\r\nArmes;\r\n"
        );
    }

    #[test]
    fn no_text_is_a_formula() {
        for (text, field) in [
            ("=1+1", "'=1+1"),
            ("+33 1", "'+33 1"),
            ("-x", "'-x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\n=1\""),
            ("\u{1}=1", "'=1"),
            ("＝1", "'＝1"),
            ("=HYPERLINK(\"http://x\";\"y\")", "\"'=HYPERLINK(\"\"http://x\"\";\"\"y\"\")\""),
            ("a=1", "a=1"),
        ] {
            let sheet = Sheet { rows: vec![vec![text.into()]], ..Sheet::default() };
            assert_eq!(written(&sheet), format!("{field}\r\n"), "{text:?}");
        }
        let sheet = Sheet { notes: vec!["=1".into()], header: vec!["@x".into()], ..Sheet::default() };
        assert_eq!(written(&sheet), "'=1\r\n\r\n'@x\r\n");
    }

    #[test]
    fn separators_quotes_and_line_ends_stand_in_quotes() {
        let row = ["a;b", "dit « \"oui\" »", "un\r\ndeux", " x "].map(Cell::from).to_vec();
        let sheet = Sheet { rows: vec![row], ..Sheet::default() };
        assert_eq!(written(&sheet), "\"a;b\";\"dit « \"\"oui\"\" »\";\"un\ndeux\";\" x \"\r\n");
    }
}
