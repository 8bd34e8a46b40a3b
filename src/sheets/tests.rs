//! What is written is read back, by ourselves and by LibreOffice; what is broken says so.

mod broken;
pub(crate) mod office;

use jiff::civil::date;

use super::*;

/// One of everything.
fn workbook() -> Workbook {
    let texts = [
        "Étrangers & « séjour »",
        "=1+1",
        "+33 1 23 45 67 89",
        "-x",
        "@SUM(A1)",
        "'apostrophe",
        "<b>\"gras\"</b>",
        "  deux  blancs ",
        "un\ndeux",
        "a;b,c",
        "0612",
        "_x0041_",
        "ﬁ 🦊 \u{a0}",
    ];
    let rows = texts.iter().enumerate().map(|(i, text)| {
        let n = i as i64;
        vec![
            Cell::from(*text),
            Cell::Whole(n * n - 7),
            Cell::Decimal(n as f64 / 8. - 0.3, 2),
            Cell::Percent { num: i as u64 * 2 + 1, den: 32 },
            Cell::Date(date(2026, 2, 25 - i as i8)),
            Cell::Decimal(n as f64 * 1000.5, 0),
        ]
    });
    let figures = Sheet {
        name: "Délais / 2026".into(),
        notes: vec!["Du 01/10/2026 au 31/10/2026".into(), "=note".into()],
        header: ["Service", "Reçus", "Moyenne", "Taux", "Depuis", "Arrondi"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
        widths: Some(vec![30, 10]),
    };
    let edges = Sheet {
        name: "l'accueil".into(),
        rows: vec![
            vec![Cell::Empty, Cell::Whole(9_007_199_254_740_993), Cell::Whole(-999_999_999_999_999)],
            vec![],
            vec![Cell::Percent { num: 13, den: 14 }, Cell::Percent { num: 1, den: 0 }, Cell::Decimal(f64::NAN, 1)],
            vec![Cell::Date(date(1900, 2, 28)), Cell::Date(date(1900, 3, 1)), Cell::Date(date(9999, 12, 31))],
            vec![Cell::Decimal(1e15, 1), Cell::Decimal(-2.675, 2), Cell::Decimal(0.1, 15)],
        ],
        ..Sheet::default()
    };
    let created = date(2026, 11, 26).at(14, 30, 0, 0);
    Workbook { title: "Relevé <mensuel>".into(), created, sheets: vec![figures, edges, Sheet::default()] }
}

/// A value as it should come back.
fn expected(cell: &Cell) -> Value {
    use workbook::Held;
    match cell.held() {
        Held::Nothing => Value::Empty,
        Held::Text(text) => Value::Text(text.into_owned()),
        Held::Number { value, .. } | Held::Percent(value) => Value::Number(value),
        Held::Date(day) => Value::Date(day),
    }
}

/// The rows of a sheet as they should come back.
fn rows(sheet: &Sheet) -> Vec<Row> {
    use workbook::Line;
    let words = |text: &str| expected(&Cell::from(text));
    let lines = sheet.lines().map(|line| match line {
        Line::Note(note) => vec![words(note)],
        Line::Blank => Vec::new(),
        Line::Header(header) => header.iter().map(|name| words(name)).collect(),
        Line::Row(row) => row.iter().map(expected).collect(),
    });
    let rows = (1..).zip(lines).filter_map(|(line, mut cells): (usize, Vec<Value>)| {
        let last = cells.iter().rposition(|cell| *cell != Value::Empty)?;
        cells.truncate(last + 1);
        Some(Row { line, cells })
    });
    rows.collect()
}

#[test]
fn xlsx_and_ods_come_back_as_they_went() {
    let workbook = workbook();
    let expected = workbook.sheets.iter().map(rows).collect::<Vec<_>>();
    for (name, bytes) in [("a.xlsx", xlsx(&workbook).unwrap()), ("a.ods", ods(&workbook).unwrap())] {
        let tables = read(&bytes, name).unwrap();
        let names = tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>();
        assert_eq!(names, ["Délais - 2026", "l'accueil", "Feuille3"], "{name}");
        for (table, expected) in tables.iter().zip(&expected) {
            for (row, expected) in table.rows.iter().zip(expected) {
                assert_eq!(row, expected, "{name}, {}", table.name);
            }
            assert_eq!(table.rows.len(), expected.len(), "{name}, {}", table.name);
        }
    }
}

#[test]
fn a_csv_comes_back_as_words_that_say_the_same() {
    let sheet = &workbook().sheets[0];
    let tables = read(&csv(sheet), "délais.csv").unwrap();
    assert_eq!(tables[0].name, "délais");
    let read = &tables[0].rows[3..];
    assert_eq!(read.len(), sheet.rows.len());
    for (row, cells) in read.iter().zip(&sheet.rows) {
        let Cell::Whole(whole) = cells[1] else { panic!() };
        assert_eq!(number(&row.cells[1]), Some(whole as f64));
        let Cell::Percent { num, den } = cells[3] else { panic!() };
        assert!((number(&row.cells[3]).unwrap() - num as f64 / den as f64).abs() <= 0.000_050_001);
        assert_eq!(row.cells[4], Value::Text(cells[4].shown()));
    }
    assert_eq!(read[1].cells[0], Value::Text("'=1+1".into()));
}

#[test]
fn the_same_workbook_is_the_same_octets() {
    let workbook = workbook();
    let (first_xlsx, first_ods) = (xlsx(&workbook).unwrap(), ods(&workbook).unwrap());
    // Longer than the two seconds that a zip can tell apart.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert!(first_xlsx == xlsx(&workbook).unwrap());
    assert!(first_ods == ods(&workbook).unwrap());
    let other = Workbook { created: date(2026, 11, 27).at(0, 0, 0, 0), ..workbook };
    assert!(first_xlsx != xlsx(&other).unwrap());
    assert!(first_ods != ods(&other).unwrap());
}

#[test]
fn an_ods_says_what_it_is_in_its_first_octets() {
    let octets = ods(&workbook()).unwrap();
    assert_eq!(&octets[30..84], b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet");
    assert_eq!(&octets[8..10], [0, 0], "stored");
}

#[test]
fn a_tab_stays_in_xlsx_and_is_a_blank_in_ods() {
    let mut workbook = workbook();
    workbook.sheets[0].rows = vec![vec!["a\tb\r\n\u{b}c".into()]];
    let text = |bytes: &[u8]| read(bytes, "x").unwrap()[0].rows[3].cells[0].clone();
    assert_eq!(text(&xlsx(&workbook).unwrap()), Value::Text("a\tb\nc".into()));
    assert_eq!(text(&ods(&workbook).unwrap()), Value::Text("a b\nc".into()));
}

#[test]
fn a_workbook_without_sheets_is_still_a_workbook() {
    let empty = Workbook { title: String::new(), created: date(2026, 1, 1).at(0, 0, 0, 0), sheets: Vec::new() };
    for bytes in [xlsx(&empty).unwrap(), ods(&empty).unwrap()] {
        let tables = read(&bytes, "vide").unwrap();
        assert_eq!(tables, [Table { name: "Feuille1".into(), rows: Vec::new() }]);
    }
}

/// The number that a value is, or that a text says in French: `1 234,5`, `-3`, `92,86 %`.
fn number(value: &Value) -> Option<f64> {
    let text = match value {
        Value::Number(number) => return Some(*number),
        Value::Text(text) => text.replace([' ', '\u{a0}', '\u{202f}'], "").replace(',', "."),
        _ => return None,
    };
    let (text, unit) = text.strip_suffix('%').map_or((&*text, 1.), |text| (text, 100.));
    let digits = text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse::<f64>().ok().filter(|_| digits).map(|number| number / unit)
}
