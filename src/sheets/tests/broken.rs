//! Files that are cut, altered or hostile: one sentence, no panic, no end of memory, no loop.

use std::io::{Cursor, Read, Write};

use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::*;

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

fn files() -> [Vec<u8>; 3] {
    let workbook = workbook();
    [xlsx(&workbook).unwrap(), ods(&workbook).unwrap(), csv(&workbook.sheets[0])]
}

/// The parts of a zip.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |i| {
        let mut file = zip.by_index(i).unwrap();
        let (name, mut content) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut content).unwrap();
        (name, content)
    };
    (0..).map_while(|i| (i < ZipArchive::new(Cursor::new(bytes)).unwrap().len()).then(|| part(i))).collect()
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The file with another content of one part.
fn with(bytes: &[u8], name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut parts = parts(bytes);
    let part = parts.iter_mut().find(|part| part.0 == name).unwrap();
    part.1 = change(std::str::from_utf8(&part.1).unwrap()).into_bytes();
    packed(&parts)
}

fn why(bytes: &[u8]) -> Unreadable {
    match read(bytes, "x").unwrap_err() {
        SheetError::Unreadable { why, .. } => why,
        other => panic!("{other}"),
    }
}

#[test]
fn a_cut_workbook_is_damaged() {
    let [xlsx, ods, _] = files();
    for whole in [xlsx, ods] {
        for end in (4..whole.len()).step_by(97).chain([whole.len() - 1]) {
            assert_eq!(why(&whole[..end]), Unreadable::Damaged, "{end} of {}", whole.len());
        }
    }
}

#[test]
fn altered_octets_do_no_harm() {
    let mut dice = Dice(7);
    for whole in files() {
        for _ in 0..150 {
            let mut bytes = whole.clone();
            for _ in 0..=dice.below(4) {
                let at = dice.below(bytes.len());
                bytes[at] = dice.below(256) as u8;
            }
            let _ = read(&bytes, "x");
        }
    }
    for _ in 0..300 {
        let length = dice.below(400);
        let mut bytes = (0..length).map(|_| dice.below(256) as u8).collect::<Vec<_>>();
        let _ = read(&bytes, "x");
        bytes.splice(0..0, *b"PK\x03\x04");
        assert_eq!(why(&bytes), Unreadable::Damaged);
    }
}

/// The zip is sound and what is in it is not: cut, or with pieces of XML in other places.
#[test]
fn altered_parts_do_no_harm() {
    let mut dice = Dice(11);
    let [xlsx, ods, _] = files();
    for whole in [xlsx, ods] {
        let whole = parts(&whole);
        for _ in 0..150 {
            let mut parts = whole.clone();
            let part = dice.below(parts.len());
            let content = &mut parts[part].1;
            match dice.below(3) {
                0 => content.truncate(dice.below(content.len())),
                1 => {
                    let at = dice.below(content.len());
                    content[at] = b"<>/\"'& =0"[dice.below(9)];
                }
                _ => {
                    let (from, to) = (dice.below(content.len()), dice.below(content.len()));
                    let piece = content[from..(from + dice.below(60)).min(content.len())].to_vec();
                    content.splice(to..to, piece);
                }
            }
            let _ = read(&packed(&parts), "x");
        }
    }
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    // The directory says that the first part has 600 MiB (offset 24 of its entry).
    let [mut bytes, ..] = files();
    let entry = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[entry + 24..entry + 28].copy_from_slice(&(600_u32 << 20).to_le_bytes());
    assert_eq!(why(&bytes), Unreadable::Bomb);
}

#[test]
fn promises_without_anything_behind_them_are_refused() {
    let [xlsx, ods, _] = files();
    let strings = with(&xlsx, "xl/sharedStrings.xml", |xml| {
        let at = xml.find("uniqueCount=\"").unwrap() + 13;
        let end = at + xml[at..].find('"').unwrap();
        format!("{}999999999999999{}", &xml[..at], &xml[end..])
    });
    assert_eq!(why(&strings), Unreadable::Damaged);
    let far =
        |cell: &str| with(&xlsx, "xl/worksheets/sheet2.xml", |xml| xml.replace("r=\"C1\"", &format!("r=\"{cell}\"")));
    assert!(read(&far("XFD1048576"), "x").is_ok(), "one cell far away is one cell");
    assert_eq!(why(&far("XFE1")), Unreadable::Damaged);
    assert_eq!(why(&far("A99999999999")), Unreadable::Damaged);
    let open = with(&ods, "content.xml", |xml| xml.split("</table:table>").next().unwrap().to_owned());
    assert_eq!(why(&open), Unreadable::Damaged);
}

/// One long text in many cells: a file of kilobytes would hand out gigabytes.
#[test]
fn a_text_that_is_repeated_is_counted_as_often() {
    let text = "a".repeat(60_000);
    let [_, ods, _] = files();
    let repeated = with(&ods, "content.xml", |xml| {
        let at = xml.find("<table:table-row").unwrap();
        let cell = format!(
            "<table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"9000\"><text:p>{text}</text:p></table:table-cell>"
        );
        format!("{}<table:table-row>{cell}</table:table-row>{}", &xml[..at], &xml[at..])
    });
    assert_eq!(why(&repeated), Unreadable::Bomb);
    let sheet = Sheet { name: "x".into(), rows: vec![vec![Cell::Text("a".repeat(32_000))]; 5_000], ..Sheet::default() };
    let book = Workbook { title: String::new(), created: date(2026, 1, 1).at(0, 0, 0, 0), sheets: vec![sheet] };
    assert_eq!(why(&xlsx(&book).unwrap()), Unreadable::Bomb);
}

#[test]
fn other_things_in_a_zip_are_told_apart() {
    let part = |name: &str, content: &str| (name.to_owned(), content.as_bytes().to_vec());
    assert_eq!(why(&packed(&[part("a.txt", "a")])), Unreadable::Foreign);
    assert_eq!(why(&packed(&[])), Unreadable::Foreign);
    assert_eq!(why(&packed(&[part("word/document.xml", "<w/>"), part("_rels/.rels", "")])), Unreadable::Foreign);
    let [xlsx, ods, _] = files();
    let locked = with(&ods, "META-INF/manifest.xml", |xml| {
        xml.replace("</manifest:manifest>", "<manifest:encryption-data/></manifest:manifest>")
    });
    assert_eq!(why(&locked), Unreadable::Locked);
    // By content, whatever the name says.
    assert_eq!(read(&xlsx, "a.csv").unwrap().len(), 3);
    assert_eq!(read(&ods, "a.xlsx").unwrap().len(), 3);
}

#[test]
fn a_workbook_that_counts_from_1904_gives_the_same_days() {
    let [xlsx, ..] = files();
    let days = |bytes: &[u8]| match read(bytes, "x").unwrap()[0].rows[4].cells[4] {
        Value::Date(day) => day,
        ref other => panic!("{other:?}"),
    };
    let from_1904 = with(&xlsx, "xl/workbook.xml", |xml| xml.replace("<workbookPr ", "<workbookPr date1904=\"1\" "));
    assert_eq!(days(&xlsx), date(2026, 2, 24));
    assert_eq!(days(&from_1904), date(2030, 2, 25), "the same number, four years and a day later");
}
