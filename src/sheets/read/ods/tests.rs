use jiff::civil::date;

use super::*;

/// The rows of a table with this inside.
fn rows(inside: &str) -> Result<Vec<Row>, Unreadable> {
    let xml = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"T &amp; U\">{inside}\
         </table:table></office:spreadsheet></office:body></office:document-content>"
    );
    from_xml(xml.as_bytes()).map(|mut tables| {
        assert_eq!(tables[0].name, "T & U");
        tables.remove(0).rows
    })
}

fn cells(inside: &str) -> Vec<Value> {
    rows(&format!("<table:table-row>{inside}</table:table-row>")).unwrap().remove(0).cells
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn every_type_of_value_is_read() {
    let cell = |attributes: &str| {
        cells(&format!("<table:table-cell {attributes}><text:p>x</text:p></table:table-cell>")).remove(0)
    };
    assert_eq!(cell("office:value-type=\"float\" office:value=\"-12.5\""), Value::Number(-12.5));
    assert_eq!(cell("office:value-type=\"percentage\" office:value=\"0.9286\""), Value::Number(0.9286));
    assert_eq!(cell("office:value-type=\"currency\" office:value=\"3\""), Value::Number(3.));
    assert_eq!(cell("office:value-type=\"date\" office:date-value=\"2026-11-26\""), Value::Date(date(2026, 11, 26)));
    assert_eq!(
        cell("office:value-type=\"date\" office:date-value=\"2026-11-26T14:30:00\""),
        Value::Moment(date(2026, 11, 26).at(14, 30, 0, 0))
    );
    assert_eq!(cell("office:value-type=\"time\" office:time-value=\"PT14H30M00S\""), text("14:30"));
    assert_eq!(cell("office:value-type=\"boolean\" office:boolean-value=\"true\""), text("VRAI"));
    assert_eq!(cell("office:value-type=\"string\" office:string-value=\"y\""), text("y"));
    assert_eq!(cell("office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\""), text("x"));
    assert_eq!(cell("office:value-type=\"string\""), text("x"));
}

#[test]
fn text_is_folded_and_comments_are_left_out() {
    let read =
        |inside: &str| cells(&format!("<table:table-cell office:value-type=\"string\">{inside}</table:table-cell>"));
    assert_eq!(read("<text:p>a &lt;b&gt; &#233;<text:span> c</text:span></text:p>"), [text("a <b> é c")]);
    assert_eq!(read("\n <text:p>\n  a\n  b<text:s text:c=\"2\"/>c</text:p>\n <text:p>d</text:p>"), [text("a b  c\nd")]);
    assert_eq!(read("<text:p>a<text:tab/>b<text:line-break/>c</text:p>"), [text("a\tb\nc")]);
    assert_eq!(read("<office:annotation><text:p>note</text:p></office:annotation><text:p>a</text:p>"), [text("a")]);
    assert_eq!(read("<draw:frame><text:p>image</text:p></draw:frame><text:p>a</text:p>"), [text("a")]);
}

#[test]
fn what_is_repeated_is_counted() {
    let one = "<table:table-cell office:value-type=\"float\" office:value=\"1\"";
    let read = rows(&format!(
        "<table:table-column/>\n<table:table-header-rows><table:table-row>{one}/></table:table-row></table:table-header-rows>
         <table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"16384\"/>\
         </table:table-row>
         <table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"2\"/>\
         {one} table:number-columns-repeated=\"2\"/></table:table-row>
         <table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell/></table:table-row>"
    ));
    let row = |line| Row { line, cells: vec![Value::Empty, Value::Empty, Value::Number(1.), Value::Number(1.)] };
    assert_eq!(read.unwrap(), [Row { line: 1, cells: vec![Value::Number(1.)] }, row(5), row(6)]);
}

#[test]
fn a_few_octets_that_mean_billions_are_refused() {
    let full = |columns: &str| {
        format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"{columns}\"/>"
        )
    };
    let row = |rows: &str, cell: &str| {
        format!("<table:table-row table:number-rows-repeated=\"{rows}\">{cell}</table:table-row>")
    };
    assert_eq!(rows(&row("1048576", &full("16384"))), Err(Unreadable::TooManyCells));
    assert_eq!(rows(&row("1000001", &full("1"))), Err(Unreadable::TooManyRows));
    assert_eq!(rows(&row("1", &full("18446744073709551615"))), Err(Unreadable::TooManyCells));
    assert_eq!(rows(&row("18446744073709551615", "")), Err(Unreadable::TooManyRows));
    assert_eq!(rows(&row("-1", "")), Err(Unreadable::Damaged));
    let blanks = "<table:table-cell office:value-type=\"string\"><text:p><text:s text:c=\"4000000000\"/></text:p>\
                  </table:table-cell>";
    assert_eq!(rows(&row("1", blanks)), Err(Unreadable::Damaged));
    let empty = "<table:table-cell table:number-columns-repeated=\"18446744073709551615\"/>";
    assert_eq!(rows(&row("1", &format!("{empty}{empty}{}", full("1")))), Err(Unreadable::TooManyCells));
}

#[test]
fn a_document_that_ends_too_early_is_damaged_wherever_it_ends() {
    let whole = "<office:spreadsheet><table:table table:name=\"a\"><table:table-row><table:table-cell \
                 office:value-type=\"string\"><office:annotation><text:p>n</text:p></office:annotation><text:p>é&amp;</text:p>\
                 </table:table-cell></table:table-row></table:table></office:spreadsheet>";
    let begun = whole.find("<table:table-row").unwrap();
    let over = whole.find("</table:table>").unwrap();
    assert!(from_xml(whole.as_bytes()).is_ok());
    for end in begun..=over {
        assert_eq!(from_xml(&whole.as_bytes()[..end]), Err(Unreadable::Damaged), "{end}");
    }
}
