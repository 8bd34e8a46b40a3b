//! XLSX by calamine, cell by cell: a grid of all cells between the first and the last one may be billions.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};
use jiff::civil::Date;

use super::super::error::Unreadable;
use super::{Budget, Table, Value, row};

/// Columns and rows that Excel has.
const COLUMNS: usize = 16_384;
const ROWS: u32 = 1_048_576;

pub(super) fn tables(bytes: &[u8]) -> Result<Vec<Table>, Unreadable> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(damaged)?;
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names = sheets.map(|sheet| sheet.name.clone()).collect::<Vec<_>>();
    let (mut tables, mut budget) = (Vec::new(), Budget::new());
    for name in names {
        budget.table()?;
        let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
        // Rows may come in any order.
        let mut rows = BTreeMap::<u32, Vec<Value>>::new();
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            if let DataRef::SharedString(text) = cell.get_value() {
                budget.text(text.len(), 1)?;
            }
            let value = value(cell.get_value());
            if value == Value::Empty {
                continue;
            }
            let (line, column) = (cell.get_position().0, cell.get_position().1 as usize);
            if line >= ROWS || column >= COLUMNS {
                return Err(Unreadable::Damaged);
            }
            if !rows.contains_key(&line) {
                budget.row()?;
            }
            let row = rows.entry(line).or_default();
            if row.len() <= column {
                budget.cells(column + 1 - row.len())?;
                row.resize(column + 1, Value::Empty);
            }
            row[column] = value;
        }
        let rows = rows.into_iter().filter_map(|(line, cells)| row(line as usize + 1, cells)).collect();
        tables.push(Table { name, rows });
    }
    Ok(tables)
}

fn damaged(error: XlsxError) -> Unreadable {
    match error {
        XlsxError::Password => Unreadable::Locked,
        _ => Unreadable::Damaged,
    }
}

fn value(data: &DataRef<'_>) -> Value {
    match data {
        DataRef::Empty => Value::Empty,
        DataRef::Int(number) => Value::Number(*number as f64),
        DataRef::Float(number) => Value::finite(*number),
        DataRef::String(text) => Value::text(text.clone()),
        DataRef::SharedString(text) => Value::text((*text).to_owned()),
        DataRef::Bool(truth) => Value::truth(*truth),
        DataRef::DateTime(moment) => when(moment),
        DataRef::DateTimeIso(text) => Value::iso_moment(text),
        DataRef::DurationIso(text) => Value::iso_duration(text),
        DataRef::Error(error) => Value::Text(error.to_string()),
    }
}

/// A number in the format of a date. Days are counted from 1900 or 1904, as the workbook says; a part of the first day
/// is a time of day. 29 February 1900, which only Excel has, and what lies before or behind its calendar stay numbers.
fn when(moment: &ExcelDateTime) -> Value {
    let serial = moment.as_f64();
    if moment.is_duration() || (0. ..1.).contains(&serial) {
        return if serial.is_finite() { Value::clock(serial * 86_400.) } else { Value::Empty };
    }
    if !(1. ..2_958_466.).contains(&serial) {
        return Value::finite(serial);
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    // All of them fit: year up to 9999, the others are `u8` below 61.
    let date = Date::new(year.try_into().unwrap_or(0), month as i8, day as i8);
    let nanosecond = i32::from(milli) * 1_000_000;
    date.map_or(Value::Number(serial), |date| Value::when(date.at(hour as i8, minute as i8, second as i8, nanosecond)))
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_counted_from_1900_or_1904() {
        let at = |serial, is_1904| when(&ExcelDateTime::new(serial, DateTime, is_1904));
        assert_eq!(at(46_352., false), Value::Date(date(2026, 11, 26)));
        assert_eq!(at(46_352. - 1_462., true), Value::Date(date(2026, 11, 26)));
        assert_eq!(at(46_352.604_166_666_664, false), Value::Moment(date(2026, 11, 26).at(14, 30, 0, 0)));
        assert_eq!(at(46_352.999_999_999_9, false), Value::Date(date(2026, 11, 27)), "rounded up");
        assert_eq!(at(1., false), Value::Date(date(1900, 1, 1)));
        assert_eq!(at(61., false), Value::Date(date(1900, 3, 1)));
        assert_eq!(at(60., false), Value::Number(60.), "no such day");
        assert_eq!(at(2_958_465., false), Value::Date(date(9999, 12, 31)));
        assert_eq!(at(-1., false), Value::Number(-1.));
        assert_eq!(at(1e300, false), Value::Number(1e300));
        assert_eq!(at(f64::NAN, false), Value::Empty);
    }

    #[test]
    fn times_of_day_and_durations_are_words() {
        let at = |serial, kind| when(&ExcelDateTime::new(serial, kind, false));
        assert_eq!(at(0.604_166_666_666_666_7, DateTime), Value::Text("14:30".into()));
        assert_eq!(at(1.5, TimeDelta), Value::Text("36:00".into()));
        assert_eq!(at(f64::INFINITY, TimeDelta), Value::Empty);
    }
}
