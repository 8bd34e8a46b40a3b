//! CSV as it comes: in one of four encodings, with one of three separators. Read by hand, as rows must be counted the
//! way a spreadsheet program counts them.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::super::error::Unreadable;
use super::{Budget, Row, Value, row};

/// Records, and octets, by which the separator is found out.
const SAMPLE: usize = 20;
const SAMPLE_BYTES: usize = 64 << 10;

/// The rows of a CSV. Values are texts: what they say, whoever reads them must know.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, Unreadable> {
    let text = decoded(bytes)?;
    let told = told_separator(&text);
    let separator = told.unwrap_or_else(|| guessed_separator(&text));
    let (mut rows, mut budget) = (Vec::new(), Budget::new());
    for (line, record) in (1..).zip(Records { rest: &text, separator, open: false }) {
        let record = record.ok_or(Unreadable::OpenQuote { line })?;
        budget.cells(record.len())?;
        if line == 1 && told.is_some() {
            continue;
        }
        if let Some(row) = row(line, record.into_iter().map(|field| Value::text(field.into_owned())).collect()) {
            budget.row()?;
            rows.push(row);
        }
    }
    Ok(rows)
}

/// The text: a byte order mark says the encoding; else it is UTF-8 if it can be, and Windows-1252 if not.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => {
            let (text, broken) = encoding.decode_without_bom_handling(&bytes[length..]);
            if broken {
                return Err(Unreadable::Damaged);
            }
            text
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            // UTF-8 to the last character, which is cut.
            Err(error) if error.error_len().is_none() && !bytes[..error.valid_up_to()].is_ascii() => {
                return Err(Unreadable::Damaged);
            }
            // These five mean nothing in Windows-1252.
            Err(_) if bytes.iter().any(|b| matches!(b, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)) => {
                return Err(Unreadable::Foreign);
            }
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    };
    // The sign of the end in old files.
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches('\x1a')),
        Cow::Owned(text) => Cow::Owned(text),
    };
    let strange = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r' | '\x0b' | '\x0c');
    let begins = text.trim_start();
    if begins.starts_with('<') || begins.starts_with("%PDF") || text.contains(strange) {
        return Err(Unreadable::Foreign);
    }
    if begins.is_empty() { Err(Unreadable::Empty) } else { Ok(text) }
}

/// What the first line says (`sep=;`), as Excel understands it.
fn told_separator(text: &str) -> Option<u8> {
    let told = text.lines().next()?.trim_matches('"').strip_prefix("sep=")?;
    told.bytes().next().filter(|b| b";,\t|".contains(b))
}

/// The separator under which most of the first records have the same number of fields, more than one. Where two are
/// alike, `;` goes before tab before comma: commas are in numbers and sentences as well.
fn guessed_separator(text: &str) -> u8 {
    let mut end = text.len().min(SAMPLE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let agreeing = |separator: u8| {
        let records = Records { rest: &text[..end], separator, open: false }.flatten();
        let widths = records.map(|record| record.len()).filter(|width| *width > 1).take(SAMPLE).collect::<Vec<_>>();
        widths.iter().map(|width| widths.iter().filter(|other| *other == width).count()).max().unwrap_or(0)
    };
    // The last of equals wins.
    [b',', b'\t', b';'].into_iter().max_by_key(|separator| agreeing(*separator)).unwrap_or(b';')
}

/// The records of a text; `None` is one with a quotation mark that never closes, and the last. Lines end with CRLF, LF
/// or CR.
struct Records<'a> {
    rest: &'a str,
    separator: u8,
    /// A separator came last: there is one more field, even if the text is over.
    open: bool,
}

impl<'a> Iterator for Records<'a> {
    type Item = Option<Vec<Cow<'a, str>>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut fields = Vec::new();
        loop {
            let Some(field) = self.field() else {
                self.rest = "";
                return Some(None);
            };
            fields.push(field);
            if !self.open {
                return Some(Some(fields));
            }
        }
    }
}

impl<'a> Records<'a> {
    /// One field and what ends it. `None`: a quotation mark never closes.
    fn field(&mut self) -> Option<Cow<'a, str>> {
        let mut field = match self.rest.strip_prefix('"') {
            Some(quoted) => self.quoted(quoted)?,
            None => Cow::Borrowed(""),
        };
        let end = self.rest.bytes().position(|b| b == self.separator || b == b'\n' || b == b'\r');
        let (plain, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        // Words behind a closing quotation mark belong to the field, as in Excel.
        if field.is_empty() {
            field = Cow::Borrowed(plain);
        } else if !plain.is_empty() {
            field.to_mut().push_str(plain);
        }
        self.open = rest.as_bytes().first() == Some(&self.separator);
        self.rest = rest.strip_prefix("\r\n").unwrap_or_else(|| rest.get(1..).unwrap_or(""));
        Some(field)
    }

    /// What stands before the closing quotation mark. `""` is one mark.
    fn quoted(&mut self, mut rest: &'a str) -> Option<Cow<'a, str>> {
        let mut field = Cow::Borrowed("");
        loop {
            let (piece, after) = rest.split_once('"')?;
            if field.is_empty() {
                field = Cow::Borrowed(piece);
            } else {
                field.to_mut().push_str(piece);
            }
            let Some(more) = after.strip_prefix('"') else {
                self.rest = after;
                return Some(field);
            };
            field.to_mut().push('"');
            rest = more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<(usize, Vec<String>)> {
        let words = |value: &Value| match value {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        };
        rows(bytes).unwrap().iter().map(|row| (row.line, row.cells.iter().map(words).collect())).collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn every_encoding_gives_the_same_words() {
        let text = "Reçu;Œuvre\r\n« é »;10 €";
        let expected = [row(1, &["Reçu", "Œuvre"]), row(2, &["« é »", "10 €"])];
        let utf16 = |bom: [u8; 2], octets: fn(u16) -> [u8; 2]| {
            bom.into_iter().chain(text.encode_utf16().flat_map(octets)).collect::<Vec<_>>()
        };
        assert_eq!(read(text.as_bytes()), expected);
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), expected);
        assert_eq!(read(&utf16([0xff, 0xfe], u16::to_le_bytes)), expected);
        assert_eq!(read(&utf16([0xfe, 0xff], u16::to_be_bytes)), expected);
        assert_eq!(read(b"Re\xe7u;\x8cuvre\r\n\xab \xe9 \xbb;10 \x80"), expected);
        assert_eq!(rows(&"déjà".as_bytes()[..5]), Err(Unreadable::Damaged));
        assert_eq!(rows(b"\xef\xbb\xbfa;\xe9"), Err(Unreadable::Damaged));
        assert_eq!(rows(b"a;\0"), Err(Unreadable::Foreign));
    }

    #[test]
    fn the_separator_is_found_out() {
        assert_eq!(read(b"a;b\n1,5;2,5\n3,5;x"), [row(1, &["a", "b"]), row(2, &["1,5", "2,5"]), row(3, &["3,5", "x"])]);
        assert_eq!(
            read(b"Suivi; le 1er\na,b\n1,2\n"),
            [row(1, &["Suivi; le 1er"]), row(2, &["a", "b"]), row(3, &["1", "2"])]
        );
        assert_eq!(read(b"a\tb, c\n1\t2\n"), [row(1, &["a", "b, c"]), row(2, &["1", "2"])]);
        assert_eq!(read(b"a@example.fr\nb@example.fr"), [row(1, &["a@example.fr"]), row(2, &["b@example.fr"])]);
        assert_eq!(read(b"sep=,\r\na;b,c"), [row(2, &["a;b", "c"])]);
        assert_eq!(read(b"\"x;y\",2\n\"z;t\",3"), [row(1, &["x;y", "2"]), row(2, &["z;t", "3"])]);
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_does() {
        let text = b"a;b\r\n\r\n\"un\r\ndeux\";\"dit \"\"oui\"\"\"\r\n;;\r\nx;;\r\n";
        assert_eq!(read(text), [row(1, &["a", "b"]), row(3, &["un\r\ndeux", "dit \"oui\""]), row(5, &["x"])]);
        assert_eq!(read(b"a;b\rc;d\r"), [row(1, &["a", "b"]), row(2, &["c", "d"])], "old Macintosh");
        assert_eq!(read(b"\"a\" x;\"\";\"\"\"\";b"), [row(1, &["a x", "", "\"", "b"])]);
        assert_eq!(read(b"5\" ;x"), [row(1, &["5\" ", "x"])], "a mark inside a field is a mark");
        assert_eq!(rows(b"a;b\n1;\"2\n3;4\n"), Err(Unreadable::OpenQuote { line: 2 }));
    }
}
