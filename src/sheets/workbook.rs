//! What is to be written: a workbook of sheets, and the shape that all formats give it.

use std::borrow::Cow;
use std::collections::HashSet;

use jiff::civil::{Date, DateTime, date};

use super::error::SheetError;
use super::shown::off_half;

/// Rows and columns that a spreadsheet program accepts.
const ROWS: usize = 1_048_576;
const COLUMNS: usize = 16_384;

/// UTF-16 units that Excel accepts in the name of a sheet.
const NAME: usize = 31;

/// Rows that are looked at to find the width of a column.
const SAMPLE: usize = 1_000;

/// Several sheets under one title.
#[derive(Debug, Clone, PartialEq)]
pub struct Workbook {
    /// The title in the properties of the document.
    pub title: String,
    /// When it was made, as its properties say. Given by the caller so that the same workbook is the same octets. The
    /// formats want UTC; a local time is written as it is.
    pub created: DateTime,
    /// The sheets, the first to the left. A workbook without any is written with one empty sheet: none may be missing.
    pub sheets: Vec<Sheet>,
}

/// One table, with lines of explanation above it.
///
/// On paper: the notes, one line each, then an empty line, the header, the rows. Without notes the header comes first;
/// without a header the rows follow at once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// Its name. What Excel does not allow in a name (`[]:*?/\`, more than 31 characters, the same name twice) is made
    /// legal when a workbook is written.
    pub name: String,
    /// Lines above the table: the period, the source, the definitions.
    pub notes: Vec<String>,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows. They need not be of the same length.
    pub rows: Vec<Vec<Cell>>,
    /// Width of each column in characters; `None`: found out from the header and the first rows.
    pub widths: Option<Vec<u16>>,
}

/// One value.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Words. Never a formula, whatever they begin with.
    Text(String),
    /// A count.
    Whole(i64),
    /// A measure: the value, and how many decimals are shown (at most 15). What is not finite is written as nothing.
    Decimal(f64, u8),
    /// A rate, shown in percent with two decimals. Out of nothing (`den` 0) there is no rate, and nothing is written.
    Percent {
        /// So many,
        num: u64,
        /// of so many.
        den: u64,
    },
    /// A day.
    Date(Date),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// What a spreadsheet program is given of a [`Cell`]: its kinds, within its limits.
#[derive(Debug, PartialEq)]
pub(super) enum Held<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Number { value: f64, decimals: u8 },
    Percent(f64),
    Date(Date),
}

impl Cell {
    /// The value as XLSX and ODS hold it.
    ///
    /// A whole number of more than 15 digits becomes text, as Excel would put zeros for the last ones. A day before 1
    /// March 1900 becomes text: Excel knows none before 1900 and counts a 29 February that year. A rate is the
    /// quotient, not what is shown of it, so that somebody may ask for more decimals.
    pub(super) fn held(&self) -> Held<'_> {
        match self {
            Self::Text(text) if text.is_empty() => Held::Nothing,
            Self::Text(text) => Held::Text(clean(text)),
            Self::Whole(n) if n.unsigned_abs() < 1_000_000_000_000_000 => {
                Held::Number { value: *n as f64, decimals: 0 }
            }
            Self::Decimal(value, decimals) if value.is_finite() => {
                let decimals = (*decimals).min(15);
                Held::Number { value: off_half(*value, decimals), decimals }
            }
            Self::Percent { num, den } if *den > 0 => Held::Percent(off_half(*num as f64 / *den as f64, 4)),
            Self::Date(day) if *day >= date(1900, 3, 1) => Held::Date(*day),
            Self::Whole(_) | Self::Date(_) => Held::Text(self.shown().into()),
            Self::Empty | Self::Decimal(..) | Self::Percent { .. } => Held::Nothing,
        }
    }
}

/// One line of a sheet, from the top.
pub(super) enum Line<'a> {
    Note(&'a str),
    Blank,
    Header(&'a [String]),
    Row(&'a [Cell]),
}

impl Sheet {
    /// The lines in the order in which every format writes them.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let blank = (!self.notes.is_empty()).then_some(Line::Blank);
        let header = (!self.header.is_empty()).then_some(Line::Header(&self.header));
        let notes = self.notes.iter().map(|note| Line::Note(note));
        notes.chain(blank).chain(header).chain(self.rows.iter().map(|row| Line::Row(row)))
    }

    /// How many columns there are; one at least.
    fn columns(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0).max(self.header.len()).max(1)
    }

    /// The width of each column in characters: what was asked for, else what the longest value needs, between 8 and 60.
    pub(super) fn column_widths(&self) -> Vec<u16> {
        let length = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        let asked = self.widths.as_deref().unwrap_or_default();
        let needed = |column: usize| {
            let header = self.header.get(column).map_or(0, |name| length(name));
            let cells = self.rows.iter().take(SAMPLE).filter_map(|row| row.get(column));
            let longest = cells.map(|cell| length(&cell.shown())).max().unwrap_or(0).max(header);
            u16::try_from(longest + 2).unwrap_or(u16::MAX).clamp(8, 60)
        };
        (0..self.columns()).map(|column| asked.get(column).copied().unwrap_or_else(|| needed(column))).collect()
    }
}

impl Workbook {
    /// The sheets under names that every program accepts. Fails if one is too large for a spreadsheet program.
    pub(super) fn pages(&self) -> Result<Vec<(String, Cow<'_, Sheet>)>, SheetError> {
        if self.sheets.is_empty() {
            return Ok(vec![("Feuille1".into(), Cow::Owned(Sheet::default()))]);
        }
        // Excel keeps this name for itself, in both languages.
        let mut taken = HashSet::from(["history".to_owned(), "historique".to_owned()]);
        let mut pages = Vec::new();
        for (i, sheet) in self.sheets.iter().enumerate() {
            if sheet.columns() > COLUMNS || sheet.lines().count() > ROWS {
                return Err(SheetError::TooLarge { sheet: sheet.name.clone() });
            }
            let wanted = legal(&sheet.name, "", i);
            let numbered = (2..).map(|n| legal(&sheet.name, &format!(" ({n})"), i));
            let mut names = std::iter::once(wanted).chain(numbered);
            let name = names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default();
            pages.push((name, Cow::Borrowed(sheet)));
        }
        Ok(pages)
    }
}

/// The name of a sheet with an ending, made legal. `i`: which sheet, for one that has no name.
fn legal(name: &str, ending: &str, i: usize) -> String {
    let edges = |c: char| c == '\'' || c.is_whitespace();
    let allowed = |c: char| if c.is_control() || "[]:*?/\\".contains(c) { '-' } else { c };
    let name = clean(name).chars().map(allowed).collect::<String>();
    let mut left = NAME - ending.len();
    let fits = |c: &char| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    };
    let cut = name.trim_matches(edges).chars().take_while(fits).collect::<String>();
    let cut = cut.trim_end_matches(edges);
    if cut.is_empty() { format!("Feuille{}{ending}", i + 1) } else { format!("{cut}{ending}") }
}

/// Text as every format can hold it: line ends are `\n`; control characters that XML 1.0 forbids are dropped.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    if !text.contains(|c: char| c == '\r' || forbidden(c)) {
        return text.into();
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !forbidden(*c)).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: &[&str]) -> Vec<String> {
        let sheets = of.iter().map(|name| Sheet { name: (*name).into(), ..Sheet::default() }).collect();
        let workbook = Workbook { title: String::new(), created: DateTime::ZERO, sheets };
        workbook.pages().unwrap().into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn names_of_sheets_are_made_legal_and_differ() {
        assert_eq!(names(&["Titres / séjour", "a[b]:c*?\\"]), ["Titres - séjour", "a-b--c---"]);
        assert_eq!(names(&["Délais", "délais", "DÉLAIS"]), ["Délais", "délais (2)", "DÉLAIS (3)"]);
        assert_eq!(names(&["", "''", "\u{1}", "l'accueil'", "Historique"]).last().unwrap(), "Historique (2)");
        assert_eq!(names(&["", "'' ", "l'accueil'"]), ["Feuille1", "Feuille2", "l'accueil"]);
        let long = "Bureau de l'accueil et du séjour des étrangers";
        assert_eq!(names(&[long, long]), ["Bureau de l'accueil et du séjou", "Bureau de l'accueil et du s (2)"]);
        assert_eq!(names(&["𝒳".repeat(16).as_str()]), ["𝒳".repeat(15)], "31 units of UTF-16");
        assert_eq!(names(&[]), ["Feuille1"]);
    }

    #[test]
    fn what_a_spreadsheet_cannot_hold_becomes_text_or_nothing() {
        let text = |cell: Cell| match cell.held() {
            Held::Text(text) => text.into_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(Cell::Whole(1_000_000_000_000_000)), "1000000000000000");
        assert_eq!(text(Cell::Whole(i64::MIN)), "-9223372036854775808");
        assert_eq!(text(Cell::Date(date(1900, 2, 28))), "28/02/1900");
        assert_eq!(
            Cell::Whole(-999_999_999_999_999).held(),
            Held::Number { value: -999_999_999_999_999., decimals: 0 }
        );
        for nothing in [Cell::Decimal(f64::NAN, 2), Cell::Percent { num: 3, den: 0 }, Cell::Text(String::new())] {
            assert_eq!(nothing.held(), Held::Nothing);
        }
    }

    #[test]
    fn a_sheet_that_is_too_large_is_refused() {
        let sheet = Sheet { name: "x".into(), rows: vec![vec![]; ROWS + 1], ..Sheet::default() };
        let workbook = Workbook { title: String::new(), created: DateTime::ZERO, sheets: vec![sheet] };
        assert_eq!(workbook.pages().unwrap_err(), SheetError::TooLarge { sheet: "x".into() });
    }

    #[test]
    fn widths_are_those_asked_for_or_those_needed() {
        let sheet = Sheet {
            header: ["a", "Une colonne à long nom", "c"].map(str::to_owned).to_vec(),
            rows: vec![vec![Cell::Empty, Cell::Empty, "x".repeat(200).as_str().into()]],
            ..Sheet::default()
        };
        assert_eq!(sheet.column_widths(), [8, 24, 60]);
        assert_eq!(Sheet { widths: Some(vec![30]), ..sheet }.column_widths(), [30, 24, 60]);
    }
}
