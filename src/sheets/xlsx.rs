//! A workbook as XLSX.

use jiff::civil::DateTime;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, IntoCustomDateTime, Worksheet, XlsxError};

use super::error::SheetError;
use super::workbook::{Cell, Held, Line, Sheet, Workbook, clean};

/// UTF-16 units that Excel accepts in a cell, and what ends a text that is longer.
const TEXT: usize = 32_767;
const CUT: &str = " […]";

/// The workbook as XLSX: numbers are numbers, rates are quotients in the format `0.00%`, days are days in `dd/mm/yyyy`;
/// the header is bold and stays in sight. Text is text, whatever it begins with; more than Excel accepts in one cell is
/// cut and ends with « […] ».
///
/// Fails if a sheet has more rows or columns than Excel accepts.
pub fn xlsx(workbook: &Workbook) -> Result<Vec<u8>, SheetError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let properties = DocProperties::new().set_title(clean(&workbook.title));
    book.set_properties(&properties.set_creation_datetime(Created(workbook.created)));
    let formats = Formats::new();
    for (name, sheet) in workbook.pages()? {
        let page = book.add_worksheet();
        page.set_name(&name).and_then(|page| write(page, &sheet, &formats)).map_err(unwritten)?;
    }
    book.save_to_buffer().map_err(unwritten)
}

/// The moment of creation. The library would ask the clock for it.
struct Created(DateTime);

impl IntoCustomDateTime for Created {
    fn utc_datetime(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

fn unwritten(error: XlsxError) -> SheetError {
    SheetError::Unwritten(error.to_string())
}

/// The formats of cells, made once.
struct Formats {
    text: Format,
    header: Format,
    percent: Format,
    date: Format,
    /// By how many decimals are shown.
    numbers: Vec<Format>,
}

impl Formats {
    fn new() -> Self {
        let code = |code: &str| Format::new().set_num_format(code);
        let number = |decimals| if decimals == 0 { code("0") } else { code(&format!("0.{}", "0".repeat(decimals))) };
        Self {
            text: Format::new(),
            header: Format::new().set_bold(),
            percent: code("0.00%"),
            date: code("dd/mm/yyyy"),
            numbers: (0..=15).map(number).collect(),
        }
    }
}

fn write(page: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), XlsxError> {
    for (column, width) in (0..).zip(sheet.column_widths()) {
        page.set_column_width(column, width)?;
    }
    for (row, line) in (0..).zip(sheet.lines()) {
        match line {
            Line::Note(note) => text(page, row, 0, note, &formats.text)?,
            Line::Blank => {}
            Line::Header(header) => {
                page.set_freeze_panes(row + 1, 0)?;
                for (column, name) in (0..).zip(header) {
                    text(page, row, column, name, &formats.header)?;
                }
            }
            Line::Row(cells) => {
                for (column, cell) in (0..).zip(cells) {
                    value(page, row, column, cell, formats)?;
                }
            }
        }
    }
    Ok(())
}

fn value(page: &mut Worksheet, row: u32, column: u16, cell: &Cell, formats: &Formats) -> Result<(), XlsxError> {
    match cell.held() {
        Held::Nothing => {}
        Held::Text(words) => text(page, row, column, &words, &formats.text)?,
        Held::Number { value, decimals } => {
            page.write_number_with_format(row, column, value, &formats.numbers[usize::from(decimals)])?;
        }
        Held::Percent(ratio) => {
            page.write_number_with_format(row, column, ratio, &formats.percent)?;
        }
        Held::Date(day) => {
            let (year, month, day) = (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs());
            page.write_datetime_with_format(row, column, ExcelDateTime::from_ymd(year, month, day)?, &formats.date)?;
        }
    }
    Ok(())
}

/// Writes words, with wrapped lines where there are several.
fn text(page: &mut Worksheet, row: u32, column: u16, words: &str, format: &Format) -> Result<(), XlsxError> {
    if words.is_empty() {
        return Ok(());
    }
    let words = clean(words);
    let words = if words.encode_utf16().count() > TEXT { cut(&words) } else { words.into_owned() };
    if words.contains('\n') {
        page.write_string_with_format(row, column, words, &format.clone().set_text_wrap())?;
    } else {
        page.write_string_with_format(row, column, words, format)?;
    }
    Ok(())
}

fn cut(words: &str) -> String {
    let mut left = TEXT - CUT.encode_utf16().count();
    let fits = |c: &char| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    };
    words.chars().take_while(fits).chain(CUT.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_longer_than_a_cell_says_that_it_was_cut() {
        let long = cut(&"𝒳é".repeat(20_000));
        assert!(long.encode_utf16().count() <= TEXT && long.ends_with("é […]"), "{}", long.len());
        let sheet = Sheet { rows: vec![vec![Cell::Text("a".repeat(40_000))]], ..Sheet::default() };
        let workbook = Workbook { title: String::new(), created: DateTime::ZERO, sheets: vec![sheet] };
        assert!(xlsx(&workbook).is_ok());
    }
}
