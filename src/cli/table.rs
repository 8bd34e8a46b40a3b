//! A table on a terminal: columns of fixed width, cut with an ellipsis, the last one as long as it is.

/// Prints rows under headings. `widths` are characters; the last column is not cut.
pub(super) fn print(headings: &[&str], widths: &[usize], rows: &[Vec<String>]) {
    println!("{}", line(widths, &headings.iter().map(|heading| (*heading).to_owned()).collect::<Vec<_>>()));
    println!("{}", widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("  "));
    for row in rows {
        println!("{}", line(widths, row));
    }
}

/// One row as a line.
pub(super) fn line(widths: &[usize], cells: &[String]) -> String {
    let cut = cells.iter().zip(widths).map(|(cell, width)| fit(cell, *width));
    let rest = cells.get(widths.len()..).unwrap_or_default().iter().cloned();
    cut.chain(rest).collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// What somebody wrote, for a terminal: without control characters, or marks that turn the line around.
pub(super) fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A cell of exactly `width` characters, without control characters or marks that turn the line around.
fn fit(cell: &str, width: usize) -> String {
    let shown = plain(cell).chars().collect::<Vec<_>>();
    if shown.len() > width {
        shown[..width - 1].iter().chain(&['…']).collect()
    } else {
        shown.iter().chain(std::iter::repeat_n(&' ', width - shown.len())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn a_cell_has_its_width() {
        assert_eq!(fit("été", 5), "été  ");
        assert_eq!(fit("réclamation", 5), "récl…");
        assert_eq!(fit("a\nb\u{202e}c", 4), "a bc");
    }
}
