//! LibreOffice opens what we write, as a French user would, and exports every sheet as CSV: once as it is shown, once
//! raw. `tests/run` installs it (Debian: `libreoffice-calc-nogui`).

use std::fs;
use std::path::Path;
use std::process::Command;

use super::super::workbook::{Held, Line};
use super::*;

/// The language of the profile: with it come decimal comma and the order of dates.
const PROFILE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">
<item oor:path=\"/org.openoffice.Setup/L10N\">
<prop oor:name=\"ooSetupSystemLocale\" oor:op=\"fuse\"><value>fr-FR</value></prop></item>
</oor:items>";

/// Runs LibreOffice on files in `folder`; what comes out lies in `folder/out`.
fn office(folder: &Path, files: &[&str], arguments: &[&str]) {
    let profile = folder.join("profile");
    fs::create_dir_all(profile.join("user")).unwrap();
    if !profile.join("user/registrymodifications.xcu").exists() {
        fs::write(profile.join("user/registrymodifications.xcu"), PROFILE).unwrap();
    }
    let run = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args(["--headless", "--norestore"])
        .args(arguments)
        .args(["--outdir", "out"])
        .args(files)
        .current_dir(folder)
        .output()
        .expect("soffice, which tests/run installs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

/// The cells of a sheet that was exported.
fn exported(folder: &Path, file: &str) -> Vec<Vec<String>> {
    let bytes = fs::read(folder.join("out").join(file)).unwrap();
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Vec::new();
    }
    let table = read(&bytes, file).unwrap().remove(0);
    let mut lines = vec![Vec::new(); table.rows.last().map_or(0, |row| row.line)];
    for row in table.rows {
        let word = |value: &Value| if let Value::Text(text) = value { text.clone() } else { String::new() };
        lines[row.line - 1] = row.cells.iter().map(word).collect();
    }
    lines
}

/// The workbook as LibreOffice should export it.
fn expected(sheet: &Sheet, word: impl Fn(&Cell) -> String) -> Vec<Vec<String>> {
    let words = |cells: Vec<Cell>| {
        let mut words = cells.iter().map(&word).collect::<Vec<_>>();
        words.truncate(words.iter().rposition(|word| !word.is_empty()).map_or(0, |last| last + 1));
        words
    };
    let mut lines = Vec::new();
    for line in sheet.lines() {
        lines.push(match line {
            Line::Note(note) => words(vec![note.into()]),
            Line::Blank => Vec::new(),
            Line::Header(header) => words(header.iter().map(|name| name.as_str().into()).collect()),
            Line::Row(row) => words(row.to_vec()),
        });
    }
    lines.truncate(lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1));
    lines
}

fn shown(cell: &Cell) -> String {
    if cell.held() == Held::Nothing { String::new() } else { cell.shown() }
}

/// A number as French LibreOffice writes it raw: all that it has, with a comma; days as they are shown.
fn raw(cell: &Cell) -> String {
    match cell.held() {
        Held::Number { value, .. } => value.to_string().replace('.', ","),
        Held::Percent(value) => format!("{}%", (value * 100.).to_string().replace('.', ",")),
        _ => shown(cell),
    }
}

/// Whether two lines are the same: letter by letter, or as numbers in the 15 digits that LibreOffice writes raw.
fn same(exported: &[String], expected: &[String], as_shown: bool) -> bool {
    let number = |text: &String| number(&Value::Text(text.clone()));
    let close = |(a, b): (&String, &String)| match (number(a), number(b)) {
        (Some(a), Some(b)) if !as_shown => (a - b).abs() <= b.abs() * 1e-14,
        _ => a == b,
    };
    exported.len() == expected.len() && exported.iter().zip(expected).all(close)
}

fn filter(as_shown: bool) -> String {
    format!("csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,{as_shown},false,false,-1")
}

#[test]
fn libreoffice_reads_what_was_written() {
    is_the_same_in_libreoffice(&workbook(), &["Délais - 2026", "l'accueil", "Feuille3"]);
}

/// Writes a workbook as XLSX and as ODS, has LibreOffice open both, and compares each cell of each sheet, as it is shown and
/// raw. `names`: what the sheets are called there.
pub(crate) fn is_the_same_in_libreoffice(workbook: &Workbook, names: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.xlsx"), xlsx(workbook).unwrap()).unwrap();
    fs::write(folder.path().join("o.ods"), ods(workbook).unwrap()).unwrap();
    assert_eq!(workbook.sheets.len(), names.len());
    for as_shown in [true, false] {
        office(folder.path(), &["x.xlsx", "o.ods"], &["--convert-to", &filter(as_shown)]);
        // The format of Excel has no blank before the sign.
        for (file, sign) in [("x", "%"), ("o", " %")] {
            for (sheet, name) in workbook.sheets.iter().zip(names) {
                let exported = exported(folder.path(), &format!("{file}-{name}.csv"));
                let expected = expected(sheet, |cell| match (as_shown, cell) {
                    (true, Cell::Percent { .. }) => shown(cell).replace(" %", sign),
                    (true, _) => shown(cell),
                    (false, _) => raw(cell),
                });
                for (line, (exported, expected)) in exported.iter().zip(&expected).enumerate() {
                    let place = format!("{file}, {name}, as shown: {as_shown}, line {}", line + 1);
                    assert!(same(exported, expected, as_shown), "{place}: {exported:?} for {expected:?}");
                }
                assert_eq!(exported.len(), expected.len(), "{file}, {name}");
            }
        }
    }
}

/// What stands in our CSV is a number or a day to a French LibreOffice.
#[test]
fn libreoffice_finds_the_numbers_of_a_csv() {
    let folder = tempfile::tempdir().unwrap();
    let sheet = &workbook().sheets[0];
    fs::write(folder.path().join("c.csv"), csv(sheet)).unwrap();
    let french = "--infilter=CSV:59,34,76,1,,1036,false,true";
    office(folder.path(), &["c.csv"], &[french, "--convert-to", "ods"]);
    let table = read(&fs::read(folder.path().join("out/c.ods")).unwrap(), "c.ods").unwrap().remove(0);
    let (first, read) = (sheet.notes.len() + 3, &table.rows[sheet.notes.len() + 1..]);
    assert_eq!(read[0].line, first);
    assert_eq!(read.len(), sheet.rows.len());
    for (read, cells) in read.iter().zip(&sheet.rows) {
        for (read, cell) in read.cells.iter().zip(cells).skip(1) {
            let said = Value::Text(cell.shown());
            match (read, cell) {
                (Value::Number(read), Cell::Whole(_) | Cell::Decimal(..) | Cell::Percent { .. }) => {
                    assert!((read - number(&said).unwrap()).abs() < 1e-9, "{cell:?}");
                }
                (Value::Date(read), Cell::Date(day)) => assert_eq!(read, day),
                other => panic!("{other:?}"),
            }
        }
    }
}
