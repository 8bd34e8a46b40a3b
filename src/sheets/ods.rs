//! A workbook as ODS, written by hand: four small XML files in a zip. A library for it would cost more than it saves.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::error::SheetError;
use super::workbook::{Cell, Held, Line, Sheet, Workbook, clean};

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// The names that a part of the document may use.
const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
    xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
    xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" \
    xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" \
    xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" \
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\" office:version=\"1.3\"";

const MANIFEST: &str = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" \
    manifest:version=\"1.3\">\
    <manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.3\" \
    manifest:media-type=\"application/vnd.oasis.opendocument.spreadsheet\"/>\
    <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>\
    <manifest:file-entry manifest:full-path=\"styles.xml\" manifest:media-type=\"text/xml\"/>\
    <manifest:file-entry manifest:full-path=\"meta.xml\" manifest:media-type=\"text/xml\"/>\
    </manifest:manifest>";

/// Percent and day as they are shown in French, and the styles of cells that use them.
const STYLES: &str = "<number:percentage-style style:name=\"np\" number:language=\"fr\" number:country=\"FR\">\
    <number:number number:decimal-places=\"2\" number:min-decimal-places=\"2\" number:min-integer-digits=\"1\"/>\
    <number:text>\u{a0}%</number:text></number:percentage-style>\
    <number:date-style style:name=\"nd\" number:language=\"fr\" number:country=\"FR\">\
    <number:day number:style=\"long\"/><number:text>/</number:text><number:month number:style=\"long\"/>\
    <number:text>/</number:text><number:year number:style=\"long\"/></number:date-style>\
    <style:style style:name=\"percent\" style:family=\"table-cell\" style:parent-style-name=\"Default\" \
    style:data-style-name=\"np\"/>\
    <style:style style:name=\"date\" style:family=\"table-cell\" style:parent-style-name=\"Default\" \
    style:data-style-name=\"nd\"/>\
    <style:style style:name=\"bold\" style:family=\"table-cell\" style:parent-style-name=\"Default\">\
    <style:text-properties fo:font-weight=\"bold\" style:font-weight-asian=\"bold\" style:font-weight-complex=\"bold\"/>\
    </style:style>";

/// The workbook as ODS: numbers, rates and days are what they are, in French formats whatever the language of the
/// program; the header is bold. Text is text, whatever it begins with.
///
/// Fails if a sheet has more rows or columns than a spreadsheet program accepts.
pub fn ods(workbook: &Workbook) -> Result<Vec<u8>, SheetError> {
    let title = escaped(&workbook.title);
    let created = workbook.created.strftime("%Y-%m-%dT%H:%M:%S");
    let meta = format!(
        "{XML}<office:document-meta {NAMESPACES}><office:meta><meta:generator>releve</meta:generator>\
         <dc:title>{title}</dc:title><meta:creation-date>{created}</meta:creation-date>\
         <dc:date>{created}</dc:date></office:meta></office:document-meta>"
    );
    let styles = format!(
        "{XML}<office:document-styles {NAMESPACES}><office:styles><style:default-style style:family=\"table-cell\">\
         <style:text-properties fo:language=\"fr\" fo:country=\"FR\"/></style:default-style>\
         <style:style style:name=\"Default\" style:family=\"table-cell\"/></office:styles></office:document-styles>"
    );
    let content = content(workbook)?;
    let manifest = format!("{XML}{MANIFEST}");
    let parts =
        [("META-INF/manifest.xml", manifest), ("content.xml", content), ("styles.xml", styles), ("meta.xml", meta)];
    pack(&parts).map_err(|error| SheetError::Unwritten(error.to_string()))
}

/// The zip. The kind of document comes first and uncompressed, so that it can be told without unpacking.
fn pack(parts: &[(&str, String)]) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default()).unix_permissions(0o644);
    zip.start_file("mimetype", options.compression_method(CompressionMethod::Stored))?;
    zip.write_all(MIMETYPE.as_bytes())?;
    for (name, part) in parts {
        zip.start_file(*name, options.compression_method(CompressionMethod::Deflated))?;
        zip.write_all(part.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn content(workbook: &Workbook) -> Result<String, SheetError> {
    let (mut widths, mut decimals, mut tables) = (BTreeSet::new(), BTreeSet::new(), String::new());
    for (name, sheet) in workbook.pages()? {
        let _ = write!(tables, "<table:table table:name=\"{}\">", escaped(&name));
        for width in sheet.column_widths() {
            widths.insert(width);
            let _ = write!(tables, "<table:table-column table:style-name=\"w{width}\"/>");
        }
        rows(&mut tables, &sheet, &mut decimals);
        tables.push_str("</table:table>");
    }
    let mut styles = String::from(STYLES);
    for width in widths {
        // A character is about 2 mm wide.
        let _ = write!(
            styles,
            "<style:style style:name=\"w{width}\" style:family=\"table-column\"><style:table-column-properties \
             style:column-width=\"{}mm\"/></style:style>",
            u32::from(width) * 2 + 2
        );
    }
    for places in decimals {
        let _ = write!(
            styles,
            "<number:number-style style:name=\"n{places}\" number:language=\"fr\" number:country=\"FR\"><number:number \
             number:decimal-places=\"{places}\" number:min-decimal-places=\"{places}\" number:min-integer-digits=\"1\"/>\
             </number:number-style><style:style style:name=\"d{places}\" style:family=\"table-cell\" \
             style:parent-style-name=\"Default\" style:data-style-name=\"n{places}\"/>"
        );
    }
    Ok(format!(
        "{XML}<office:document-content {NAMESPACES}><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    ))
}

fn rows(out: &mut String, sheet: &Sheet, decimals: &mut BTreeSet<u8>) {
    let mut lines = 0;
    for line in sheet.lines() {
        lines += 1;
        out.push_str("<table:table-row>");
        match line {
            Line::Note(note) => words(out, note, ""),
            Line::Blank => out.push_str("<table:table-cell/>"),
            Line::Header(header) => header.iter().for_each(|name| words(out, name, " table:style-name=\"bold\"")),
            Line::Row(cells) => {
                cells.iter().for_each(|cell| value(out, cell, decimals));
                if cells.is_empty() {
                    out.push_str("<table:table-cell/>");
                }
            }
        }
        out.push_str("</table:table-row>");
    }
    if lines == 0 {
        out.push_str("<table:table-row><table:table-cell/></table:table-row>");
    }
}

fn value(out: &mut String, cell: &Cell, decimals: &mut BTreeSet<u8>) {
    // The text of a number is for programs that do not compute it themselves.
    let shown = escaped(&cell.shown());
    let held = match cell.held() {
        Held::Nothing => return out.push_str("<table:table-cell/>"),
        Held::Text(text) => return words(out, &text, ""),
        Held::Number { value, decimals: places } => {
            decimals.insert(places);
            format!("table:style-name=\"d{places}\" office:value-type=\"float\" office:value=\"{value}\"")
        }
        Held::Percent(ratio) => {
            format!("table:style-name=\"percent\" office:value-type=\"percentage\" office:value=\"{ratio}\"")
        }
        Held::Date(day) => {
            format!("table:style-name=\"date\" office:value-type=\"date\" office:date-value=\"{day}\"")
        }
    };
    let _ = write!(out, "<table:table-cell {held}><text:p>{shown}</text:p></table:table-cell>");
}

/// A cell of words; a paragraph each line.
fn words(out: &mut String, text: &str, style: &str) {
    if text.is_empty() {
        let _ = write!(out, "<table:table-cell{style}/>");
        return;
    }
    let _ = write!(out, "<table:table-cell{style} office:value-type=\"string\">");
    for line in clean(text).split('\n') {
        out.push_str("<text:p>");
        paragraph(out, line);
        out.push_str("</text:p>");
    }
    out.push_str("</table:table-cell>");
}

/// The text of a paragraph. Blanks that a reader would fold, at the edges and several in a row, are elements. A tab is
/// a blank: LibreOffice loses it in a cell (7.4), and glues the words together.
fn paragraph(out: &mut String, line: &str) {
    let mut before = ' ';
    let mut characters = line.chars().map(|c| if c == '\t' { ' ' } else { c }).peekable();
    while let Some(c) = characters.next() {
        match c {
            ' ' if before == ' ' || characters.peek().is_none() => out.push_str("<text:s/>"),
            c => escape(out, c),
        }
        before = c;
    }
}

/// Text for an element or an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    clean(text).chars().for_each(|c| escape(&mut out, c));
    out
}

fn escape(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        c => out.push(c),
    }
}
