//! Tables in the files that people exchange: written as CSV, XLSX and ODS, and read back from any of them. No I/O, no
//! clock: octets in, octets out.
//!
//! - [`Workbook`], [`Sheet`], [`Cell`]: what is to be written, and [`Cell::shown`], how each value reads in French;
//! - [`csv()`], [`xlsx()`], [`ods()`]: the same workbook as octets. The same workbook gives the same octets;
//! - [`read()`]: whatever somebody uploads, as [`Table`]s, or one French sentence on why not.
//!
//! Text is never taken for a formula by a program that opens what is written here, and reading never evaluates one: the
//! value that the other program had computed is taken.

mod csv;
mod error;
mod ods;
mod read;
mod shown;
mod workbook;
mod xlsx;

#[cfg(test)]
pub(crate) mod tests;

pub use csv::csv;
pub use error::{SheetError, Unreadable};
pub use ods::ods;
pub use read::{MAX_BYTES, MAX_CELLS, MAX_ROWS, MAX_TABLES, MAX_UNPACKED, Row, Table, Value, read};
pub use workbook::{Cell, Sheet, Workbook};
pub use xlsx::xlsx;
