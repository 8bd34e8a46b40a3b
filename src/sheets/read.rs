//! Whatever somebody uploads as a table: CSV, XLSX or ODS, told apart by their content.
//!
//! Everything is bounded before it is read, and the reading stands behind `catch_unwind`: a fault of ours or of a
//! library costs one sentence, not the daemon.

mod csv;
mod ods;
mod unpack;
mod value;
mod xlsx;

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::{SheetError, Unreadable};
use unpack::Kind;
pub use value::Value;

/// Octets of a file that is read at all: 50 MiB.
pub const MAX_BYTES: usize = 50 << 20;

/// Octets of everything in a zip: 500 MiB. A zip bomb is some kilobytes and unpacks to terabytes.
pub const MAX_UNPACKED: u64 = 500 << 20;

/// Rows with something in them, in all tables of a file.
pub const MAX_ROWS: usize = 1_000_000;

/// Cells up to the last one of each row, in all tables of a file. A few octets can say « this value in all columns ».
pub const MAX_CELLS: usize = 10_000_000;

/// Tables in a file.
pub const MAX_TABLES: usize = 200;

/// One sheet of a workbook, or a CSV.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The name of the sheet; of a CSV, the name of the file without its ending.
    pub name: String,
    /// The rows with something in them, from the top.
    pub rows: Vec<Row>,
}

/// One row that has something in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number as a spreadsheet program shows it, from 1. A CSV counts as it would look there: a field with several
    /// lines is in one row, and an empty line is a row.
    pub line: usize,
    /// The values from column A on. The last one is not empty.
    pub cells: Vec<Value>,
}

/// Reads all tables of a file: CSV (UTF-8, UTF-16 with a byte order mark, or Windows-1252; `;`, `,` or tab), XLSX and
/// ODS. `name` is the name of the file, for the sentence of an error and as the name of the table of a CSV; what the
/// file is, its content says. Hidden sheets are read too; sheets that are charts are left out.
///
/// Fails with one French sentence on a file that is too large, too long, damaged, locked or something else. Never
/// panics. Takes time in proportion to the size of the file, seconds for the largest: no work for an async task.
pub fn read(bytes: &[u8], name: &str) -> Result<Vec<Table>, SheetError> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::TooLarge.of(name));
    }
    catch_unwind(AssertUnwindSafe(|| tables(bytes, name)))
        .unwrap_or(Err(Unreadable::Damaged))
        .map_err(|why| why.of(name))
}

fn tables(bytes: &[u8], name: &str) -> Result<Vec<Table>, Unreadable> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Unreadable::Empty);
    }
    // The container of Microsoft's old formats, and of the new ones under a password.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Err(Unreadable::Locked);
    }
    if !bytes.starts_with(b"PK\x03\x04") && !bytes.starts_with(b"PK\x05\x06") {
        let stem = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        return Ok(vec![Table { name: stem.to_owned(), rows: csv::rows(bytes)? }]);
    }
    match unpack::kind(bytes, MAX_UNPACKED)? {
        Kind::Xlsx => xlsx::tables(bytes),
        Kind::Ods => ods::tables(bytes),
    }
}

/// What may still be read of a file.
struct Budget {
    tables: usize,
    rows: usize,
    cells: usize,
    /// Octets of text: one text may stand in many cells.
    text: u64,
}

impl Budget {
    fn new() -> Self {
        Self { tables: MAX_TABLES, rows: MAX_ROWS, cells: MAX_CELLS, text: MAX_UNPACKED / 4 }
    }

    fn table(&mut self) -> Result<(), Unreadable> {
        self.tables = self.tables.checked_sub(1).ok_or(Unreadable::TooManyTables)?;
        Ok(())
    }

    fn row(&mut self) -> Result<(), Unreadable> {
        self.rows = self.rows.checked_sub(1).ok_or(Unreadable::TooManyRows)?;
        Ok(())
    }

    fn text(&mut self, octets: usize, times: usize) -> Result<(), Unreadable> {
        let all = (octets as u64).saturating_mul(times as u64);
        self.text = self.text.checked_sub(all).ok_or(Unreadable::Bomb)?;
        Ok(())
    }

    fn cells(&mut self, count: usize) -> Result<(), Unreadable> {
        self.cells = self.cells.checked_sub(count).ok_or(Unreadable::TooManyCells)?;
        Ok(())
    }
}

/// A row without the empty cells at its end; `None` if there are no others.
fn row(line: usize, mut cells: Vec<Value>) -> Option<Row> {
    let length = cells.iter().rposition(|cell| *cell != Value::Empty)? + 1;
    cells.truncate(length);
    Some(Row { line, cells })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(bytes: &[u8], name: &str) -> String {
        read(bytes, name).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_table_is_refused_with_one_sentence() {
        assert_eq!(why(b" \r\n", "a.csv"), "le fichier « a.csv » est vide");
        assert_eq!(
            why(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "a.xls"),
            "le fichier « a.xls » est un ancien classeur .xls ou un classeur protégé par un mot de passe : ouvrez-le dans \
             un tableur et enregistrez-le au format .xlsx ou .ods, sans mot de passe"
        );
        let foreign = "n'est ni un CSV ni un classeur .xlsx ou .ods : enregistrez-le dans l'un de ces formats";
        for bytes in [&b"\x89PNG\r\n\x1a\n\0\0"[..], b"%PDF-1.7\n", b"  <html><table>", b"<?xml version=\"1.0\"?>"] {
            assert_eq!(why(bytes, "a\u{202e}\nb"), format!("le fichier « a\u{202e}b » {foreign}"));
        }
        assert!(why(&vec![b'a'; MAX_BYTES + 1], "x").contains("dépasse 50 Mo"));
    }

    #[test]
    fn too_many_rows_are_refused() {
        let rows = "a\n".repeat(MAX_ROWS + 1);
        assert!(why(rows.as_bytes(), "x").contains("plus de 1 000 000 de lignes"));
        assert_eq!(read(&rows.as_bytes()[2..], "x").unwrap()[0].rows.len(), MAX_ROWS);
        assert!(why(";".repeat(MAX_CELLS + 1).as_bytes(), "x").contains("plus de 10 000 000 de cellules"));
    }

    #[test]
    fn the_table_of_a_csv_has_the_name_of_the_file() {
        let name = |file| read(b"a;b", file).unwrap()[0].name.clone();
        assert_eq!([name("C:\\x\\suivi.2026.csv"), name("suivi"), name("")], ["suivi.2026", "suivi", ""]);
    }
}
