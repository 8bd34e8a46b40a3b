//! ODS by hand. The reader of calamine (0.38) loops for ever where `content.xml` ends too early, and multiplies
//! repeated cells out before it looks at any limit: a file of some kilobytes would take all memory, against which no
//! `catch_unwind` helps.

use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::super::error::Unreadable;
use super::{Budget, MAX_UNPACKED, Row, Table, Value, row};

/// Octets of text in one cell; a few octets can say « a billion blanks ».
const TEXT: usize = 1 << 20;

/// Rows that a sheet may have, empty ones included: what LibreOffice can show at most.
const ROWS: usize = 16 << 20;

pub(super) fn tables(bytes: &[u8]) -> Result<Vec<Table>, Unreadable> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    let content = zip.by_name("content.xml").map_err(|_| Unreadable::Damaged)?;
    from_xml(BufReader::new(content.take(MAX_UNPACKED)))
}

fn from_xml(xml: impl BufRead) -> Result<Vec<Table>, Unreadable> {
    let mut content = Content::new(xml);
    let mut tables = Vec::new();
    loop {
        match content.next()? {
            Some(Part::Start(name, start)) if name == "table:table" => {
                content.budget.table()?;
                let name = attribute(&start, "table:name")?.unwrap_or_default();
                tables.push(Table { name, rows: content.rows()? });
            }
            // Tables inside are copies of what lies in other files, or what was there before a change.
            Some(Part::Start(name, start)) if name == "table:dde-links" || name == "table:tracked-changes" => {
                content.skip(&start)?;
            }
            Some(_) => {}
            None => return Ok(tables),
        }
    }
}

/// The pieces of the document that matter.
enum Part {
    Start(String, BytesStart<'static>),
    End(String),
    Text(String),
}

struct Content<R> {
    reader: quick_xml::Reader<R>,
    buffer: Vec<u8>,
    budget: Budget,
}

impl<R: BufRead> Content<R> {
    fn new(xml: R) -> Self {
        let mut reader = quick_xml::Reader::from_reader(xml);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), budget: Budget::new() }
    }

    /// The next piece; `None` at the end of the document.
    fn next(&mut self) -> Result<Option<Part>, Unreadable> {
        loop {
            self.buffer.clear();
            let part = match self.reader.read_event_into(&mut self.buffer).map_err(|_| Unreadable::Damaged)? {
                Event::Start(e) => Part::Start(e.name().as_ref().to_owned(), e.into_owned()),
                Event::End(e) => Part::End(e.name().as_ref().to_owned()),
                Event::Text(e) => Part::Text(e.xml10_content().into_owned()),
                Event::CData(e) => Part::Text(e.xml10_content().into_owned()),
                Event::GeneralRef(e) => Part::Text(entity(&e)?),
                Event::Eof => return Ok(None),
                _ => continue,
            };
            return Ok(Some(part));
        }
    }

    /// The next piece of something that has begun: the document must not end here.
    fn inside(&mut self) -> Result<Part, Unreadable> {
        self.next()?.ok_or(Unreadable::Damaged)
    }

    /// Leaves out what stands in an element.
    fn skip(&mut self, start: &BytesStart<'_>) -> Result<(), Unreadable> {
        self.reader.read_to_end_into(start.name(), &mut self.buffer).map(|_| ()).map_err(|_| Unreadable::Damaged)
    }

    /// The rows up to the end of a table.
    fn rows(&mut self) -> Result<Vec<Row>, Unreadable> {
        let (mut rows, mut line) = (Vec::new(), 1_usize);
        loop {
            match self.inside()? {
                Part::Start(name, start) if name == "table:table-row" => {
                    let repeated = repeated(&start, "table:number-rows-repeated")?;
                    if let Some(first) = row(line, self.cells()?) {
                        for further in 0..repeated {
                            self.budget.row()?;
                            // The first has been counted as it was read.
                            self.budget.cells(if further == 0 { 0 } else { first.cells.len() })?;
                            if further > 0 {
                                self.budget.text(first.cells.iter().map(octets).sum(), 1)?;
                            }
                            rows.push(Row { line: line + further, cells: first.cells.clone() });
                        }
                    }
                    line = line.saturating_add(repeated);
                    if line > ROWS {
                        return Err(Unreadable::TooManyRows);
                    }
                }
                // Drawings on the sheet; a text box may have a table of its own.
                Part::Start(name, start) if name == "table:shapes" || name == "office:forms" => self.skip(&start)?,
                Part::End(name) if name == "table:table" => return Ok(rows),
                _ => {}
            }
        }
    }

    /// The cells up to the end of a row. Empty ones are counted as soon as another follows.
    fn cells(&mut self) -> Result<Vec<Value>, Unreadable> {
        let (mut cells, mut empty) = (Vec::new(), 0_usize);
        loop {
            match self.inside()? {
                Part::Start(name, start) if name == "table:table-cell" || name == "table:covered-table-cell" => {
                    let repeated = repeated(&start, "table:number-columns-repeated")?;
                    let text = self.text(&name)?;
                    let value = value(&start, text)?;
                    if value == Value::Empty {
                        empty = empty.saturating_add(repeated);
                        continue;
                    }
                    self.budget.cells(empty.saturating_add(repeated))?;
                    self.budget.text(octets(&value), repeated)?;
                    cells.resize(cells.len() + empty, Value::Empty);
                    cells.resize(cells.len() + repeated, value);
                    empty = 0;
                }
                Part::End(name) if name == "table:table-row" => return Ok(cells),
                _ => {}
            }
        }
    }

    /// The text up to the end of a cell: its paragraphs, a line each.
    fn text(&mut self, cell: &str) -> Result<String, Unreadable> {
        let (mut text, mut depth, mut paragraphs) = (String::new(), 0_usize, 0);
        // White space in XML is one blank, and none at the beginning of a paragraph.
        let mut folded = true;
        loop {
            match self.inside()? {
                Part::Start(name, start) => match name.as_str() {
                    "office:annotation" => self.skip(&start)?,
                    _ if name.starts_with("draw:") => self.skip(&start)?,
                    "text:p" | "text:h" => {
                        depth += 1;
                        paragraphs += 1;
                        folded = true;
                        if paragraphs > 1 {
                            text.push('\n');
                        }
                    }
                    "text:s" => {
                        let count = repeated(&start, "text:c")?;
                        if count > TEXT {
                            return Err(Unreadable::Damaged);
                        }
                        text.extend(std::iter::repeat_n(' ', count));
                        folded = false;
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    _ => {}
                },
                Part::End(name) if name == cell => return Ok(text),
                Part::End(name) if name == "text:p" || name == "text:h" => depth = depth.saturating_sub(1),
                Part::Text(piece) if depth > 0 => {
                    for c in piece.chars() {
                        let white = matches!(c, ' ' | '\t' | '\n' | '\r');
                        if !(white && folded) {
                            text.push(if white { ' ' } else { c });
                        }
                        folded = white;
                    }
                }
                Part::End(_) | Part::Text(_) => {}
            }
            if text.len() > TEXT {
                return Err(Unreadable::Damaged);
            }
        }
    }
}

/// What a cell holds: by its attributes, or its text.
fn value(start: &BytesStart<'_>, text: String) -> Result<Value, Unreadable> {
    let kind = attribute(start, "office:value-type")?.unwrap_or_default();
    let said = |name| attribute(start, name);
    Ok(match kind.as_str() {
        "float" | "percentage" | "currency" => {
            let number = said("office:value")?.and_then(|number| number.trim().parse().ok());
            Value::finite(number.ok_or(Unreadable::Damaged)?)
        }
        "date" => Value::iso_moment(&said("office:date-value")?.unwrap_or(text)),
        "time" => Value::iso_duration(&said("office:time-value")?.unwrap_or(text)),
        "boolean" => Value::truth(said("office:boolean-value")?.as_deref() == Some("true")),
        // The text of an error is in the paragraph, beside an attribute that is empty.
        _ => Value::text(said("office:string-value")?.filter(|said| !said.is_empty()).unwrap_or(text)),
    })
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    let found = start.try_get_attribute(name).map_err(|_| Unreadable::Damaged)?;
    let value = found.map(|found| found.normalized_value(XmlVersion::Implicit1_0).map(|value| value.into_owned()));
    value.transpose().map_err(|_| Unreadable::Damaged)
}

fn octets(value: &Value) -> usize {
    if let Value::Text(text) = value { text.len() } else { 0 }
}

/// How often something is repeated; once, where nothing says so.
fn repeated(start: &BytesStart<'_>, name: &str) -> Result<usize, Unreadable> {
    attribute(start, name)?.map_or(Ok(1), |count| count.trim().parse().map_err(|_| Unreadable::Damaged))
}

/// `&amp;`, `&#233;`. Others would have to be declared, and no spreadsheet program does.
fn entity(reference: &BytesRef<'_>) -> Result<String, Unreadable> {
    if let Some(c) = reference.resolve_char_ref().map_err(|_| Unreadable::Damaged)? {
        return Ok(c.to_string());
    }
    let known = quick_xml::escape::resolve_predefined_entity(reference);
    known.map(str::to_owned).ok_or(Unreadable::Damaged)
}

#[cfg(test)]
mod tests;
